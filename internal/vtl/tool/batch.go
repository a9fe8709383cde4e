package tool

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/sluice-gateway/sluice/internal/jsonpath"
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/vtl"
)

// maxLine bounds a line of the protocol.
const maxLine = 32 << 20

// Batch answers cases, one JSON object a line: {"name","template","input"} with
// {"name","output","overrides"} or {"name","error","detail"}; {"name","path",
// "document"} with {"name","result"} or {"name","error"}. Unlike the gateway it
// lets #evaluate have any text, as Velocity does.
func Batch(in io.Reader, out io.Writer) error {
	return lines(in, out, func(v jsonvalue.Value) *jsonvalue.Object {
		result := jsonvalue.NewObject(jsonvalue.Entry{Key: "name", Value: v.Get("name")})
		if v.Get("document").Kind() == jsonvalue.KindString {
			readPath(v, result)
		} else {
			renderCase(v, result)
		}
		return result
	})
}

// lines answers each line that is not blank.
func lines(in io.Reader, out io.Writer, answer func(jsonvalue.Value) *jsonvalue.Object) error {
	scanner := bufio.NewScanner(in)
	scanner.Buffer(nil, maxLine)
	w := bufio.NewWriter(out)
	for n := 1; scanner.Scan(); n++ {
		if len(scanner.Bytes()) == 0 {
			continue
		}
		v, err := jsonvalue.Parse(scanner.Bytes(), jsonvalue.Options{})
		if err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		// This style escapes the line separators that some readers split at.
		text, err := jsonvalue.FromObject(answer(v)).JSON(jsonvalue.Smart)
		if err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		if _, err := fmt.Fprintln(w, text); err != nil {
			return fmt.Errorf("write: %w", err)
		}
	}
	if err := scanner.Err(); err != nil {
		return fmt.Errorf("read: %w", err)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}

func renderCase(v jsonvalue.Value, result *jsonvalue.Object) {
	t, err := vtl.ParseWith("t", v.Get("template").Text(), vtl.Options{Evaluate: true})
	if err != nil {
		failed(result, err)
		return
	}
	input := v.Get("input")
	if input.Object() == nil {
		input = jsonvalue.FromObject(jsonvalue.NewObject())
	}
	request, err := requestOf(input)
	if err != nil {
		failed(result, err)
		return
	}
	env := request.Env()
	out, err := t.Render(nil, env)
	if err != nil {
		failed(result, err)
		return
	}
	result.Put("output", jsonvalue.String(string(out)))
	if o := env.Overrides.Object(); o != nil {
		result.Put("overrides", jsonvalue.FromObject(o))
	}
}

// failed says why a case has no result.
func failed(result *jsonvalue.Object, err error) {
	kind := "runtime"
	if bad, ok := errors.AsType[*vtl.Error](err); ok {
		kind = bad.Kind.String()
	}
	if _, ok := errors.AsType[*jsonpath.InvalidPathError](err); ok {
		kind = "invalid-path"
	}
	if errors.Is(err, jsonpath.ErrNotFound) {
		kind = "not-found"
	}
	result.Put("error", jsonvalue.String(kind))
	result.Put("detail", jsonvalue.String(err.Error()))
}

func readPath(v jsonvalue.Value, result *jsonvalue.Object) {
	document, err := jsonvalue.ParseString(v.Get("document").Text(), jsonvalue.Options{Lenient: true})
	if err != nil {
		failed(result, err)
		return
	}
	path, err := jsonpath.Compile(v.Get("path").Text())
	if err != nil {
		failed(result, err)
		return
	}
	found, err := path.Read(document)
	if err != nil {
		failed(result, err)
		return
	}
	text, err := found.JSON(jsonvalue.SmartWeb)
	if err != nil {
		failed(result, err)
		return
	}
	result.Put("definite", jsonvalue.Bool(path.Definite()))
	result.Put("result", jsonvalue.String(text))
	result.Put("string", jsonvalue.String(found.String()))
}
