// Package awscredentials finds the credentials with which Sluice calls AWS (or
// what stands in for it) and keeps signers made of them, so that a request only
// looks one up. Credentials come from the AWS SDK's default chain; roles are
// assumed through STS and kept until they are about to expire.
//
// It is NOT about the credentials of Sluice's own callers (internal/iam), and it
// never asks an instance's metadata service unless told to.
package awscredentials
