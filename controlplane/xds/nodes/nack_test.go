package nodes

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/types/known/anypb"
)

// TestRefusedNames holds which resources of a message a NACK is about.
func TestRefusedNames(t *testing.T) {
	t.Parallel()
	detail, err := anypb.New(&errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{{Field: "b", Description: "no"}}})
	if err != nil {
		t.Fatal(err)
	}
	clusters := "Error adding/updating cluster(s) http-10.0.0.1-80: bad timeout, api/x: bad name"
	cases := map[string]struct {
		failure *statuspb.Status
		names   []string
		want    map[string]string
	}{
		"our services say it":       {&statuspb.Status{Message: "a: no", Details: []*anypb.Any{detail}}, []string{"a", "b"}, map[string]string{"b": "no"}},
		"Envoy names them":          {&statuspb.Status{Message: clusters}, []string{"http-10.0.0.1-80", "http-10.0.0.1-8080", "api/x", "api"}, map[string]string{"http-10.0.0.1-80": clusters, "api/x": clusters}},
		"a part of a longer name":   {&statuspb.Status{Message: "cluster abcd is bad"}, []string{"abc", "bcd"}, map[string]string{"abc": "cluster abcd is bad", "bcd": "cluster abcd is bad"}},
		"nobody is named, so all":   {&statuspb.Status{Message: "bad"}, []string{"a", "b"}, map[string]string{"a": "bad", "b": "bad"}},
		"a message of deletions is": {&statuspb.Status{Message: "bad"}, nil, map[string]string{}},
	}
	for name, test := range cases {
		if diff := cmp.Diff(test.want, refusedNames(test.failure, test.names)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
