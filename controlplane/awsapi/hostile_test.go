package awsapi_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestHostile sends what no client of good will sends. Whatever comes back is
// AWS's error or net/http's own 4xx, soon.
func TestHostile(t *testing.T) {
	t.Parallel()
	address := start(t, io.Discard)
	deep := strings.Repeat(`{"a":`, 100_000)
	cases := []struct {
		name string
		ask  ask
		want string
	}{
		{"body above the limit", ask{method: "POST", target: "/restapis", body: strings.Repeat("a", 1<<20+1)}, "413 RequestEntityTooLargeException"},
		{"body above the limit, of no known length", ask{method: "POST", target: "/restapis", body: strings.Repeat("a", 1<<20+1), change: func(r *http.Request) { r.ContentLength = -1 }}, "413 RequestEntityTooLargeException"},
		{"body above the limit of nobody", ask{method: "POST", target: "/restapis", key: "AKIDNOBODY", body: strings.Repeat("a", 1<<20+1)}, "403 UnrecognizedClientException"},
		{"deep JSON", ask{method: "POST", target: "/restapis", body: deep}, "400 SerializationException"},
		{"deep list", ask{method: "POST", target: "/restapis", body: `{"name":` + strings.Repeat("[", 200_000)}, "400 SerializationException"},
		{"invalid UTF-8 in the body", ask{method: "POST", target: "/restapis", body: "{\"name\":\"\xff\xfe\"}"}, "400 SerializationException"},
		{"more after the body", ask{method: "POST", target: "/restapis", body: `{"name":"a"}{}`}, "400 SerializationException"},
		{"list for body", ask{method: "POST", target: "/restapis", body: `[]`}, "400 SerializationException"},
		// The operation refuses this number itself (recorded), which the edge's tests do not have.
		{"huge number", ask{method: "POST", target: "/restapis", body: `{"name":"a","minimumCompressionSize":1e999999}`}, "201 "},
		{"list for a text", ask{method: "POST", target: "/restapis", body: `{"name":["a"]}`}, "400 SerializationException"},
		{"text for a list", ask{method: "POST", target: "/restapis", body: `{"name":"a","binaryMediaTypes":"b"}`}, "400 SerializationException"},
		{"NUL in the path", ask{method: "GET", target: "/restapis/a%00b"}, "400 BadRequestException"},
		{"invalid UTF-8 in the path", ask{method: "GET", target: "/restapis/a%ff%feb"}, "400 BadRequestException"},
		{"invalid UTF-8 in the query", ask{method: "GET", target: "/restapis?position=%ff"}, "400 SerializationException"},
		{"a thousand segments", ask{method: "GET", target: "/restapis" + strings.Repeat("/a", 1000)}, "404 UnknownOperationException"},
		{"empty label", ask{method: "GET", target: "/restapis//resources"}, "404 UnknownOperationException"},
		{"dots that leave the API", ask{method: "GET", target: "/restapis/a/../../v2/apis"}, "404 UnknownOperationException"},
		{"number that is none", ask{method: "GET", target: "/restapis?limit=many"}, "400 SerializationException"},
		{"query protocol with dots alone", ask{method: "POST", target: "/", service: "iam", body: "Action=CreateUser&Version=2010-05-08&" + strings.Repeat(".", 100_000) + "=1"}, "501 "},
		{"query protocol with a broken form", ask{method: "POST", target: "/", service: "sts", body: "%zz"}, "400 "},
		{"thousands of headers", ask{method: "GET", target: "/restapis/a", change: manyHeaders(10_000)}, "431 "},
		{"hundreds of headers", ask{method: "GET", target: "/restapis/a", change: manyHeaders(900)}, "200 "},
		{"thousands of signed headers", ask{method: "GET", target: "/restapis/a", change: signMany}, "403 IncompleteSignatureException"},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			begun := time.Now()
			response, body := send(t, address, test.ask)
			got := fmt.Sprintf("%d %s", response.StatusCode, response.Header.Get("x-amzn-ErrorType"))
			if got != test.want {
				t.Errorf("got %s, want %s: %.300s", got, test.want, body)
			}
			if took := time.Since(begun); took > 5*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func manyHeaders(count int) func(*http.Request) {
	return func(request *http.Request) {
		for i := range count {
			request.Header.Add(fmt.Sprintf("X-Many-%d", i), strings.Repeat("v", 20))
		}
	}
}

func signMany(request *http.Request) {
	authorization := request.Header.Get("Authorization")
	request.Header.Set("Authorization", strings.Replace(authorization, "SignedHeaders=", "SignedHeaders="+strings.Repeat("x;", 5000), 1))
}

// TestBroken sends bytes that are no HTTP request.
func TestBroken(t *testing.T) {
	t.Parallel()
	address := start(t, io.Discard)
	cases := map[string]string{
		"bad escape":       "GET /restapis/%zz HTTP/1.1\r\nHost: a\r\n\r\n",
		"raw NUL":          "GET /restapis/\x00 HTTP/1.1\r\nHost: a\r\n\r\n",
		"no host":          "GET /restapis HTTP/1.1\r\n\r\n",
		"bad chunk":        "POST /restapis HTTP/1.1\r\nHost: a\r\nAuthorization: AWS4-HMAC-SHA256 Credential=a/b/c/apigateway/e, SignedHeaders=host, Signature=0\r\nX-Amz-Date: 20260101T000000Z\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
		"bad length":       "POST /restapis HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
		"two lengths":      "POST /restapis HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
		"asterisk":         "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
		"absolute target":  "GET http://other/restapis HTTP/1.1\r\nHost: a\r\n\r\n",
		"target of a host": "GET http://other HTTP/1.1\r\nHost: a\r\n\r\n",
		"connect":          "CONNECT other:80 HTTP/1.1\r\nHost: other:80\r\n\r\n",
		"unknown method":   "BREW /restapis HTTP/1.1\r\nHost: a\r\n\r\n",
	}
	for name, text := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			connection, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			defer connection.Close()
			if err := connection.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(connection, text); err != nil {
				t.Fatal(err)
			}
			response, err := http.ReadResponse(bufio.NewReader(connection), nil)
			if err != nil {
				t.Fatalf("no answer: %v", err)
			}
			defer response.Body.Close()
			if response.StatusCode < 400 || response.StatusCode >= 500 {
				t.Errorf("got %s", response.Status)
			}
		})
	}
}
