// Package newid makes ids and keys of API Gateway's forms from randomness. That
// they are unique is the store's business.
package newid

import (
	"fmt"
	"io"
)

const (
	lower        = "abcdefghijklmnopqrstuvwxyz0123456789"
	alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + lower
)

// Source makes ids. It is safe for use by many goroutines if its randomness is.
type Source struct{ random io.Reader }

// New makes a Source; random must be cryptographic.
func New(random io.Reader) Source { return Source{random} }

// ID makes an id of so many of a-z0-9, as AWS's are.
func (s Source) ID(length int) string { return s.text(length, lower) }

// Key makes an API key's value of so many letters and digits.
func (s Source) Key(length int) string { return s.text(length, alphanumeric) }

// Upper makes so many of A-Z2-7, as the ids of IAM's entities and access keys are.
func (s Source) Upper(length int) string { return s.text(length, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") }

// text draws characters without bias. It panics when there is no randomness, for
// nothing can go on without: the server contains it as a 500.
func (s Source) text(length int, alphabet string) string {
	fair := byte(256 - 256%len(alphabet))
	made := make([]byte, 0, length)
	drawn := make([]byte, length+length/2)
	for len(made) < length {
		if _, err := io.ReadFull(s.random, drawn); err != nil {
			panic(fmt.Errorf("newid: no randomness: %w", err))
		}
		for _, one := range drawn {
			if (fair == 0 || one < fair) && len(made) < length {
				made = append(made, alphabet[int(one)%len(alphabet)])
			}
		}
	}
	return string(made)
}
