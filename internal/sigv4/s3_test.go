package sigv4

import (
	"strings"
	"testing"
	"time"
)

// TestSignS3 holds signatures for S3, whose paths are encoded once and never
// normalised, against botocore's S3SigV4Auth.
func TestSignS3(t *testing.T) {
	t.Parallel()
	signer := NewSigner(Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}, "us-east-1", "s3")
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	for path, want := range map[string]string{
		"/bucket/a%20b/../c//d.txt": "b200afbd63c67fe45db217e39ccad0364b792480031dab9d49415a6178145487",
		"/bucket/key%2Fslash":       "9642d58b0237d857dde90eaef05a4734695ca7e3cfc86cf3f2b5f2f03a18eeb8",
	} {
		made := signer.Sign("GET", "s3.us-east-1.amazonaws.com", path, "", []Header{{"x-amz-content-sha256", EmptyPayload}}, EmptyPayload, now)
		if _, got, _ := strings.Cut(made.Authorization, "Signature="); got != want {
			t.Errorf("%s: got %s, want %s", path, made.Authorization, want)
		}
	}
}

func TestAppendPath(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"": "/", "/a b": "/a%20b", "/a%20b": "/a%20b", "/a+b:c": "/a%2Bb%3Ac", "/%e2%82%ac": "/%E2%82%AC", "/100%": "/100%25", "/%7Ea": "/~a", "/a%2Fb": "/a%2Fb",
	} {
		if got := string(AppendPath(nil, path)); got != want {
			t.Errorf("%q: got %q, want %q", path, got, want)
		}
	}
}
