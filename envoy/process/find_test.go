package process_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluice-gateway/sluice/envoy/process"
	"github.com/sluice-gateway/sluice/test/fleet"
)

// TestCheckVersion asks a real Envoy, and programs that say other things.
func TestCheckVersion(t *testing.T) {
	t.Parallel()
	version, err := process.CheckVersion(t.Context(), fleet.FindEnvoy(t))
	if err != nil || !strings.HasPrefix(version, "1.") {
		t.Errorf("the real Envoy: %q %v", version, err)
	}
	cases := map[string]struct{ prints, want string }{
		"old":      {"envoy  version: abc/1.39.2/Clean/RELEASE/BoringSSL", "is 1.39"},
		"newer":    {"envoy  version: abc/1.41.0-dev/Clean/RELEASE/BoringSSL", ""},
		"two":      {"envoy  version: abc/2.0.0/Clean/RELEASE/BoringSSL", ""},
		"no Envoy": {"hello", "does not say that it is an Envoy"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "envoy")
			if err := os.WriteFile(path, []byte("#!/bin/sh\necho '"+c.prints+"'\n"), 0o700); err != nil {
				t.Fatal(err)
			}
			_, err := process.CheckVersion(t.Context(), path)
			if (err == nil) != (c.want == "") || (err != nil && !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got %v, want %q", err, c.want)
			}
			if err != nil && !errors.Is(err, process.ErrNoEnvoy) {
				t.Errorf("%v is no ErrNoEnvoy", err)
			}
		})
	}
}

// TestFind takes the Envoy that is named, and says what to do without one.
func TestFind(t *testing.T) {
	t.Parallel()
	envoy := fleet.FindEnvoy(t)
	found, err := process.Find(envoy)
	if err != nil || found != envoy {
		t.Errorf("got %q %v, want %q", found, err, envoy)
	}
	_, err = process.Find("/no/such/envoy")
	if !errors.Is(err, process.ErrNoEnvoy) || !strings.Contains(err.Error(), "/no/such/envoy") || !strings.Contains(err.Error(), "1.40") {
		t.Errorf("got %v, want what is missing and what is needed", err)
	}
}
