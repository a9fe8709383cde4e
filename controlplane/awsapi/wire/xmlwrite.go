package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/sluice-gateway/sluice/internal/awserror"
)

// encodeQuery writes an output of the query protocol:
// <NameResponse><NameResult>…</NameResult><ResponseMetadata>….
func (c *Codec) encodeQuery(operation *Operation, output any, requestID string) (*Response, error) {
	from, err := structOf(output)
	if err != nil {
		return nil, err
	}
	writer := xmlWriter{codec: c}
	writer.out.WriteString(`<` + operation.Name + `Response xmlns="` + operation.Namespace + `">`)
	if operation.Wrapper != "" {
		writer.element(operation.Wrapper, func() { writer.structure(from) })
	}
	writer.element("ResponseMetadata", func() { writer.text("RequestId", requestID) })
	writer.out.WriteString(`</` + operation.Name + `Response>`)
	return writer.response(operation.Status), nil
}

// queryError writes an error of the query protocol.
func queryError(failure *awserror.Error, requestID string) *Response {
	writer := xmlWriter{}
	blame := "Sender"
	if failure.Status >= http.StatusInternalServerError {
		blame = "Receiver"
	}
	writer.element("ErrorResponse", func() {
		writer.element("Error", func() {
			writer.text("Type", blame)
			writer.text("Code", queryCode(failure.Code))
			writer.text("Message", failure.Message)
		})
		writer.text("RequestId", requestID)
	})
	return writer.response(failure.Status)
}

// queryCode is the query protocol's name of an error ("Common errors" of the IAM
// and STS references): mostly the code without its suffix.
func queryCode(code awserror.Code) string {
	switch code {
	case awserror.InvalidSignature:
		return "SignatureDoesNotMatch"
	case awserror.UnrecognizedClient:
		return "InvalidClientTokenId"
	case awserror.Validation:
		return "ValidationError"
	case awserror.UnknownOperation:
		return "InvalidAction"
	default:
		return strings.TrimSuffix(string(code), "Exception")
	}
}

// xmlWriter writes one answer's XML.
type xmlWriter struct {
	codec *Codec
	out   bytes.Buffer
}

func (w *xmlWriter) response(status int) *Response {
	return &Response{Status: status, Header: http.Header{"Content-Type": {"text/xml"}}, Body: w.out.Bytes()}
}

func (w *xmlWriter) element(name string, inside func()) {
	w.out.WriteString("<" + name + ">")
	inside()
	w.out.WriteString("</" + name + ">")
}

func (w *xmlWriter) text(name, text string) {
	// Writing to a buffer cannot fail.
	w.element(name, func() { _ = xml.EscapeText(&w.out, []byte(text)) })
}

func (w *xmlWriter) structure(from reflect.Value) {
	made := w.codec.plan(from.Type())
	for i := range made.fields {
		one := &made.fields[i]
		value := from.Field(one.index)
		if !isAbsent(value) {
			w.value(one.name, value, one.flattened)
		}
	}
}

func (w *xmlWriter) value(name string, value reflect.Value, flattened bool) {
	if value.Kind() == reflect.Pointer {
		value = value.Elem()
	}
	moment, isMoment := reflect.TypeAssert[time.Time](value)
	switch {
	case isMoment:
		w.text(name, moment.UTC().Format(time.RFC3339))
	case isBlob(value.Type()):
		w.text(name, base64.StdEncoding.EncodeToString(value.Bytes()))
	case value.Kind() == reflect.Struct:
		w.element(name, func() { w.structure(value) })
	case value.Kind() == reflect.Slice && flattened:
		for i := range value.Len() {
			w.value(name, value.Index(i), false)
		}
	case value.Kind() == reflect.Slice:
		w.element(name, func() {
			for i := range value.Len() {
				w.value("member", value.Index(i), false)
			}
		})
	case value.Kind() == reflect.Map:
		w.element(name, func() { w.entries(value) })
	default:
		w.text(name, scalarText(value))
	}
}

func (w *xmlWriter) entries(value reflect.Value) {
	for _, key := range sortedKeys(value) {
		w.element("entry", func() {
			w.text("key", key.String())
			w.value("value", value.MapIndex(key), false)
		})
	}
}
