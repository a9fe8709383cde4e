package awsapi

import (
	"context"
	"crypto/rand"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/internal/awserror"
	"github.com/sluice-gateway/sluice/internal/secret"
)

// anyone is one root with one key.
type anyone struct{}

func (anyone) Identity(context.Context, string, string) (Identity, error) {
	return Identity{Account: "000000000000", Secret: secret.New("secret"), Principal: Principal{Root: true}}, nil
}

// TestRoundTrip sends every operation of every service, filled from botocore's
// models, and answers with every member filled: none may get lost either way.
// The package's own test, because no real handler answers them all.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	interpreter := os.Getenv("SLUICE_PYTHON")
	if interpreter == "" {
		local, err := filepath.Abs("../../.local/venv/bin/python3")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(local); err != nil {
			t.Skipf("needs a Python with boto3: set SLUICE_PYTHON or run make test (%v)", err)
		}
		interpreter = local
	}
	var handlers []Handler
	for _, operation := range Operations() {
		handlers = append(handlers, Handler{operation: operation, call: func(_ context.Context, _ Caller, input any) (any, error) {
			if lost := empty(reflect.ValueOf(input).Elem(), operation.Name, 0); len(lost) > 0 {
				return nil, awserror.NewBadRequest("lost " + strings.Join(lost, " "))
			}
			output := operation.NewOutput()
			fill(reflect.ValueOf(output).Elem(), 0)
			return output, nil
		}})
	}
	server, err := New(Config{Handlers: handlers, Identities: anyone{}, Now: time.Now, Random: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	listening := httptest.NewServer(server)
	defer listening.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, interpreter, "testdata/roundtrip.py", listening.URL)
	command.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID=key", "AWS_SECRET_ACCESS_KEY=secret", "AWS_DEFAULT_REGION=us-east-1", "AWS_CONFIG_FILE=/dev/null", "AWS_EC2_METADATA_DISABLED=true")
	output, err := command.CombinedOutput()
	t.Logf("%s", output)
	if err != nil {
		t.Error(err)
	}
}

// depthFilled is how deep structures are filled: some shapes hold themselves.
const depthFilled = 4

// empty lists the members that nothing was read into.
func empty(value reflect.Value, name string, depth int) []string {
	switch {
	case value.Type() == reflect.TypeFor[time.Time]():
		return nil
	case value.Kind() == reflect.Pointer || value.Kind() == reflect.Slice || value.Kind() == reflect.Map:
		if value.IsNil() {
			return []string{name}
		}
	default:
	}
	var lost []string
	switch value.Kind() {
	case reflect.Pointer:
		return empty(value.Elem(), name, depth)
	case reflect.Slice:
		for i := range value.Len() {
			lost = append(lost, empty(value.Index(i), name, depth)...)
		}
	case reflect.Struct:
		for i := range value.NumField() {
			if depth < depthFilled-1 {
				lost = append(lost, empty(value.Field(i), name+"."+value.Type().Field(i).Name, depth+1)...)
			}
		}
	case reflect.String:
		if value.String() == "" {
			return []string{name}
		}
	default:
	}
	return lost
}

// fill gives every member a value.
func fill(value reflect.Value, depth int) {
	switch value.Kind() {
	case reflect.Pointer:
		if depth <= depthFilled {
			value.Set(reflect.New(value.Type().Elem()))
			fill(value.Elem(), depth)
		}
	case reflect.Slice:
		if value.Type().Elem().Kind() == reflect.Uint8 {
			value.SetBytes([]byte("blob"))
			return
		}
		value.Set(reflect.MakeSlice(value.Type(), 1, 1))
		fill(value.Index(0), depth)
	case reflect.Map:
		element := reflect.New(value.Type().Elem()).Elem()
		fill(element, depth)
		value.Set(reflect.MakeMap(value.Type()))
		value.SetMapIndex(reflect.ValueOf("key"), element)
	case reflect.Struct:
		if value.Type() == reflect.TypeFor[time.Time]() {
			value.Set(reflect.ValueOf(time.Unix(1767323045, 0)))
			return
		}
		for _, part := range value.Fields() {
			if depth < depthFilled {
				fill(part, depth+1)
			}
		}
	case reflect.String:
		value.SetString("text & <ünï>")
	case reflect.Bool:
		value.SetBool(true)
	case reflect.Float64:
		value.SetFloat(1.5)
	default:
		value.SetInt(7)
	}
}
