package store_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/store"
	"github.com/sluice-gateway/sluice/controlplane/store/embedded"
)

// writerDir tells this test binary to be the process that is killed; writerRound
// is what its APIs' ids start with.
const (
	writerDir   = "SLUICE_STORE_WRITER"
	writerRound = "SLUICE_STORE_ROUND"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(writerDir); dir != "" {
		write(dir)
		return
	}
	os.Exit(m.Run())
}

// write stores APIs until it is killed, and tells of each that is stored.
func write(dir string) {
	ctx := context.Background()
	etcd, err := embedded.Start(ctx, embedded.Config{Dir: dir})
	if err != nil {
		panic(err)
	}
	s, err := store.Open(ctx, store.Config{Endpoints: []string{etcd.Endpoint()}, MasterKey: masterKey, Random: rand.Reader})
	if err != nil {
		panic(err)
	}
	for i := 0; ; i++ {
		id := fmt.Sprintf("%s%05d", os.Getenv(writerRound), i)
		if err := s.CreateAPI(ctx, here, sample(id, 3)); err != nil {
			panic(err)
		}
		fmt.Println(id)
	}
}

// TestKilled holds that what a call has stored is there after a kill -9, at
// once, three times over.
func TestKilled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var stored []string
	for _, round := range []string{"a", "b", "c"} {
		writer := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
		writer.Env = append(os.Environ(), writerDir+"="+dir, writerRound+"="+round)
		stored = append(stored, killed(t, writer, 50)...)
		etcd, err := embedded.Start(t.Context(), embedded.Config{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		s := opened(t, etcd.Endpoint())
		for _, id := range stored {
			api, err := s.API(t.Context(), store.Ref{Scope: here, ID: id})
			if err != nil || len(api.Resources) != 4 {
				t.Errorf("%s: %v", id, err)
			}
		}
		etcd.Stop()
	}
}

// killed runs a writer until it has told of some, kills it, and gives all that
// it told of.
func killed(t *testing.T, writer *exec.Cmd, after int) []string {
	t.Helper()
	out, err := writer.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := writer.Start(); err != nil {
		t.Fatal(err)
	}
	var told []string
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		told = append(told, lines.Text())
		if len(told) == after {
			if err := writer.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = writer.Wait()
	if len(told) < after {
		t.Fatalf("the writer ended by itself after %d", len(told))
	}
	return told
}

// TestStartsQuickly holds the time that sluice run waits for its store.
func TestStartsQuickly(t *testing.T) {
	dir := t.TempDir()
	for _, when := range []string{"first", "second"} {
		begun := time.Now()
		etcd, err := embedded.Start(t.Context(), embedded.Config{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		took := time.Since(begun)
		if _, err := embedded.Start(t.Context(), embedded.Config{Dir: dir}); err == nil {
			t.Error("two servers on one directory")
		}
		etcd.Stop()
		t.Logf("%s start: %v", when, took)
		if took > time.Second {
			t.Errorf("the %s start took %v, want less than a second", when, took)
		}
	}
}
