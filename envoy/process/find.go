package process

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"
)

// The oldest Envoy that takes Sluice's configuration.
const (
	major, minor = 1, 40
	// Needed is that version as people write it.
	Needed = "1.40"
)

// ErrNoEnvoy is wrapped by every error of Find and CheckVersion.
var ErrNoEnvoy = errors.New("Envoy " + Needed + " or newer is needed") //nolint:staticcheck // a name

// advice ends what Find says.
const advice = "install Envoy " + Needed + " (tools/local.sh envoy does, into .local/), or name it with --envoy or ENVOY"

// Find gives the path of an Envoy: the one that is named, else one on PATH,
// else what tools/local.sh installs in the working folder.
func Find(named string) (string, error) {
	if named != "" {
		path, err := exec.LookPath(named)
		if err != nil {
			return "", fmt.Errorf("%w, but %s is no program: %s", ErrNoEnvoy, named, advice)
		}
		return path, nil
	}
	if path, err := exec.LookPath("envoy"); err == nil {
		return path, nil
	}
	local := filepath.Join(".local", "envoy", "bin", "envoy")
	if _, err := os.Stat(local); err == nil {
		absolute, err := filepath.Abs(local)
		if err != nil {
			return "", fmt.Errorf("%w: %w", ErrNoEnvoy, err)
		}
		return absolute, nil
	}
	return "", fmt.Errorf("%w, and none is on PATH: %s", ErrNoEnvoy, advice)
}

// versionLine is what `envoy --version` prints: …/1.40.0/Clean/RELEASE/….
var versionLine = regexp.MustCompile(`version: [0-9a-f]*/(\d+)\.(\d+)\.\d+[^/]*/`)

// CheckVersion runs an Envoy to see that it is new enough, and gives its
// version.
func CheckVersion(ctx context.Context, path string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	output, err := exec.CommandContext(ctx, path, "--version").Output()
	if err != nil {
		return "", fmt.Errorf("%w, but %s --version failed (%w): %s", ErrNoEnvoy, path, err, advice)
	}
	found := versionLine.FindSubmatch(output)
	if found == nil {
		return "", fmt.Errorf("%w, but %s does not say that it is an Envoy: %s", ErrNoEnvoy, path, advice)
	}
	gotMajor, _ := strconv.Atoi(string(found[1]))
	gotMinor, _ := strconv.Atoi(string(found[2]))
	version := fmt.Sprintf("%d.%d", gotMajor, gotMinor)
	if gotMajor < major || (gotMajor == major && gotMinor < minor) {
		return "", fmt.Errorf("%w, but %s is %s: %s", ErrNoEnvoy, path, version, advice)
	}
	return version, nil
}

// urlQuery escapes a query value.
func urlQuery(text string) string { return url.QueryEscape(text) }
