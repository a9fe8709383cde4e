package extproc_test

import (
	"strings"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/compile"
	"github.com/sluice-gateway/sluice/extproc"
	"github.com/sluice-gateway/sluice/extproc/message"
	"github.com/sluice-gateway/sluice/internal/awscredentials"
	"github.com/sluice-gateway/sluice/internal/plan"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// compileCases compiles one file of testdata/cases.
func compileCases(t testing.TB, name string) *planv1.Plan {
	t.Helper()
	read := readCases(t, "testdata/cases/"+name+".yaml", map[string]string{"UPSTREAM": "http://127.0.0.1:1", "REFUSED": "http://127.0.0.1:1"})
	made, problems := compile.Compile(compile.Input{
		AccountID: "123456789012", Region: "us-east-1", APIID: name, Stage: &read.Stage, Content: &read.Content,
		Settings: compile.Settings{Functions: []compile.Function{{Pattern: "*", URL: "http://127.0.0.1:1"}}},
	})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return made
}

func newEngine(t testing.TB, plans ...*planv1.Plan) *extproc.Engine {
	t.Helper()
	table := plan.NewTable()
	err := table.Plans(plans, nil)
	if err != nil {
		t.Fatal(err)
	}
	return extproc.NewEngine(extproc.Config{
		Plans: table, Credentials: awscredentials.Static(testKey), Random: func() uint64 { return 0xfedcba9876543210 },
		Now: func() time.Time { return time.Unix(1_700_000_000, 0) },
	})
}

// TestUnknownRouteIsClosed refuses what no plan knows.
func TestUnknownRouteIsClosed(t *testing.T) {
	t.Parallel()
	x := newEngine(t).Exchange()
	defer x.Release()
	got := x.Request(t.Context(), "nobody/knows/it/r.GET", &message.Request{Method: "GET", Path: "/"})
	if got.Action != message.Answer || got.Status != 500 || string(got.Body) != `{"message":"Internal server error"}` {
		t.Errorf("got %+v", got)
	}
	if later := x.Response(&message.Response{Status: 200}); later.Action != message.Pass {
		t.Errorf("after an answer: %+v", later)
	}
}

// lambdaCall is a Lambda proxy call with a body of about 1 KB, as wire messages
// would show it.
func lambdaCall() *message.Request {
	return &message.Request{
		Method: "POST", Path: "/dev/pets/17?verbose=true&lang=en", Authority: "lambda.execute-api.localhost", Scheme: "http", SourceIP: "192.0.2.1",
		Headers: message.Fields{
			{Name: "user-agent", Value: "bench/1.0"},
			{Name: "accept", Value: "*/*"},
			{Name: "content-type", Value: "text/plain"},
			{Name: "content-length", Value: "1024"},
			{Name: "x-forwarded-for", Value: "192.0.2.1"},
			{Name: "x-forwarded-proto", Value: "http"},
			{Name: "x-request-id", Value: "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"},
		},
	}
}

// BenchmarkExchangeLambdaProxy is a whole exchange of a Lambda proxy call
// without a transport: event, signature, answer.
func BenchmarkExchangeLambdaProxy(b *testing.B) {
	made := compileCases(b, "lambda")
	engine := newEngine(b, made)
	route := made.GetName() + "/proxy.ANY"
	body := []byte(strings.Repeat("x", 1024))
	request := lambdaCall()
	response := &message.Response{Status: 200, Headers: message.Fields{{Name: "content-type", Value: "application/json"}, {Name: "x-amzn-requestid", Value: "1"}}}
	answer := []byte(`{"statusCode":200,"headers":{"Content-Type":"application/json"},"body":"` + strings.Repeat("y", 1024) + `"}`)
	b.ReportAllocs()
	for b.Loop() {
		x := engine.Exchange()
		x.Request(b.Context(), route, request)
		if got := x.RequestBody(b.Context(), body); got.Action != message.Change {
			b.Fatalf("%+v", got)
		}
		x.Response(response)
		if got := x.ResponseBody(answer); got.Status != 200 {
			b.Fatalf("%+v", got)
		}
		x.Release()
	}
}
