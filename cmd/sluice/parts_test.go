package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// recorder notes what happens to parts, in order.
type recorder struct {
	mu     sync.Mutex
	events []string
}

func (r *recorder) note(event string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, event)
}

func (r *recorder) part(name string) part {
	return part{name: name, run: func(ctx context.Context, ready func()) error {
		r.note("start " + name)
		ready()
		<-ctx.Done()
		r.note("stop " + name)
		return nil
	}}
}

var quiet = slog.New(slog.DiscardHandler)

// TestPartsInOrder starts one after the other and stops in reverse.
func TestPartsInOrder(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	r := &recorder{}
	err := runParts(ctx, quiet, cancel, r.part("a"), r.part("b"), r.part("c"))
	if err != nil {
		t.Error(err)
	}
	want := []string{"start a", "start b", "start c", "stop c", "stop b", "stop a"}
	if !slices.Equal(r.events, want) {
		t.Errorf("got %v, want %v", r.events, want)
	}
}

// TestPartFails stops the others, whenever one fails, and says why.
func TestPartFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	cases := map[string]func(ctx context.Context, ready func()) error{
		"before it is ready": func(context.Context, func()) error { return broken },
		"later": func(_ context.Context, ready func()) error {
			ready()
			return broken
		},
	}
	for name, run := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &recorder{}
			err := runParts(t.Context(), quiet, nil, r.part("a"), part{name: "bad", run: run})
			if !errors.Is(err, broken) {
				t.Errorf("got %v", err)
			}
			if !slices.Contains(r.events, "stop a") {
				t.Errorf("a was not stopped: %v", r.events)
			}
		})
	}
	err := runParts(t.Context(), quiet, nil, part{name: "short", run: func(context.Context, func()) error { return nil }})
	if !errors.Is(err, errEnded) || !strings.Contains(err.Error(), "short") {
		t.Errorf("a part that ends by itself: %v", err)
	}
}

// place makes settings with a data folder of the test's own.
func testPlace(t *testing.T) placeSettings {
	t.Helper()
	dir, err := os.MkdirTemp("", "place")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	place := placeSettings{DataDir: dir, Account: "000000000000", ControlAddress: "127.0.0.1:1", GatewayAddress: "127.0.0.1:2", AdminAddress: "127.0.0.1:3"}
	if err := place.check(); err != nil {
		t.Fatal(err)
	}
	if err := openDataDir(place); err != nil {
		t.Fatal(err)
	}
	return place
}

// TestSockets replaces a socket that a killed process left, not one in use.
func TestSockets(t *testing.T) {
	t.Parallel()
	place := testPlace(t)
	path := place.socket("xds")
	first, err := listenSocket(t.Context(), "xds-address", path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = listenSocket(t.Context(), "xds-address", path)
	if !errors.Is(err, errInUse) || !strings.Contains(err.Error(), "xds-address") {
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
	place := testPlace(t)
	release, err := lockDataDir(place)
	if err != nil {
		t.Fatal(err)
	}
	_, err = lockDataDir(place)
	if !errors.Is(err, errInUse) || !strings.Contains(err.Error(), place.DataDir) {
		t.Errorf("a second lock: %v", err)
	}
	release()
	release, err = lockDataDir(place)
	if err != nil {
		t.Fatalf("after the first is gone: %v", err)
	}
	release()
}

// TestLongDataDir keeps sockets short enough for the kernel.
func TestLongDataDir(t *testing.T) {
	t.Parallel()
	place := placeSettings{DataDir: filepath.Join("/", strings.Repeat("a", 120))}
	if path := place.socket("extauth"); len(path) > 107 {
		t.Errorf("%s has %d bytes", path, len(path))
	}
	other := placeSettings{DataDir: filepath.Join("/", strings.Repeat("b", 120))}
	if place.socket("x") == other.socket("x") {
		t.Error("two data folders share a socket")
	}
}
