package extproc_test

import (
	"encoding/binary"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/compile"
	"github.com/sluice-gateway/sluice/controlplane/definition"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

const (
	metadata = `{"statusCode":201,"headers":{"Content-Type":"text/event-stream","X-From":"function"},"cookies":["a=1","b=2"]}`
	nuls     = "\x00\x00\x00\x00\x00\x00\x00\x00"
)

// eventChunk is a PayloadChunk of Lambda's own encoding.
func eventChunk(payload string) string {
	var block []byte
	for _, header := range [][2]string{{":message-type", "event"}, {":event-type", "PayloadChunk"}} {
		block = append(append(block, byte(len(header[0]))), header[0]...)
		block = binary.BigEndian.AppendUint16(append(block, 7), uint16(len(header[1])))
		block = append(block, header[1]...)
	}
	made := binary.BigEndian.AppendUint32(nil, uint32(16+len(block)+len(payload)))
	made = binary.BigEndian.AppendUint32(made, uint32(len(block)))
	made = binary.BigEndian.AppendUint32(made, crc32.ChecksumIEEE(made))
	made = append(append(made, block...), payload...)
	return string(binary.BigEndian.AppendUint32(made, crc32.ChecksumIEEE(made)))
}

// startStreams answers InvokeWithResponseStream. The function's name says how;
// before the last piece it waits for next, so that a test proves that the first
// has come through.
func startStreams(t *testing.T, next <-chan struct{}) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		event, _ := io.ReadAll(r.Body)
		if problem := verify(r, event, "lambda"); problem != "" || !strings.HasPrefix(r.URL.Path, "/2021-11-15/functions/") {
			http.Error(w, problem, http.StatusForbidden)
			return
		}
		write := func(pieces ...string) {
			for _, piece := range pieces {
				_, _ = io.WriteString(w, piece)
				_ = http.NewResponseController(w).Flush()
			}
		}
		switch name := r.URL.Path; {
		case strings.Contains(name, "raw"):
			write(metadata[:20])
			time.Sleep(10 * time.Millisecond)
			write(metadata[20:]+nuls[:3], nuls[3:]+"data: first\n\n")
			<-next
			write("data: second\n\n")
		case strings.Contains(name, "events"):
			w.Header().Set("Content-Type", "application/vnd.amazon.eventstream")
			write(eventChunk(metadata+nuls), eventChunk("data: first\n\n"))
			<-next
			write(eventChunk("data: second\n\n"))
		case strings.Contains(name, "plain"):
			write(`{"statusCode":200,"body":"x"}`)
		case strings.Contains(name, "long"):
			write(strings.Repeat("x", 20<<10))
		default:
			http.Error(w, "no such function", http.StatusNotFound)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// streamingPlan has an operation for each function, named after it.
func streamingPlan(t *testing.T, url string, names ...string) *planv1.Plan {
	t.Helper()
	content := definition.Content{Resources: map[string]*definition.Resource{}}
	for _, name := range names {
		content.Resources[name] = &definition.Resource{ID: name, Path: "/" + name, Methods: map[string]*definition.Method{"POST": {
			AuthorizationType: "NONE",
			Integration: &definition.Integration{
				Type: "AWS_PROXY", HTTPMethod: "POST", ResponseTransferMode: "STREAM",
				URI: "arn:aws:apigateway:us-east-1:lambda:path/2021-11-15/functions/arn:aws:lambda:us-east-1:123456789012:function:" + name + "/response-streaming-invocations",
			},
		}}}
	}
	made, problems := compile.Compile(compile.Input{
		AccountID: "123456789012", Region: "us-east-1", APIID: "streaming", Stage: &definition.Stage{StageName: "dev", DeploymentID: "d"},
		Content: &content, Settings: compile.Settings{Functions: []compile.Function{{Pattern: "*", URL: url}}},
	})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return made
}

// TestStreaming reads the first piece of a streamed answer before the function
// writes the second.
func TestStreaming(t *testing.T) {
	t.Parallel()
	next := make(chan struct{})
	g := startGateway(t, []*planv1.Plan{streamingPlan(t, startStreams(t, next), "raw", "events", "plain", "long", "missing")})
	post := func(name string) *http.Response {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+g.address+"/dev/"+name, strings.NewReader("body"))
		if err != nil {
			t.Fatal(err)
		}
		request.Host = "streaming.execute-api.localhost"
		response, err := g.client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		return response
	}
	for _, name := range []string{"raw", "events"} {
		response := post(name)
		first := make([]byte, len("data: first\n\n"))
		_, err := io.ReadFull(response.Body, first)
		if err != nil || string(first) != "data: first\n\n" {
			t.Fatalf("%s: %q, %v", name, first, err)
		}
		next <- struct{}{}
		rest, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if err != nil || string(rest) != "data: second\n\n" {
			t.Errorf("%s: %q, %v", name, rest, err)
		}
		if response.StatusCode != http.StatusCreated || response.Header.Get("Content-Type") != "text/event-stream" || response.Header.Get("X-From") != "function" ||
			strings.Join(response.Header.Values("Set-Cookie"), " ") != "a=1 b=2" || response.Header.Get("X-Sluice-Length") != "" {
			t.Errorf("%s: %d %v", name, response.StatusCode, response.Header)
		}
	}
	for name, status := range map[string]int{"plain": 502, "long": 502, "missing": 500} {
		response := post(name)
		body, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if err != nil || response.StatusCode != status || string(body) != `{"message":"Internal server error"}` ||
			response.Header.Get("X-Amzn-RequestId") == "" || response.Header.Get("X-Amz-Apigw-Id") == "" {
			t.Errorf("%s: %d %v %q, %v", name, response.StatusCode, response.Header, body, err)
		}
	}
}
