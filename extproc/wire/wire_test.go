package wire_test

import (
	"strings"
	"testing"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	modev3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/ext_proc/v3"
	extprocv3 "github.com/envoyproxy/go-control-plane/envoy/service/ext_proc/v3"
	typev3 "github.com/envoyproxy/go-control-plane/envoy/type/v3"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/sluice-gateway/sluice/extproc/message"
	"github.com/sluice-gateway/sluice/extproc/wire"
)

func headers(end bool, pairs ...string) *extprocv3.HttpHeaders {
	made := &extprocv3.HttpHeaders{Headers: &corev3.HeaderMap{}, EndOfStream: end}
	for i := 0; i < len(pairs); i += 2 {
		made.Headers.Headers = append(made.Headers.Headers, &corev3.HeaderValue{Key: pairs[i], RawValue: []byte(pairs[i+1])})
	}
	return made
}

func attributes(t testing.TB, values map[string]any) map[string]*structpb.Struct {
	t.Helper()
	made, err := structpb.NewStruct(values)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]*structpb.Struct{"envoy.filters.http.ext_proc": made}
}

func marshal(t testing.TB, made proto.Message) []byte {
	t.Helper()
	data, err := proto.Marshal(made)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func requests(t testing.TB) map[string]*extprocv3.ProcessingRequest {
	t.Helper()
	return map[string]*extprocv3.ProcessingRequest{
		"request headers": {
			Request:        &extprocv3.ProcessingRequest_RequestHeaders{RequestHeaders: headers(true, ":path", "/a?b", "x", "y", "empty", "")},
			Attributes:     attributes(t, map[string]any{"xds.route_name": "api/dev/1/r.GET", "source.address": "127.0.0.1:77", "other": 1.5}),
			ProtocolConfig: &extprocv3.ProtocolConfiguration{RequestBodyMode: modev3.ProcessingMode_BUFFERED, ResponseBodyMode: modev3.ProcessingMode_FULL_DUPLEX_STREAMED},
		},
		"response headers": {
			Request:    &extprocv3.ProcessingRequest_ResponseHeaders{ResponseHeaders: headers(false, ":status", "200")},
			Attributes: attributes(t, map[string]any{"response.code_details": "via_upstream"}),
		},
		"request body":      {Request: &extprocv3.ProcessingRequest_RequestBody{RequestBody: &extprocv3.HttpBody{Body: []byte("body"), EndOfStream: true}}},
		"response body":     {Request: &extprocv3.ProcessingRequest_ResponseBody{ResponseBody: &extprocv3.HttpBody{Body: make([]byte, 300)}}},
		"request trailers":  {Request: &extprocv3.ProcessingRequest_RequestTrailers{RequestTrailers: &extprocv3.HttpTrailers{}}},
		"response trailers": {Request: &extprocv3.ProcessingRequest_ResponseTrailers{ResponseTrailers: &extprocv3.HttpTrailers{}}},
	}
}

func TestDecode(t *testing.T) {
	t.Parallel()
	wants := map[string]wire.Message{
		"request headers": {
			Kind: wire.RequestHeaders, End: true, RouteName: "api/dev/1/r.GET", SourceAddress: "127.0.0.1:77", ResponseStreamed: true,
			Fields: message.Fields{{Name: ":path", Value: "/a?b"}, {Name: "x", Value: "y"}, {Name: "empty"}},
		},
		"response headers":  {Kind: wire.ResponseHeaders, CodeDetails: "via_upstream", Fields: message.Fields{{Name: ":status", Value: "200"}}},
		"request body":      {Kind: wire.RequestBody, Body: []byte("body"), End: true},
		"response body":     {Kind: wire.ResponseBody, Body: make([]byte, 300)},
		"request trailers":  {Kind: wire.RequestTrailers},
		"response trailers": {Kind: wire.ResponseTrailers},
	}
	for name, request := range requests(t) {
		var got wire.Message
		err := got.Decode(marshal(t, request))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(wants[name], got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func option(name, value string, action corev3.HeaderValueOption_HeaderAppendAction) *corev3.HeaderValueOption {
	made := &corev3.HeaderValueOption{Header: &corev3.HeaderValue{Key: name, RawValue: []byte(value)}, AppendAction: action}
	if action == add {
		made.Append = wrapperspb.Bool(true)
	}
	return made
}

func body(content []byte) *extprocv3.BodyMutation {
	return &extprocv3.BodyMutation{Mutation: &extprocv3.BodyMutation_Body{Body: content}}
}

const (
	replace = corev3.HeaderValueOption_OVERWRITE_IF_EXISTS_OR_ADD
	add     = corev3.HeaderValueOption_APPEND_IF_EXISTS_OR_ADD
)

func TestAppendReply(t *testing.T) {
	t.Parallel()
	large := make([]byte, 70000)
	cases := []struct {
		name  string
		kind  wire.Kind
		reply message.Reply
		want  *extprocv3.ProcessingResponse
	}{
		{"pass", wire.RequestHeaders, message.Reply{}, &extprocv3.ProcessingResponse{
			Response: &extprocv3.ProcessingResponse_RequestHeaders{RequestHeaders: &extprocv3.HeadersResponse{}},
		}},
		{"wait", wire.ResponseHeaders, message.Reply{Action: message.Wait}, &extprocv3.ProcessingResponse{
			Response: &extprocv3.ProcessingResponse_ResponseHeaders{ResponseHeaders: &extprocv3.HeadersResponse{}},
		}},
		{"replaced request", wire.RequestHeaders, message.Reply{
			Action: message.Change, Method: "POST", Path: "/x", Authority: "h:1", Remove: []string{"accept"},
			Set: message.Fields{{Name: "a", Value: "1"}, {Name: "b", Value: ""}, {Name: "a", Value: "2"}}, Body: large, HasBody: true,
		}, &extprocv3.ProcessingResponse{
			Response: &extprocv3.ProcessingResponse_RequestHeaders{RequestHeaders: &extprocv3.HeadersResponse{Response: &extprocv3.CommonResponse{
				Status: extprocv3.CommonResponse_CONTINUE_AND_REPLACE,
				HeaderMutation: &extprocv3.HeaderMutation{
					SetHeaders: []*corev3.HeaderValueOption{
						option(":method", "POST", replace), option(":path", "/x", replace), option(":authority", "h:1", replace),
						option("a", "1", replace), option("b", "", replace), option("a", "2", add),
					},
					RemoveHeaders: []string{"accept"},
				},
				BodyMutation: body(large),
			}}},
		}},
		{"response body", wire.ResponseBody, message.Reply{Action: message.Change, Status: 404, Body: []byte("x"), HasBody: true}, &extprocv3.ProcessingResponse{
			Response: &extprocv3.ProcessingResponse_ResponseBody{ResponseBody: &extprocv3.BodyResponse{Response: &extprocv3.CommonResponse{
				HeaderMutation: &extprocv3.HeaderMutation{SetHeaders: []*corev3.HeaderValueOption{option(":status", "404", replace), option("content-length", "1", replace)}}, BodyMutation: body([]byte("x")),
			}}},
		}},
		{"empty request body", wire.RequestBody, message.Reply{Action: message.Change, HasBody: true, Body: []byte{}}, &extprocv3.ProcessingResponse{
			Response: &extprocv3.ProcessingResponse_RequestBody{RequestBody: &extprocv3.BodyResponse{Response: &extprocv3.CommonResponse{BodyMutation: body([]byte{})}}},
		}},
		{"answer", wire.RequestBody, message.Reply{Action: message.Answer, Status: 502, Set: message.Fields{{Name: "a", Value: "1"}}, Body: []byte("x")}, &extprocv3.ProcessingResponse{
			Response: &extprocv3.ProcessingResponse_ImmediateResponse{ImmediateResponse: &extprocv3.ImmediateResponse{
				Status: &typev3.HttpStatus{Code: 502}, Headers: &extprocv3.HeaderMutation{SetHeaders: []*corev3.HeaderValueOption{option("a", "1", replace)}}, Body: []byte("x"),
			}},
		}},
		{"answer without anything", wire.RequestHeaders, message.Reply{Action: message.Answer, Status: 204}, &extprocv3.ProcessingResponse{
			Response: &extprocv3.ProcessingResponse_ImmediateResponse{ImmediateResponse: &extprocv3.ImmediateResponse{Status: &typev3.HttpStatus{Code: 204}}},
		}},
	}
	for _, test := range cases {
		got := &extprocv3.ProcessingResponse{}
		err := proto.Unmarshal(wire.AppendReply(nil, test.kind, &test.reply), got)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if diff := cmp.Diff(test.want, got, protocmp.Transform()); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}

// TestFacts reads dynamic metadata back.
func TestFacts(t *testing.T) {
	t.Parallel()
	reply := message.Reply{Facts: message.Fields{{Name: "error.responseType", Value: "THROTTLED"}, {Name: "integration.latency", Value: strings.Repeat("7", 200)}, {Name: "x"}}}
	got := &extprocv3.ProcessingResponse{}
	err := proto.Unmarshal(wire.AppendReply(nil, wire.ResponseBody, &reply), got)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"sluice": map[string]any{"error.responseType": "THROTTLED", "integration.latency": strings.Repeat("7", 200), "x": ""}}
	if diff := cmp.Diff(want, got.GetDynamicMetadata().AsMap()); diff != "" {
		t.Error(diff)
	}
}

func TestAppendStreamed(t *testing.T) {
	t.Parallel()
	for _, end := range []bool{false, true} {
		got := &extprocv3.ProcessingResponse{}
		err := proto.Unmarshal(wire.AppendStreamed(nil, wire.ResponseBody, []byte("chunk"), end), got)
		if err != nil {
			t.Fatal(err)
		}
		want := &extprocv3.ProcessingResponse{Response: &extprocv3.ProcessingResponse_ResponseBody{ResponseBody: &extprocv3.BodyResponse{
			Response: &extprocv3.CommonResponse{BodyMutation: &extprocv3.BodyMutation{Mutation: &extprocv3.BodyMutation_StreamedResponse{
				StreamedResponse: &extprocv3.StreamedBodyResponse{Body: []byte("chunk"), EndOfStream: end},
			}}},
		}}}
		if diff := cmp.Diff(want, got, protocmp.Transform()); diff != "" {
			t.Error(diff)
		}
	}
	got := &extprocv3.ProcessingResponse{}
	err := proto.Unmarshal(wire.AppendHeaders(nil, wire.ResponseHeaders, &message.Reply{Action: message.Change, Status: 201}), got)
	if err != nil || got.GetResponseHeaders().GetResponse().GetHeaderMutation().GetSetHeaders()[0].GetHeader().GetKey() != ":status" {
		t.Errorf("error %v, got %v", err, got)
	}
}

// FuzzDecode holds that no bytes panic, and that what is read is what protobuf
// itself reads.
func FuzzDecode(f *testing.F) {
	for _, request := range requests(f) {
		f.Add(marshal(f, request))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var got wire.Message
		err := got.Decode(data)
		want := &extprocv3.ProcessingRequest{}
		unmarshalled := proto.Unmarshal(data, want)
		if err != nil || unmarshalled != nil {
			return
		}
		if body := want.GetRequestBody(); body != nil && got.Kind == wire.RequestBody && len(marshal(t, want)) == len(data) && string(body.GetBody()) != string(got.Body) {
			t.Errorf("body %q, want %q", got.Body, body.GetBody())
		}
	})
}
