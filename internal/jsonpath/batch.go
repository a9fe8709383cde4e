package jsonpath

import (
	"errors"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// Evaluate reads path in a document given as text, leniently as $input does, and returns what it finds as compact JSON.
// It is one line of the batch protocol: ErrorCode names the error there.
func Evaluate(path, document string) (string, error) {
	doc, err := jsonvalue.ParseString(document, jsonvalue.Options{Lenient: true})
	if err != nil {
		return "", err
	}
	p, err := Compile(path)
	if err != nil {
		return "", err
	}
	v, err := p.Read(doc)
	if err != nil {
		return "", err
	}
	return v.JSON(jsonvalue.Smart)
}

// ErrorCode names an error of Evaluate as the batch protocol does: "invalid-path", "not-found" or "runtime".
func ErrorCode(err error) string {
	var path *InvalidPathError
	switch {
	case errors.As(err, &path):
		return "invalid-path"
	case errors.Is(err, ErrNotFound):
		return "not-found"
	default:
		return "runtime"
	}
}
