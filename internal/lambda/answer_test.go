package lambda_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/sluice-gateway/sluice/internal/lambda"
)

// Rows are those of data-plane-rest.md §9.2, recorded from AWS, and ours at the edges.
var answers = []struct {
	name, document string
	want           lambda.Answer
	malformed      bool
}{
	{name: "statusCode only", document: `{"statusCode":200}`, want: lambda.Answer{Status: 200}},
	{name: "empty object", document: ` {} `, want: lambda.Answer{Status: 200}},
	{name: "only headers", document: `{"headers":{"test-header":"value"}}`, want: lambda.Answer{Status: 200, Headers: []lambda.Header{{Name: "test-header", Value: "value"}}}},
	{name: "unknown key", document: `{"statusCode":200,"wrongValue":"x"}`, malformed: true},
	{name: "string", document: `"response"`, malformed: true},
	{name: "array", document: `[]`, malformed: true},
	{name: "null", document: `null`, malformed: true},
	{name: "empty", document: ``, malformed: true},
	{name: "error document", document: `{"errorMessage":"x","errorType":"y"}`, malformed: true},
	{name: "status as text", document: `{"statusCode":"201"}`, want: lambda.Answer{Status: 201}},
	{name: "status is no number", document: `{"statusCode":"test"}`, malformed: true},
	{name: "status out of range", document: `{"statusCode":99}`, malformed: true},
	{name: "null headers", document: `{"headers":null,"multiValueHeaders":null,"body":null,"isBase64Encoded":null,"statusCode":null}`, want: lambda.Answer{Status: 200}},
	{
		name: "scalars as headers", document: `{"headers":{"b":true,"c":false,"n":-1.50e3,"i":12}}`,
		want: lambda.Answer{Status: 200, Headers: []lambda.Header{{Name: "b", Value: "true"}, {Name: "c", Value: "false"}, {Name: "n", Value: "-1.50e3"}, {Name: "i", Value: "12"}}},
	},
	{name: "a header that is a list", document: `{"headers":{"b":["x"]}}`, malformed: true},
	{name: "a header that is null", document: `{"headers":{"b":null}}`, malformed: true},
	{name: "multi value that is no list", document: `{"multiValueHeaders":{"x":"v"}}`, malformed: true},
	{
		name: "multi value", document: `{"multiValueHeaders":{"t":["a","b"],"e":[]}}`,
		want: lambda.Answer{Status: 200, Headers: []lambda.Header{{Name: "t", Value: "a"}, {Name: "t", Value: "b"}}},
	},
	{
		name: "both maps", document: `{"headers":{"TeSt":"value-solo","Other":"o"},"multiValueHeaders":{"tEsT":["value-multi"]}}`,
		want: lambda.Answer{Status: 200, Headers: []lambda.Header{{Name: "tEsT", Value: "value-multi"}, {Name: "tEsT", Value: "value-solo"}, {Name: "Other", Value: "o"}}},
	},
	{
		name: "body", document: "{\"body\":\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\\ud800x é\",\"isBase64Encoded\":true}",
		want: lambda.Answer{Status: 200, Body: []byte("a\"\\/\b\f\n\r\té😀\uFFFDx é"), Base64: true},
	},
	{name: "body is an object", document: `{"body":{"a":1}}`, malformed: true},
	{name: "body is a number", document: `{"body":1}`, malformed: true},
	{name: "isBase64Encoded is a text", document: `{"isBase64Encoded":"true"}`, malformed: true},
	{name: "key twice", document: `{"body":"long text","body":"b","statusCode":201,"statusCode":202}`, want: lambda.Answer{Status: 202, Body: []byte("b")}},
	{name: "text after", document: `{} x`, malformed: true},
	{name: "cut", document: `{"body":"`, malformed: true},
	{name: "a header that would end the line", document: `{"headers":{"a":"b\r\nc: d"}}`, malformed: true},
	{name: "a header name with a blank", document: `{"headers":{"a b":"c"}}`, malformed: true},
	{name: "cookies", document: `{"cookies":["a=b"]}`, malformed: true},
}

func TestParse(t *testing.T) {
	t.Parallel()
	var got lambda.Answer // one for all, so that nothing of an earlier document is left
	for _, test := range answers {
		err := got.Parse([]byte(test.document))
		if test.malformed != errors.Is(err, lambda.ErrMalformed) {
			t.Errorf("%s: error %v, want malformed: %v", test.name, err, test.malformed)
			continue
		}
		if err != nil {
			continue
		}
		if diff := cmp.Diff(test.want, got, cmpopts.IgnoreUnexported(lambda.Answer{}), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}

func TestParsePrelude(t *testing.T) {
	t.Parallel()
	var got lambda.Answer
	err := got.ParsePrelude([]byte(`{"statusCode":201,"headers":{"a":"b"},"cookies":["c=d","e=f"]}`))
	want := lambda.Answer{Status: 201, Headers: []lambda.Header{{Name: "a", Value: "b"}}, Cookies: []string{"c=d", "e=f"}}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(lambda.Answer{}), cmpopts.EquateEmpty()); err != nil || diff != "" {
		t.Errorf("error %v, %s", err, diff)
	}
	err = got.ParsePrelude([]byte(`{"body":"x"}`))
	if !errors.Is(err, lambda.ErrMalformed) {
		t.Errorf("a body in the prelude: error %v", err)
	}
}

func TestPath(t *testing.T) {
	t.Parallel()
	got := lambda.Path("arn:aws:lambda:us-east-1:000000000000:function:hello:live")
	if want := "/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:hello:live/invocations"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// FuzzParse holds that nothing panics, and that what is accepted is JSON whose
// body is what encoding/json reads.
func FuzzParse(f *testing.F) {
	for _, test := range answers {
		f.Add([]byte(test.document))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		var got lambda.Answer
		err := got.Parse(document)
		if err != nil {
			return
		}
		var want struct {
			Body *string `json:"body"`
		}
		err = json.Unmarshal(document, &want)
		if err != nil {
			t.Fatalf("accepted what is not JSON: %v", err)
		}
		if want.Body != nil && json.Valid(document) && string(got.Body) != *want.Body && !caseVariants(document) {
			t.Errorf("body %q, want %q", got.Body, *want.Body)
		}
	})
}

// caseVariants says whether encoding/json may have taken another key for body,
// whose case it ignores.
func caseVariants(document []byte) bool {
	var keys map[string]json.RawMessage
	err := json.Unmarshal(document, &keys)
	return err != nil || len(keys) > 1
}
