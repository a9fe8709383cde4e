package controlplane

import (
	"context"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/internal/secret"
	"github.com/sluice-gateway/sluice/internal/sigv4"
)

// root is the one identity of a gateway without IAM users: the root of the
// default account.
type root struct {
	account string
	key     string
	secret  secret.String
}

// Identity implements awsapi.Identities.
func (r root) Identity(_ context.Context, accessKeyID, sessionToken string) (awsapi.Identity, error) {
	if accessKeyID != r.key || r.key == "" || sessionToken != "" {
		return awsapi.Identity{}, sigv4.ErrUnknownKey
	}
	return awsapi.Identity{
		Account: r.account,
		Principal: awsapi.Principal{
			ARN: "arn:aws:iam::" + r.account + ":root", ID: r.account, AccessKeyID: r.key, Root: true,
		},
		Secret: r.secret,
	}, nil
}
