// Package page cuts lists as API Gateway's REST control API does: limit and an
// opaque position go in, a page and the next position come out. It knows no
// noun.
package page

import (
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/sluice-gateway/sluice/internal/awserror"
)

const (
	defaultLimit = 25
	maxLimit     = 500
)

// Of gives the page of a list that position and limit ask for, and the position
// of the next one, nil on the last. Id names an item: a page goes on after the
// item that the last one ended with, or where that was when it is gone.
func Of[T any](all []T, position *string, limit *int32, id func(T) string) ([]T, *string, error) {
	size, err := Limit(limit)
	if err != nil {
		return nil, nil, err
	}
	start, err := begin(all, position, id)
	if err != nil {
		return nil, nil, err
	}
	end := min(start+size, len(all))
	page := all[start:end]
	if end == len(all) {
		return page, nil, nil
	}
	return page, new(encode(end, id(all[end-1]))), nil
}

// Limit is how many items a page holds: 25 unless the client says, 500 at most.
func Limit(limit *int32) (int, error) {
	switch {
	case limit == nil:
		return defaultLimit, nil
	case *limit < 1:
		return 0, awserror.NewBadRequest("limit must be greater than 0")
	default:
		return int(min(*limit, maxLimit)), nil
	}
}

// After is the id that the last page ended with, empty at the beginning, for
// lists that a store cuts.
func After(position *string) (string, error) {
	if position == nil || *position == "" {
		return "", nil
	}
	_, id, err := decode(*position)
	return id, err
}

// Next is the position after an item, for lists that a store cuts.
func Next(id string) *string { return new(encode(0, id)) }

func begin[T any](all []T, position *string, id func(T) string) (int, error) {
	if position == nil || *position == "" {
		return 0, nil
	}
	index, last, err := decode(*position)
	if err != nil {
		return 0, err
	}
	for i, one := range all {
		if id(one) == last {
			return i + 1, nil
		}
	}
	return min(index, len(all)), nil
}

func encode(index int, id string) string {
	return base64.URLEncoding.EncodeToString([]byte(strconv.Itoa(index) + ":" + id))
}

func decode(position string) (index int, id string, err error) {
	text, err := base64.URLEncoding.DecodeString(position)
	if err != nil {
		return 0, "", invalidPosition()
	}
	number, id, found := strings.Cut(string(text), ":")
	index, err = strconv.Atoi(number)
	if err != nil || !found || index < 0 {
		return 0, "", invalidPosition()
	}
	return index, id, nil
}

func invalidPosition() error {
	return awserror.NewBadRequest("Invalid position parameter specified")
}
