package lambda

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ErrMalformed is wrapped by every error about a document that API Gateway
// calls a "Malformed Lambda proxy response".
var ErrMalformed = errors.New("malformed Lambda proxy response")

// Header is one header line of an answer. Its name is spelled as the function
// spelled it.
type Header struct{ Name, Value string }

// Answer is what a proxy integration's function answers, in the form of
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format
// An Answer can be read into again and again; its memory is kept.
type Answer struct {
	// Status is 200 unless the function says otherwise.
	Status int
	// Headers are those of both maps. Of a name in both, in any case, the values of
	// multiValueHeaders come first and give the spelling.
	Headers []Header
	// Cookies are Set-Cookie values; only a streaming answer's prelude may have them.
	Cookies []string
	// Body is the body's text.
	Body []byte
	// Base64 says that Body is bytes in Base64.
	Base64 bool

	single []Header
}

// reset empties the answer and keeps its memory.
func (a *Answer) reset() {
	a.Status, a.Base64 = 200, false
	a.Headers, a.single, a.Cookies, a.Body = a.Headers[:0], a.single[:0], a.Cookies[:0], a.Body[:0]
}

// Parse reads a function's document. What it refuses is answered with a 502.
func (a *Answer) Parse(document []byte) error {
	return a.parse(document, false)
}

// ParsePrelude reads the metadata that a streaming answer starts with, up to
// its eight NUL bytes.
func (a *Answer) ParsePrelude(document []byte) error {
	return a.parse(document, true)
}

func (a *Answer) parse(document []byte, prelude bool) error {
	a.reset()
	r := reader{text: document}
	r.space()
	err := r.object(func(key string) error { return a.member(&r, key, prelude) })
	if err == nil {
		r.space()
		if r.at < len(r.text) {
			err = r.fail("text after the document")
		}
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	a.merge()
	return nil
}

func (a *Answer) member(r *reader, key string, prelude bool) error {
	switch {
	case key == "statusCode":
		return a.status(r)
	case key == "headers":
		return a.headers(r)
	case key == "multiValueHeaders":
		return a.multiHeaders(r)
	case key == "body" && !prelude:
		if r.null() {
			return nil
		}
		var err error
		a.Body, err = r.appendString(a.Body[:0])
		return err
	case key == "isBase64Encoded" && !prelude:
		if r.null() {
			return nil
		}
		var err error
		a.Base64, err = r.boolean()
		return err
	case key == "cookies" && prelude:
		if r.null() {
			return nil
		}
		return r.array(func() error {
			value, err := r.scalar()
			a.Cookies = append(a.Cookies, value)
			return err
		})
	default:
		return r.fail("unknown key " + strconv.Quote(key))
	}
}

// status takes an integer, or a text that holds one.
func (a *Answer) status(r *reader) error {
	if r.null() {
		return nil
	}
	text, err := r.scalar()
	if err != nil {
		return err
	}
	status, err := strconv.Atoi(text)
	if err != nil || status < 200 || status > 999 {
		return r.fail("statusCode " + strconv.Quote(text))
	}
	a.Status = status
	return nil
}

func (a *Answer) headers(r *reader) error {
	if r.null() {
		return nil
	}
	return r.object(func(name string) error {
		value, err := r.scalar()
		if err != nil {
			return err
		}
		a.single = append(a.single, Header{name, value})
		return r.checkHeader(name, value)
	})
}

func (a *Answer) multiHeaders(r *reader) error {
	if r.null() {
		return nil
	}
	return r.object(func(name string) error {
		return r.array(func() error {
			value, err := r.scalar()
			if err != nil {
				return err
			}
			a.Headers = append(a.Headers, Header{name, value})
			return r.checkHeader(name, value)
		})
	})
}

// merge joins the two maps.
func (a *Answer) merge() {
	multi := len(a.Headers)
	for _, header := range a.single {
		for _, known := range a.Headers[:multi] {
			if strings.EqualFold(known.Name, header.Name) {
				header.Name = known.Name
				break
			}
		}
		a.Headers = append(a.Headers, header)
	}
}

// checkHeader refuses what no HTTP message can carry.
func (r *reader) checkHeader(name, value string) error {
	if name == "" {
		return r.fail("a header without a name")
	}
	for i := range len(name) {
		if !tokenChar(name[i]) {
			return r.fail("header name " + strconv.Quote(name))
		}
	}
	for i := range len(value) {
		if char := value[i]; char < ' ' && char != '\t' || char == 0x7f {
			return r.fail("value of header " + name)
		}
	}
	return nil
}

// tokenChar says whether a header's name may hold char (RFC 9110, token).
func tokenChar(char byte) bool {
	return 'a' <= char && char <= 'z' || 'A' <= char && char <= 'Z' || '0' <= char && char <= '9' ||
		strings.IndexByte("!#$%&'*+-.^_`|~", char) >= 0
}
