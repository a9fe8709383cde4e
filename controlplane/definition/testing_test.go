package definition_test

import (
	"testing"

	"github.com/sluice-gateway/sluice/internal/awserror"
)

// errorText is what a client would see of err: its code and message.
func errorText(err error) string {
	if err == nil {
		return ""
	}
	seen := awserror.From(err)
	return string(seen.Code) + ": " + seen.Message
}

func wantError(t *testing.T, name string, err error, want string) {
	t.Helper()
	if got := errorText(err); got != want {
		t.Errorf("%s:\ngot  %s\nwant %s", name, got, want)
	}
}
