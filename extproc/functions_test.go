package extproc_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/sigv4"
)

// startFunctions speaks the Invoke API for scripted functions, and refuses calls
// whose signature is not right. (Functions made with the official runtimes run
// under test/functionhost.)
//
//	echo      answers with the event as its body
//	answer    answers with the document that is the event's body
//	raw       answers the event itself
//	throw     fails as functions do
//	denied    may not be invoked
//	slow      answers after a second
func startFunctions(t testing.TB) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		event, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		name, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/2015-03-31/functions/"), "/")
		for _, leaked := range []string{"X-Forwarded-For", "X-Request-Id", "X-Api-Key", "Cookie", "X-Sluice-Client-Request-Id"} {
			if r.Header.Get(leaked) != "" {
				t.Errorf("%s reached Lambda", leaked)
			}
		}
		name = name[strings.LastIndexByte(name, ':')+1:]
		w.Header().Set("X-Amzn-RequestId", "5d5a2e4c-0000-4000-8000-000000000000")
		w.Header().Set("X-Amz-Executed-Version", "$LATEST")
		problem := verify(r, event, "lambda")
		if problem != "" {
			w.Header().Set("X-Amzn-ErrorType", "InvalidSignatureException")
			http.Error(w, problem, http.StatusForbidden)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		invoke(w, r, name, event)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func invoke(w http.ResponseWriter, r *http.Request, name string, event []byte) {
	if r.Header.Get("X-Amz-Invocation-Type") == "Event" {
		w.WriteHeader(http.StatusAccepted)
		return
	}
	switch name {
	case "echo":
		_, _ = w.Write(append(jsonvalue.AppendQuoted([]byte(`{"statusCode":200,"body":`), string(event), jsonvalue.Verbatim), '}'))
	case "answer":
		var read struct {
			Body string `json:"body"`
		}
		_ = json.Unmarshal(event, &read)
		_, _ = io.WriteString(w, read.Body)
	case "raw":
		_, _ = w.Write(event)
	case "throw":
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
		_, _ = io.WriteString(w, `{"errorMessage":"four hundred","errorType":"Error","stackTrace":[]}`)
	case "denied":
		w.Header().Set("X-Amzn-ErrorType", "AccessDeniedException")
		http.Error(w, `{"Message":"User is not authorized"}`, http.StatusForbidden)
	case "slow":
		time.Sleep(time.Second)
		_, _ = io.WriteString(w, `{"statusCode":200}`)
	default:
		w.Header().Set("X-Amzn-ErrorType", "ResourceNotFoundException")
		http.Error(w, `{"Type":"User","Message":"Function not found"}`, http.StatusNotFound)
	}
}

// secretOfTests is the one key of tests.
type secretOfTests struct{}

// Secret implements sigv4.Keys.
func (secretOfTests) Secret(_ context.Context, accessKeyID, _ string) (string, error) {
	if accessKeyID != testKey.AccessKeyID {
		return "", sigv4.ErrUnknownKey
	}
	return testKey.SecretAccessKey, nil
}

// verify checks a call's signature as AWS does; empty: it is right.
func verify(r *http.Request, body []byte, service string) string {
	path, query, _ := strings.Cut(r.RequestURI, "?")
	verifier := sigv4.Verifier{Service: service, Window: 5 * time.Minute}
	_, err := verifier.Verify(r.Context(), &sigv4.Request{
		Method: r.Method, Path: path, Query: query, PayloadHash: sigv4.HashPayload(body),
		Header: func(name string) []string {
			if name == "host" {
				return []string{r.Host}
			}
			return r.Header.Values(name)
		},
	}, secretOfTests{}, time.Now())
	if err != nil {
		return err.Error()
	}
	return ""
}
