package iam

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/internal/secret"
	"github.com/sluice-gateway/sluice/internal/sigv4"
)

// session is what a session token holds, sealed: whose temporary credentials
// they are. It is kept nowhere else, so that sessions cost no storage.
type session struct {
	Account string    `json:"account"`
	ARN     string    `json:"arn"`
	ID      string    `json:"id"`
	Secret  string    `json:"secret"`
	Expires time.Time `json:"expires"`
}

// Session is temporary credentials and what they stand for.
type Session struct {
	AccessKeyID     string
	SecretAccessKey secret.String
	Token           string
	Expires         time.Time
}

// NewSession makes temporary credentials of a principal (STS).
func (a *API) NewSession(account string, principal awsapi.Principal, lasts time.Duration) (Session, error) {
	made := Session{
		AccessKeyID: "ASIA" + a.ids.Upper(16), SecretAccessKey: secret.New(a.ids.Key(secretLength)), Expires: a.now().Add(lasts),
	}
	text, err := json.Marshal(session{
		Account: account, ARN: principal.ARN, ID: principal.ID, Secret: made.SecretAccessKey.Reveal(), Expires: made.Expires,
	})
	if err != nil {
		return Session{}, fmt.Errorf("session of %s: %w", principal.ARN, err)
	}
	sealed, err := a.config.Box.Seal(secret.New(string(text)), sessionPlace(made.AccessKeyID))
	if err != nil {
		return Session{}, fmt.Errorf("session of %s: %w", principal.ARN, err)
	}
	made.Token = base64.StdEncoding.EncodeToString(sealed)
	return made, nil
}

// sessionPlace binds a token to its access key.
func sessionPlace(accessKeyID string) string { return "session/" + accessKeyID }

// openSession tells whose temporary credentials a key and its token are.
func (a *API) openSession(accessKeyID, token string) (awsapi.Identity, error) {
	sealed, err := base64.StdEncoding.DecodeString(token)
	if err != nil {
		return awsapi.Identity{}, sigv4.ErrUnknownKey
	}
	text, err := a.config.Box.Open(sealed, sessionPlace(accessKeyID))
	if err != nil {
		return awsapi.Identity{}, sigv4.ErrUnknownKey
	}
	var held session
	if err := json.Unmarshal([]byte(text.Reveal()), &held); err != nil {
		return awsapi.Identity{}, sigv4.ErrUnknownKey
	}
	if !a.config.Now().Before(held.Expires) {
		return awsapi.Identity{}, sigv4.ErrExpiredToken
	}
	return awsapi.Identity{
		Account: held.Account, Secret: secret.New(held.Secret),
		Principal: awsapi.Principal{
			ARN: held.ARN, ID: held.ID, AccessKeyID: accessKeyID, Root: held.ARN == rootARN(held.Account),
		},
	}, nil
}

func rootARN(account string) string { return "arn:aws:iam::" + account + ":root" }
