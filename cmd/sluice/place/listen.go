// Package place is what a gateway has on its machine: ports and sockets to
// listen at, a data folder that it alone works in, and the credentials of its
// root. Whatever cannot be had is told in plain words, by the setting's name. It
// serves nothing.
package place

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// UnixPrefix marks the address of a unix socket.
const UnixPrefix = "unix:"

// ErrInUse is the end of every complaint about a port or folder that another
// program has.
var ErrInUse = errors.New("already in use")

// Listen opens the address of a setting: HOST:PORT or unix:PATH.
func Listen(ctx context.Context, setting, address string) (net.Listener, error) {
	if path, found := strings.CutPrefix(address, UnixPrefix); found {
		return listenSocket(ctx, setting, path)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, complain(setting, address, err)
	}
	return listener, nil
}

// complain says in plain words why an address cannot be had.
func complain(setting, address string, err error) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		variable := "SLUICE_" + strings.ToUpper(strings.ReplaceAll(setting, "-", "_"))
		return fmt.Errorf("%s %s is %w: stop the program that listens there, or choose another address with --%s or %s",
			setting, address, ErrInUse, setting, variable)
	}
	return fmt.Errorf("%s %s: %w", setting, address, err)
}

// CheckFree says whether an address that Envoy is to listen at is free. Envoy
// itself would share it with another Envoy without a word.
func CheckFree(ctx context.Context, setting, address string) error {
	listener, err := Listen(ctx, setting, address)
	if err != nil {
		return err
	}
	return listener.Close()
}

// listenSocket opens a unix socket that only this user may use. One that a
// killed process left is replaced; one that somebody listens at is not.
func listenSocket(ctx context.Context, setting, path string) (net.Listener, error) {
	dialContext, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	connection, err := (&net.Dialer{}).DialContext(dialContext, "unix", path)
	if err == nil {
		_ = connection.Close()
		return nil, fmt.Errorf("%s %s is %w: stop the program that listens there", setting, path, ErrInUse)
	}
	if errors.Is(err, syscall.ECONNREFUSED) {
		if err := os.Remove(path); err != nil {
			return nil, fmt.Errorf("%s: %w", setting, err)
		}
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "unix", path)
	if err != nil {
		return nil, complain(setting, path, err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", setting, err), listener.Close())
	}
	return listener, nil
}

// Open makes the data folder and the folder of sockets, readable by this user
// alone.
func Open(dataDir, sockets string) error {
	for _, folder := range []string{dataDir, sockets} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return fmt.Errorf("data-dir %s: %w", dataDir, err)
		}
	}
	info, err := os.Stat(sockets)
	if err != nil {
		return fmt.Errorf("data-dir %s: %w", dataDir, err)
	}
	owner, known := info.Sys().(*syscall.Stat_t)
	if known && int(owner.Uid) != os.Getuid() {
		return fmt.Errorf("the folder of sockets %s belongs to another user", sockets)
	}
	return nil
}

// longestSockets leaves room for the names of sockets in the 107 bytes that a
// socket's path may have.
const longestSockets = 90

// Sockets is where a data folder's unix sockets are: below it or, when its path
// is too long for sockets, in a folder of its own.
func Sockets(dataDir string) string {
	dir := filepath.Join(dataDir, "run")
	if len(dir) <= longestSockets {
		return dir
	}
	sum := sha256.Sum256([]byte(dataDir))
	return filepath.Join(os.TempDir(), "sluice-"+hex.EncodeToString(sum[:8]))
}

// Lock makes sure that one gateway alone works in a data folder. The kernel
// gives the lock back when the process ends, however it ends.
func Lock(dataDir string) (release func(), err error) {
	file, err := os.OpenFile(filepath.Join(dataDir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("data-dir %s: %w", dataDir, err)
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("data-dir %s is %w by another sluice: stop it, or choose another folder with --data-dir", dataDir, ErrInUse)
	}
	return func() { _ = file.Close() }, nil
}

// WritePrivate writes a file that only its owner reads, whole or not at all.
func WritePrivate(path string, content []byte) error {
	partial := path + ".partial"
	if err := os.WriteFile(partial, content, 0o600); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := os.Rename(partial, path); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
