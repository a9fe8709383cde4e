package integration

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sluice-gateway/sluice/extproc/message"
	"github.com/sluice-gateway/sluice/extproc/phase"
	"github.com/sluice-gateway/sluice/internal/vtl"
)

// TestAct holds how actions are named, by service, against data-plane-rest.md §10.
func TestAct(t *testing.T) {
	t.Parallel()
	const (
		form  = "application/x-www-form-urlencoded"
		json1 = "application/x-amz-json-1.0"
	)
	cases := []struct {
		name, service, action string
		headers               message.Fields
		query                 vtl.Pairs
		uriQuery, body        string
		wantQuery             string
		want                  message.Fields
	}{
		{"a path has no action", "s3", "", nil, nil, "", "", "", nil},
		{"JSON", "dynamodb", "PutItem", nil, nil, "", "{}", "", message.Fields{{Name: targetHeader, Value: "DynamoDB_20120810.PutItem"}, {Name: "content-type", Value: json1}}},
		{"JSON, its type mapped", "states", "StartExecution", message.Fields{{Name: "content-type", Value: "x/y"}}, nil, "", "{}", "", message.Fields{
			{Name: "content-type", Value: "x/y"}, {Name: targetHeader, Value: "AWSStepFunctions.StartExecution"},
		}},
		{"a mapped target stands", "events", "PutEvents", message.Fields{{Name: targetHeader, Value: "AWSEvents.PutEvents"}}, nil, "", "{}", "", message.Fields{{Name: targetHeader, Value: "AWSEvents.PutEvents"}}},
		{"EventBridge gets no target by itself", "events", "PutEvents", nil, nil, "", "{}", "Action=PutEvents&Version=2015-10-07", nil},
		{"SSM by its query protocol", "ssm", "GetParameter", nil, vtl.Pairs{{Name: "Name", Value: "color"}}, "", "", "Action=GetParameter&Version=2014-11-06", message.Fields{{Name: "content-type", Value: form}}},
		{"parameters that the user mapped stand", "sns", "Publish", nil, vtl.Pairs{{Name: "Version", Value: "mine"}}, "a=b", "x", "a=b&Action=Publish", nil},
		{"a service that nobody listed", "newservice", "Do It", nil, nil, "", "x", "Action=Do+It", nil},
	}
	for _, test := range cases {
		out := &phase.Outgoing{Query: test.query, URIQuery: test.uriQuery, Body: []byte(test.body)}
		reply := &message.Reply{Set: test.headers}
		act(test.service, test.action, out, reply)
		if out.URIQuery != test.wantQuery {
			t.Errorf("%s: got query %q, want %q", test.name, out.URIQuery, test.wantQuery)
		}
		if diff := cmp.Diff(test.want, reply.Set); diff != "" {
			t.Errorf("%s: -want +got\n%s", test.name, diff)
		}
	}
}

func TestPlain(t *testing.T) {
	t.Parallel()
	for target, want := range map[string]string{
		"/a b/c+d?x=1+2&y=%2B": "/a%20b/c%2Bd?x=1%202&y=%2B", "/": "/", "/%e2%82%ac?": "/%E2%82%AC?", "/a:b": "/a%3Ab",
	} {
		if got := plain(target); got != want {
			t.Errorf("%q: got %q, want %q", target, got, want)
		}
	}
}
