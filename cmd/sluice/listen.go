package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// unixPrefix marks the address of a unix socket.
const unixPrefix = "unix:"

// errInUse is the end of every complaint about a port or folder that another
// program has.
var errInUse = errors.New("already in use")

// listen opens the address of a setting: HOST:PORT or unix:PATH.
func listen(ctx context.Context, setting, address string) (net.Listener, error) {
	if path, found := strings.CutPrefix(address, unixPrefix); found {
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
		return fmt.Errorf("%s %s is %w: stop the program that listens there, or choose another address with --%s", setting, address, errInUse, setting)
	}
	return fmt.Errorf("%s %s: %w", setting, address, err)
}

// checkFree says whether an address that Envoy is to listen at is free. Envoy
// itself would share it with another Envoy without a word.
func checkFree(ctx context.Context, setting, address string) error {
	listener, err := listen(ctx, setting, address)
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
		return nil, fmt.Errorf("%s %s is %w: stop the program that listens there", setting, path, errInUse)
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

// openDataDir makes the data folder and its folder of sockets, readable by this
// user alone.
func openDataDir(place placeSettings) error {
	for _, folder := range []string{place.DataDir, place.socketDir()} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return fmt.Errorf("data-dir %s: %w", place.DataDir, err)
		}
	}
	info, err := os.Stat(place.socketDir())
	if err != nil {
		return fmt.Errorf("data-dir %s: %w", place.DataDir, err)
	}
	owner, known := info.Sys().(*syscall.Stat_t)
	if known && int(owner.Uid) != os.Getuid() {
		return fmt.Errorf("the folder of sockets %s belongs to another user", place.socketDir())
	}
	return nil
}

// lockDataDir makes sure that one gateway alone works in a data folder. The
// kernel gives the lock back when the process ends, however it ends.
func lockDataDir(place placeSettings) (release func(), err error) {
	path := filepath.Join(place.DataDir, "lock")
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("data-dir %s: %w", place.DataDir, err)
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("data-dir %s is %w by another sluice: stop it, or choose another folder with --data-dir", place.DataDir, errInUse)
	}
	return func() { _ = file.Close() }, nil
}
