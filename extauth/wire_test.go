package extauth

import (
	"errors"
	"testing"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	authv3 "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"
	typev3 "github.com/envoyproxy/go-control-plane/envoy/type/v3"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/sluice-gateway/sluice/internal/admission"
	"github.com/sluice-gateway/sluice/internal/envoygrpc"
	"github.com/sluice-gateway/sluice/internal/gatewayresponse"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// sampleCheck is a CheckRequest as Envoy sends it.
func sampleCheck() *authv3.CheckRequest {
	return &authv3.CheckRequest{Attributes: &authv3.AttributeContext{
		Source: &authv3.AttributeContext_Peer{Address: &corev3.Address{Address: &corev3.Address_SocketAddress{SocketAddress: &corev3.SocketAddress{
			Address: "192.0.2.7", PortSpecifier: &corev3.SocketAddress_PortValue{PortValue: 4711},
		}}}},
		Destination: &authv3.AttributeContext_Peer{Address: &corev3.Address{Address: &corev3.Address_SocketAddress{SocketAddress: &corev3.SocketAddress{Address: "127.0.0.1"}}}},
		Request: &authv3.AttributeContext_Request{Http: &authv3.AttributeContext_HttpRequest{
			Id: "123", Method: "POST", Path: "/prod/pets/1?a=b?c", Host: "api.example:8080", Scheme: "http", Protocol: "HTTP/1.1", Size: -1,
			Headers: map[string]string{"x-api-key": "k", "x-request-id": "c6af9ac6", "accept": "*/*"},
		}},
		ContextExtensions: map[string]string{"operation": "a/b/c/d", "other": "x"},
		MetadataContext:   &corev3.Metadata{FilterMetadata: map[string]*structpb.Struct{"n": {}}},
	}}
}

func decoded(tb testing.TB, message *authv3.CheckRequest) *checkRequest {
	tb.Helper()
	wire, err := proto.Marshal(message)
	if err != nil {
		tb.Fatal(err)
	}
	read := &checkRequest{buffer: wire}
	if err := read.decode(); err != nil {
		tb.Fatal(err)
	}
	return read
}

// TestDecode holds the hand-written reader against the generated types.
func TestDecode(t *testing.T) {
	t.Parallel()
	read := decoded(t, sampleCheck())
	got := []string{read.operation, read.ID, read.Method, read.Path, read.Query, read.Host, read.SourceIP, read.header("x-api-key"), read.header("none")}
	want := []string{"a/b/c/d", "c6af9ac6", "POST", "/prod/pets/1", "a=b?c", "api.example:8080", "192.0.2.7", "k", ""}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// TestDecodeRaw reads headers as encode_raw_headers sends them, names repeated.
func TestDecodeRaw(t *testing.T) {
	t.Parallel()
	message := sampleCheck()
	message.Attributes.Request.Http.Headers = nil
	message.Attributes.Request.Http.HeaderMap = &corev3.HeaderMap{Headers: []*corev3.HeaderValue{
		{Key: "a", RawValue: []byte("1")}, {Key: "b", RawValue: []byte("x")}, {Key: "a", RawValue: []byte("2")},
	}}
	read := decoded(t, message)
	if got := read.header("a") + " " + read.header("b"); got != "1,2 x" {
		t.Errorf("got %q", got)
	}
}

// TestReset wants nothing of one request to be seen by the next.
func TestReset(t *testing.T) {
	t.Parallel()
	read := decoded(t, sampleCheck())
	read.reset()
	wire, err := proto.Marshal(&authv3.CheckRequest{Attributes: &authv3.AttributeContext{}})
	if err != nil {
		t.Fatal(err)
	}
	read.buffer = append(read.buffer, wire...)
	if err := read.decode(); err != nil {
		t.Fatal(err)
	}
	if read.operation != "" || read.header("x-api-key") != "" || read.ID != "" || read.SourceIP != "" || read.Path != "" {
		t.Errorf("left over: %+v", read)
	}
}

// TestEncode holds the hand-written writer against the generated types.
func TestEncode(t *testing.T) {
	t.Parallel()
	long := make([]byte, 20_000)
	for i := range long {
		long[i] = 'x'
	}
	for _, body := range []string{"", `{"message":"Forbidden"}`, string(long[:100]), string(long[:130]), string(long)} {
		answer := &gatewayresponse.Answer{Status: 403, Body: []byte(body), Headers: []gatewayresponse.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "a", Value: ""}}}
		wire := appendMetadata(appendDenied(nil, answer), []pair{{"error.responseType", "INVALID_API_KEY"}})
		got := &authv3.CheckResponse{}
		if err := proto.Unmarshal(wire, got); err != nil {
			t.Fatal(err)
		}
		overwrite := corev3.HeaderValueOption_OVERWRITE_IF_EXISTS_OR_ADD
		want := &authv3.CheckResponse{
			Status: &status.Status{Code: 7},
			HttpResponse: &authv3.CheckResponse_DeniedResponse{DeniedResponse: &authv3.DeniedHttpResponse{
				Status: &typev3.HttpStatus{Code: 403}, Body: body,
				Headers: []*corev3.HeaderValueOption{
					{Header: &corev3.HeaderValue{Key: "Content-Type", Value: "application/json"}, AppendAction: overwrite},
					{Header: &corev3.HeaderValue{Key: "a"}, AppendAction: overwrite},
				},
			}},
			DynamicMetadata: &structpb.Struct{Fields: map[string]*structpb.Value{"error.responseType": structpb.NewStringValue("INVALID_API_KEY")}},
		}
		if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
			t.Errorf("body of %d bytes: -want +got\n%s", len(body), diff)
		}
	}
}

// FuzzDecode wants no panic, and agreement with the generated types on what both
// accept.
func FuzzDecode(f *testing.F) {
	seed, err := proto.Marshal(sampleCheck())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Add(seed[:40])
	f.Fuzz(func(t *testing.T, wire []byte) {
		read := &checkRequest{buffer: wire}
		if read.decode() != nil {
			return
		}
		message := &authv3.CheckRequest{}
		// Of a message that is sent in pieces the last piece counts here, while proto
		// puts them together: Envoy sends none.
		if proto.Unmarshal(wire, message) != nil || proto.Size(message) != len(wire) {
			return
		}
		if want := message.GetAttributes().GetRequest().GetHttp().GetMethod(); read.Method != want {
			t.Errorf("method %q, want %q", read.Method, want)
		}
		if want := message.GetAttributes().GetContextExtensions()["operation"]; read.operation != want {
			t.Errorf("operation %q, want %q", read.operation, want)
		}
	})
}

// BenchmarkCheck is the edge without the transport: decode, decide, encode.
func BenchmarkCheck(b *testing.B) {
	for name, key := range map[string]string{"allowed": "good", "denied": "wrong"} {
		b.Run(name, func(b *testing.B) {
			message := sampleCheck()
			message.Attributes.ContextExtensions["operation"] = "abcde12345/free/r1.GET"
			message.Attributes.Request.Http.Headers["x-api-key"] = keyValue(key)
			wire, err := proto.Marshal(message)
			if err != nil {
				b.Fatal(err)
			}
			server := sampleServer(b, nil)
			plans := usagePlans()
			plans[0].Throttle = &planv1.Throttle{Rate: 1e9, Burst: 1e9}
			plan := samplePlan()
			plan.AccountThrottle = nil
			rules := table(plan)["abcde12345/prod/0011/r1.GET"]
			server.settings.Lookup = func(string) *admission.Rules { return rules }
			if err := server.settings.Decider.keys.UsagePlans(plans, nil); err != nil {
				b.Fatal(err)
			}
			reply := make([]byte, 0, 1024)
			b.ReportAllocs()
			for b.Loop() {
				stream, _ := server.calls.Get().(*call)
				if _, _, err := stream.Receive(reply[:0], wire); !errors.Is(err, envoygrpc.ErrDone) {
					b.Fatal(err)
				}
				stream.Close()
			}
		})
	}
}
