package awsapi_test

import (
	"context"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/internal/awserror"
	"github.com/sluice-gateway/sluice/internal/iam"
)

// attached gives everybody the same policies.
type attached []*iam.Policy

func (a attached) Policies(context.Context, awsapi.Caller) ([]*iam.Policy, error) { return a, nil }

func TestByPolicy(t *testing.T) {
	t.Parallel()
	policy, err := iam.Parse([]byte(`{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":"apigateway:GET","Resource":"arn:aws:apigateway:us-east-1::/restapis/*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"},"DateLessThan":{"aws:CurrentTime":"2026-02-01"},"StringEquals":{"aws:username":"alice"}}},
		{"Effect":"Deny","Action":"apigateway:*","Resource":"arn:aws:apigateway:*::/restapis/secret*"}]}`), iam.IdentityPolicy)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	alice := awsapi.Caller{Account: account, SourceIP: "10.1.2.3", Principal: awsapi.Principal{ARN: "arn:aws:iam::000000000000:user/team/alice"}}
	bob, outside, root := alice, alice, alice
	bob.Principal.ARN = "arn:aws:iam::000000000000:user/bob"
	outside.SourceIP = "11.0.0.1"
	root.Principal = awsapi.Principal{Root: true}
	const api, other = "arn:aws:apigateway:us-east-1::/restapis/abc", "arn:aws:apigateway:us-east-1::/restapis/secret1"
	cases := []struct {
		name     string
		caller   awsapi.Caller
		action   string
		resource string
		now      time.Time
		want     string
	}{
		{"allowed", alice, "apigateway:GET", api, now, ""},
		{"other action", alice, "apigateway:POST", api, now, "User: arn:aws:iam::000000000000:user/team/alice is not authorized to perform: apigateway:POST on resource: " + api + " because no identity-based policy allows the apigateway:POST action"},
		{"other user", bob, "apigateway:GET", api, now, "User: arn:aws:iam::000000000000:user/bob is not authorized to perform: apigateway:GET on resource: " + api + " because no identity-based policy allows the apigateway:GET action"},
		{"other place", outside, "apigateway:GET", api, now, "User: arn:aws:iam::000000000000:user/team/alice is not authorized to perform: apigateway:GET on resource: " + api + " because no identity-based policy allows the apigateway:GET action"},
		{"other time", alice, "apigateway:GET", api, now.AddDate(0, 1, 0), "User: arn:aws:iam::000000000000:user/team/alice is not authorized to perform: apigateway:GET on resource: " + api + " because no identity-based policy allows the apigateway:GET action"},
		{"denied", alice, "apigateway:GET", other, now, "User: arn:aws:iam::000000000000:user/team/alice is not authorized to perform: apigateway:GET on resource: " + other + " with an explicit deny in an identity-based policy"},
		{"root", root, "apigateway:DELETE", other, now, ""},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			authorizer := awsapi.ByPolicy{Attached: attached{policy}, Now: func() time.Time { return test.now }}
			got := ""
			if err := authorizer.Authorize(t.Context(), test.caller, test.action, test.resource); err != nil {
				got = awserror.From(err).Message
			}
			if got != test.want {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}
