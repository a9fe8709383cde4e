package e2e_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/sluice-gateway/sluice/test/fleet"
)

// raw writes bytes to an address and reads the status of the first answer; 0
// when the connection was closed without one.
func raw(t *testing.T, address string, request []byte) (status int, body string) {
	t.Helper()
	connection, err := net.DialTimeout("tcp", address, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	_ = connection.SetDeadline(time.Now().Add(30 * time.Second))
	go func() { _, _ = connection.Write(request) }()
	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		if timeout, ok := err.(net.Error); ok && timeout.Timeout() { //nolint:errorlint // as read
			t.Fatalf("no answer within 30 s to %.80q", request)
		}
		return 0, ""
	}
	defer func() { _ = response.Body.Close() }()
	text, _ := io.ReadAll(response.Body)
	return response.StatusCode, string(text)
}

// hostileRequest is one thing that nobody decent sends.
type hostileRequest struct {
	name    string
	request []byte
	// allowed statuses; 0 is a connection closed without an answer.
	allowed []int
}

func hostileRequests(host string) []hostileRequest {
	get := func(path, headers string) []byte {
		return []byte("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + headers + "\r\n")
	}
	many := strings.Repeat("x-many: value\r\n", 10000)
	big := "POST /live/proxied HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 10485761\r\n\r\n"
	return []hostileRequest{
		{"NUL in the path", get("/live/\x00", ""), []int{400}},
		{"invalid UTF-8 in the path", get("/live/\xff\xfe", ""), []int{400, 403}},
		{"escaped NUL in the path", get("/live/%00", ""), []int{400, 403}},
		{"escapes that are none", get("/live/%zz%", ""), []int{400, 403}},
		{"10,000 headers", get("/live/native", many), []int{431, 0}},
		{"a header of 1 MB", get("/live/native", "x-big: "+strings.Repeat("a", 1<<20)+"\r\n"), []int{431, 0}},
		{"a path of 100 KB", get("/live/"+strings.Repeat("a", 100<<10), ""), []int{431, 414, 403, 0}},
		{"broken chunking", []byte("POST /live/proxied HTTP/1.1\r\nHost: " + host + "\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n"), []int{400, 0}},
		{"both lengths", []byte("POST /live/proxied HTTP/1.1\r\nHost: " + host + "\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"), []int{400}},
		{"two hosts", []byte("GET /live/native HTTP/1.1\r\nHost: " + host + "\r\nHost: other\r\n\r\n"), []int{400, 403}},
		{"no HTTP at all", []byte("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello\r\n\r\n"), []int{400, 0}},
		{"a header name with a blank", get("/live/native", "bad name: x\r\n"), []int{400}},
		{"a body over 10 MiB", append([]byte(big), bytes.Repeat([]byte("x"), 10485761)...), []int{413}},
		{"dots", get("/live/../../etc/passwd", ""), []int{400, 403}},
		{"a path of slashes", get(strings.Repeat("/", 2000), ""), []int{403, 400}},
	}
}

// TestHostileGateway sends what nobody decent sends to the data plane: the
// answer is AWS's error or Envoy's 400, never a 5xx, a hang or a dead process.
func TestHostileGateway(t *testing.T) {
	t.Parallel()
	f := fleet.Start(t, fleet.Options{})
	api := f.NewAPI(t, "hostile")
	api.Mock("GET", "/native", "native")
	api.HTTPProxy("POST", "/proxied", f.Upstream.URL()+"/proxied")
	api.Lambda("POST", "/processed", "absent")
	api.HTTPProxy("POST", "/checked", f.Upstream.URL()+"/checked", fleet.KeyRequired)
	api.Deploy("live")
	expect(t, f.Caller(), api.Host(), "/live/native", 200, "native")
	for _, hostile := range hostileRequests(api.Host()) {
		status, body := raw(t, f.Gateway, hostile.request)
		allowed := false
		for _, one := range hostile.allowed {
			allowed = allowed || one == status
		}
		if !allowed {
			t.Errorf("%s: %d %.200q, want one of %v", hostile.name, status, body, hostile.allowed)
		}
		expectAlive(t, f, api)
	}
}

func expectAlive(t *testing.T, f *fleet.Fleet, api *fleet.API) {
	t.Helper()
	if answer := f.Caller().Get(t, api.Host(), "/live/native"); answer.Status != 200 {
		t.Fatalf("the gateway no longer serves: %d %q", answer.Status, answer.Body)
	}
}

// signed builds a control API request with a right signature.
func signed(t *testing.T, f *fleet.Fleet, verb, path string, body []byte) *http.Request {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), verb, "http://"+f.Control+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	sign(t, request, body)
	return request
}

func sign(t *testing.T, request *http.Request, body []byte) {
	t.Helper()
	credentials := aws.Credentials{AccessKeyID: fleet.AccessKeyID, SecretAccessKey: fleet.SecretAccessKey}
	err := v4.NewSigner().SignHTTP(context.Background(), credentials, request, hash(body), "apigateway", fleet.Region, time.Now())
	if err != nil {
		t.Fatal(err)
	}
}

// TestHostileControl sends the like to the control API, with right signatures,
// and then signatures with every field wrong in turn.
func TestHostileControl(t *testing.T) {
	t.Parallel()
	f := fleet.Start(t, fleet.Options{})
	deep := []byte(strings.Repeat(`{"name":`, 100000) + `"x"` + strings.Repeat("}", 100000))
	bodies := map[string][]byte{
		"10 MB of text":        bytes.Repeat([]byte("x"), 10<<20),
		"10 MB of a name":      fmt.Appendf(nil, `{"name":%q}`, strings.Repeat("n", 10<<20)),
		"deep JSON":            deep,
		"no JSON":              []byte(`{"name":`),
		"a list":               []byte(`[1,2,3]`),
		"a number for a name":  []byte(`{"name":17}`),
		"invalid UTF-8":        []byte("{\"name\":\"\xff\xfe\"}"),
		"NUL in a name":        []byte(`{"name":"a\u0000b","description":""}`),
		"an unknown enum":      []byte(`{"name":"x","apiKeySource":"NOWHERE"}`),
		"a million array":      []byte(`{"name":"x","binaryMediaTypes":[` + strings.Repeat(`"",`, 1000000) + `""]}`),
		"a number too large":   []byte(`{"name":"x","minimumCompressionSize":1e400}`),
		"the same key twice":   []byte(`{"name":"x","name":"y","endpointConfiguration":{"types":["wrong"]}}`),
		"nothing":              nil,
		"a null":               []byte(`null`),
		"null for a structure": []byte(`{"name":null,"endpointConfiguration":null}`),
	}
	for name, body := range bodies {
		expectRefused(t, name, signed(t, f, http.MethodPost, "/restapis", body), !harmless[name])
	}
	for _, path := range []string{"/restapis/%00", "/restapis/%ff%fe", "/restapis//resources", "/restapis/..%2f..", "/tags/" + strings.Repeat("%3A", 5000)} {
		expectRefused(t, fmt.Sprintf("%.60s", path), signed(t, f, http.MethodGet, path, nil), true)
	}
	for name, change := range brokenSignatures() {
		request := signed(t, f, http.MethodGet, "/restapis", nil)
		change(request)
		expectRefused(t, name, request, true)
	}
	if err := listAPIs(t, f); err != nil {
		t.Errorf("after all that: %v", err)
	}
}

// harmless are bodies that may be taken: they are odd, but no rule forbids them.
var harmless = map[string]bool{"the same key twice": true, "a million array": true}

// listAPIs proves that the control API still works.
func listAPIs(t *testing.T, f *fleet.Fleet) error {
	t.Helper()
	response, err := http.DefaultClient.Do(signed(t, f, http.MethodGet, "/restapis", nil))
	if err != nil {
		return err
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("GET /restapis: %s", response.Status)
	}
	return nil
}

// expectRefused wants a 4xx with AWS's error header.
func expectRefused(t *testing.T, name string, request *http.Request, always bool) {
	t.Helper()
	response, err := (&http.Client{Timeout: 30 * time.Second}).Do(request)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	defer func() { _ = response.Body.Close() }()
	body, _ := io.ReadAll(response.Body)
	if response.StatusCode/100 == 5 || (always && response.StatusCode/100 != 4) {
		t.Errorf("%s: %s %.200q, want a 4xx", name, response.Status, body)
		return
	}
	if response.StatusCode/100 == 4 && (response.Header.Get("X-Amzn-Errortype") == "" || !strings.Contains(strings.ToLower(string(body)), `"message"`)) {
		t.Errorf("%s: %s %v %.200q, want AWS's error", name, response.Status, response.Header, body)
	}
}

// brokenSignatures make each part of a signature wrong in turn.
func brokenSignatures() map[string]func(*http.Request) {
	replace := func(old, made string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), old, made, 1))
		}
	}
	set := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	return map[string]func(*http.Request){
		"no signature":       func(r *http.Request) { r.Header.Del("Authorization") },
		"another scheme":     set("Authorization", "Bearer token"),
		"empty":              set("Authorization", "AWS4-HMAC-SHA256"),
		"unknown algorithm":  replace("AWS4-HMAC-SHA256", "AWS4-HMAC-MD5"),
		"unknown key":        replace(fleet.AccessKeyID, "AKIANOBODYNOBODYNOBO"),
		"another region":     replace("us-east-1", "mars-west-2"),
		"another service":    replace("/apigateway/", "/s3/"),
		"another terminator": replace("aws4_request", "aws5_request"),
		"no signed headers":  replace("SignedHeaders=", "SignedThings="),
		"host not signed":    replace("host;", ""),
		"a short signature":  replace("Signature=", "Signature=00"),
		"no date":            func(r *http.Request) { r.Header.Del("X-Amz-Date") },
		"an old date":        set("X-Amz-Date", "20200101T000000Z"),
		"a date to come":     set("X-Amz-Date", time.Now().Add(time.Hour).UTC().Format("20060102T150405Z")),
		"no date at all":     set("X-Amz-Date", "yesterday"),
		"a long credential":  replace("Credential=", "Credential="+strings.Repeat("A", 10000)),
	}
}
