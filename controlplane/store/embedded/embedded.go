// Package embedded runs a single etcd server inside this process for `sluice
// run`: on a unix socket and a data directory, with no port open. A fleet runs
// its own etcd and needs none of this. The package knows nothing of what is
// stored; store does.
package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
)

const (
	// startTimeout bounds how long a start may take: reading a large store after a
	// kill is what takes long.
	startTimeout = time.Minute
	// socketLength is the longest path a unix socket may have on Linux.
	socketLength = 107
	// A single server elects itself, so it need not wait as members of a cluster do.
	tick     = 50 * time.Millisecond
	election = 250 * time.Millisecond
	// maxOperations and maxRequest admit the import of a large API in one
	// transaction.
	maxOperations = 16 << 10
	maxRequest    = 64 << 20
	// quota is how large the store may become; etcd's own default is 2 GiB.
	quota = 8 << 30
)

// Config says where the server keeps its data.
type Config struct {
	// Dir is the data directory; it is made, with mode 0700, when there is none.
	Dir string
	// Logger hears when the server has stopped by itself; nil: nobody does.
	Logger *slog.Logger
}

// Etcd is a running server.
type Etcd struct {
	server *embed.Etcd
	lock   *os.File
	socket string
	// temporary is the socket's own directory, when Dir's path is too long for it.
	temporary string
}

// Start starts a server and waits until it answers. Stop it when done. It fails
// when another process uses the directory.
func Start(ctx context.Context, config Config) (*Etcd, error) {
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	dir, err := filepath.Abs(config.Dir)
	if err != nil {
		return nil, fmt.Errorf("etcd: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("etcd: %w", err)
	}
	made := &Etcd{}
	made.lock, err = lock(filepath.Join(dir, "lock"))
	if err != nil {
		return nil, err
	}
	if err := made.start(ctx, dir); err != nil {
		made.Stop()
		return nil, fmt.Errorf("etcd in %s: %w", dir, err)
	}
	go func() {
		for err := range made.server.Err() {
			config.Logger.Error("embedded etcd has failed", slog.String("error", err.Error()))
		}
	}()
	return made, nil
}

func (e *Etcd) start(ctx context.Context, dir string) error {
	e.socket = filepath.Join(dir, "client.sock")
	if len(e.socket) > socketLength {
		var err error
		e.temporary, err = os.MkdirTemp("", "sluice-etcd-")
		if err != nil {
			return err
		}
		e.socket = filepath.Join(e.temporary, "client.sock")
	}
	// A killed process leaves its socket; nobody else holds the lock.
	if err := os.Remove(e.socket); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	// umask is the process's; the directory's mode keeps others out.
	var err error
	e.server, err = embed.StartEtcd(settings(dir, e.socket))
	if err != nil {
		return err
	}
	waiting, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	select {
	case <-e.server.Server.ReadyNotify():
		return os.Chmod(e.socket, 0o600)
	case err := <-e.server.Err():
		return err
	case <-waiting.Done():
		return fmt.Errorf("not ready in time: %w", context.Cause(waiting))
	}
}

// settings configures a server that serves one socket and has no peers.
func settings(dir, socket string) *embed.Config {
	config := embed.NewConfig()
	config.Name = "sluice"
	config.Dir = filepath.Join(dir, "data")
	config.LogLevel = "error"
	config.LogOutputs = []string{filepath.Join(dir, "etcd.log")}
	client := url.URL{Scheme: "unix", Path: socket}
	config.ListenClientUrls = []url.URL{client}
	config.AdvertiseClientUrls = []url.URL{client}
	// Nobody ever dials the peer's address: it only names the one member, and must
	// stay the same when the data directory moves.
	config.ListenPeerUrls = nil
	config.AdvertisePeerUrls = []url.URL{{Scheme: "http", Host: "localhost:2380"}}
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	config.TickMs, config.ElectionMs = uint(tick.Milliseconds()), uint(election.Milliseconds())
	config.MaxTxnOps, config.MaxRequestBytes = maxOperations, maxRequest
	config.QuotaBackendBytes = quota
	// History is only for a watcher that was away for a moment.
	config.AutoCompactionMode, config.AutoCompactionRetention = "periodic", "5m"
	config.EnableGRPCGateway = false
	config.WarningApplyDuration, config.WarningUnaryRequestDuration = time.Minute, time.Minute
	return config
}

// Endpoint is the address for store.Config.Endpoints.
func (e *Etcd) Endpoint() string { return "unix://" + e.socket }

// Stop stops the server, and lets go of the directory.
func (e *Etcd) Stop() {
	if e.server != nil {
		e.server.Close()
	}
	if e.temporary != "" {
		// What is left of a socket hurts nobody.
		_ = os.RemoveAll(e.temporary)
	}
	if e.lock != nil {
		// Closing lets go of the lock; nothing was written to it.
		_ = e.lock.Close()
	}
}

// lock takes the directory for this process, until the file is closed or the
// process ends.
func lock(name string) (*os.File, error) {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("etcd: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		closed := file.Close()
		return nil, fmt.Errorf("the data directory %s is in use by another sluice: %w", filepath.Dir(name), errors.Join(err, closed))
	}
	return file, nil
}
