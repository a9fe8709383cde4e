package integration

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/sluice-gateway/sluice/extproc/message"
	"github.com/sluice-gateway/sluice/extproc/phase"
	"github.com/sluice-gateway/sluice/internal/sigv4"
)

// sign signs the request in reply, as it stands, and adds the headers for it.
// What is not in reply.Set is not signed.
func sign(ctx context.Context, s *phase.State, env *Environment, reply *message.Reply) error {
	defined := s.Operation.Definition.GetIntegration()
	if defined.GetSigning().GetCaller() {
		return phase.Misconfigured("credentials arn:aws:iam::*:user/* need the caller's secret key, which is not kept here")
	}
	now := env.Now()
	signer, err := env.Credentials.Signer(ctx, s.Operation.Target, now)
	if err != nil {
		return phase.Misconfigured(err.Error())
	}
	hash := sha256.Sum256(reply.Body)
	digest := hex.EncodeToString(hash[:])
	if defined.GetSigning().GetService() == "s3" {
		reply.Set = append(reply.Set, message.Field{Name: "x-amz-content-sha256", Value: digest})
	}
	var room [12]sigv4.Header
	headers := room[:0]
	for _, field := range reply.Set {
		if signedHeader(field.Name) {
			headers = append(headers, sigv4.Header{Name: field.Name, Value: field.Value})
		}
	}
	path, query, _ := strings.Cut(reply.Path, "?")
	signature := signer.Sign(reply.Method, reply.Authority, path, query, headers, digest, now)
	reply.Set = append(reply.Set, message.Field{Name: "authorization", Value: signature.Authorization},
		message.Field{Name: "x-amz-date", Value: signature.Date})
	if signature.SecurityToken != "" {
		reply.Set = append(reply.Set, message.Field{Name: "x-amz-security-token", Value: signature.SecurityToken})
	}
	return nil
}

// signedHeader says whether a header is signed: those that proxies between may
// change are not.
func signedHeader(name string) bool {
	return name == "content-type" || strings.HasPrefix(name, "x-amz-")
}
