package place

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// folder makes a data folder of the test's own, with a short path.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "place")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := Open(dir, Sockets(dir)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestSockets replaces a socket that a killed process left, not one in use.
func TestSockets(t *testing.T) {
	t.Parallel()
	path := filepath.Join(Sockets(folder(t)), "xds.sock")
	first, err := listenSocket(t.Context(), "xds-address", path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = listenSocket(t.Context(), "xds-address", path)
	if !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), "xds-address") {
		t.Errorf("a socket in use: %v", err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the socket's mode: %v %v", info.Mode(), err)
	}
	left, ok := first.(interface{ SetUnlinkOnClose(unlink bool) })
	if !ok {
		t.Fatal("no unix listener")
	}
	left.SetUnlinkOnClose(false) // as kill -9 leaves it
	_ = first.Close()
	second, err := listenSocket(t.Context(), "xds-address", path)
	if err != nil {
		t.Fatalf("a socket that was left: %v", err)
	}
	_ = second.Close()
}

// TestLock lets one gateway alone into a data folder.
func TestLock(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	release, err := Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Lock(dir)
	if !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), dir) {
		t.Errorf("a second lock: %v", err)
	}
	release()
	release, err = Lock(dir)
	if err != nil {
		t.Fatalf("after the first is gone: %v", err)
	}
	release()
}

// TestLongDataDir keeps sockets short enough for the kernel.
func TestLongDataDir(t *testing.T) {
	t.Parallel()
	long := filepath.Join("/", strings.Repeat("a", 120))
	if path := filepath.Join(Sockets(long), "extauth.sock"); len(path) > 107 {
		t.Errorf("%s has %d bytes", path, len(path))
	}
	if Sockets(long) == Sockets(filepath.Join("/", strings.Repeat("b", 120))) {
		t.Error("two data folders share a socket")
	}
}

// TestRoot makes credentials once, for this user alone.
func TestRoot(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	if _, err := ReadRoot(dir); err == nil || !strings.Contains(err.Error(), "sluice run") {
		t.Errorf("before the first run: %v, want what to do", err)
	}
	made, err := ReadOrMakeRoot(dir)
	if err != nil || !strings.HasPrefix(made.AccessKeyID, "AKIA") || len(made.AccessKeyID) != 20 || len(made.SecretAccessKey.Reveal()) != 40 {
		t.Errorf("made %q %v", made.AccessKeyID, err)
	}
	again, err := ReadOrMakeRoot(dir)
	if err != nil || again.SecretAccessKey.Reveal() != made.SecretAccessKey.Reveal() {
		t.Errorf("made anew: %v", err)
	}
	info, err := os.Stat(filepath.Join(dir, "root.json"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode: %v %v", info, err)
	}
}
