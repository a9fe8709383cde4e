package stage

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// child is a process that is to run as long as the example does.
type child struct {
	name    string
	command *exec.Cmd
	ended   chan struct{}
	// err is why it ended, once ended is closed.
	err error
}

// errStopped is what a child that ended by itself reports when it gave no error.
var errStopped = errors.New("it stopped by itself")

// start starts a child, to be stopped when the example ends.
func (s *Stage) start(ctx context.Context, name string, environment []string, command ...string) (*child, error) {
	started := &child{
		name: name, ended: make(chan struct{}),
		command: exec.CommandContext(context.WithoutCancel(ctx), command[0], command[1:]...),
	}
	started.command.Env = append(os.Environ(), environment...)
	started.command.Stdout, started.command.Stderr = os.Stdout, os.Stderr
	// A terminal's Ctrl-C reaches this program, which then stops its children
	// itself, one after another.
	started.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	if err := started.command.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	go func() {
		started.err = started.command.Wait()
		if started.err == nil {
			started.err = errStopped
		}
		close(started.ended)
	}()
	s.atEnd(started.stop)
	return started, nil
}

// stop asks a child to end and waits for it. That a signal ended it is no error.
func (c *child) stop() error {
	_ = c.command.Process.Signal(syscall.SIGTERM)
	select {
	case <-c.ended:
	case <-time.After(30 * time.Second):
		_ = c.command.Process.Kill()
		<-c.ended
	}
	var exit *exec.ExitError
	if errors.Is(c.err, errStopped) || (errors.As(c.err, &exit) && !exit.Exited()) {
		return nil
	}
	return fmt.Errorf("%s: %w", c.name, c.err)
}

// wait polls until a URL answers 200, for at most a minute, or until the child
// ends.
func (c *child) wait(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		err := get(ctx, url)
		if err == nil {
			return nil
		}
		select {
		case <-c.ended:
			return fmt.Errorf("waited for %s, but it ended: %w", c.name, c.err)
		case <-ctx.Done():
			return fmt.Errorf("waited for %s: %w", c.name, errors.Join(err, ctx.Err()))
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// get wants a 200 from url.
func get(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return fmt.Errorf("get %s: %w", url, err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("get %s: %w", url, err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("get %s: %s", url, response.Status)
	}
	return nil
}
