package e2e_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/test/fleet"
	"github.com/sluice-gateway/sluice/test/functionhost"
)

// load calls an API without pause and judges each answer.
type load struct {
	calls, failed atomic.Int64
	first         sync.Once
	example       string
	stop          context.CancelFunc
	done          sync.WaitGroup
}

// startLoad runs workers until stopped; judge says what is wrong with an answer.
func startLoad(t *testing.T, f *fleet.Fleet, workers int, host, path string, judge func(fleet.Answer) error, headers ...string) *load {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	running := &load{stop: cancel}
	for range workers {
		running.done.Go(func() {
			caller := f.Caller()
			for ctx.Err() == nil {
				answer, err := caller.Do(ctx, http.MethodGet, host, path, "", headers...)
				if ctx.Err() != nil {
					return
				}
				if err == nil {
					err = judge(answer)
				}
				running.calls.Add(1)
				if err != nil {
					running.failed.Add(1)
					running.first.Do(func() { running.example = err.Error() })
				}
			}
		})
	}
	t.Cleanup(func() { running.end() })
	return running
}

func (l *load) end() (calls, failed int64) {
	l.stop()
	l.done.Wait()
	return l.calls.Load(), l.failed.Load()
}

// whole wants an answer whose header and body tell of one and the same
// deployment.
func whole(answer fleet.Answer) error {
	if answer.Status != http.StatusOK || answer.Body != answer.Header.Get("X-Version") || answer.Body == "" {
		return fmt.Errorf("%d, header %q, body %q", answer.Status, answer.Header.Get("X-Version"), answer.Body)
	}
	return nil
}

// TestNoRequestLost redeploys and switches stages 1,000 times under load: no
// request fails, and every answer is wholly of one deployment.
func TestNoRequestLost(t *testing.T) {
	t.Parallel()
	f := fleet.Start(t, fleet.Options{})
	api := f.NewAPI(t, "lossless")
	version := func(text string) {
		api.HTTPProxyVersion(t, "/version", f.Upstream.URL(), text)
		api.HTTPProxyVersion(t, "/checked", f.Upstream.URL(), text, fleet.KeyRequired)
		api.TemplateVersion(t, text)
	}
	version("v0")
	deployments := []string{api.Deploy("live")}
	key := "x-api-key: " + api.Admit(t, "live")
	caller := f.Caller()
	expect(t, caller, api.Host(), "/live/version", 200, "v0")
	expect(t, caller, api.Host(), "/live/template", 200, "v0")
	expect(t, caller, api.Host(), "/live/checked", 200, "v0", key)
	loads := map[string]*load{
		"native":  startLoad(t, f, 2, api.Host(), "/live/version", whole),
		"check":   startLoad(t, f, 1, api.Host(), "/live/checked", whole, key),
		"process": startLoad(t, f, 1, api.Host(), "/live/template", whole),
	}

	// Ten deployments, then switches between them: both are a stage's change.
	for i := 1; i < 10; i++ {
		version(fmt.Sprintf("v%d", i))
		deployments = append(deployments, api.Deploy("live"))
	}
	for i := range 990 {
		api.Switch("live", deployments[(i*7)%len(deployments)])
	}
	api.Switch("live", deployments[3])
	expect(t, caller, api.Host(), "/live/version", 200, "v3")
	for class, running := range loads {
		calls, failed := running.end()
		t.Logf("%s: %d calls during 1,000 redeployments and switches, %d failed", class, calls, failed)
		if failed > 0 {
			t.Errorf("%s: %d of %d calls failed, the first: %s", class, failed, calls, running.example)
		}
		if calls < 1000 {
			t.Errorf("%s: only %d calls were made: the load was too thin to prove anything", class, calls)
		}
	}
}

// ok wants a 200.
func ok(answer fleet.Answer) error {
	if answer.Status != http.StatusOK {
		return fmt.Errorf("%d %q", answer.Status, answer.Body)
	}
	return nil
}

// TestKilledParts kills each part of a fleet under load: native operations go
// on while our services are dead, operations that need a dead one answer 500 in
// API Gateway's form, and everything recovers by itself.
func TestKilledParts(t *testing.T) {
	t.Parallel()
	f := fleet.Start(t, fleet.Options{Split: true, Functions: []functionhost.Function{greeter(t)}})
	api := f.NewAPI(t, "killed")
	api.Mock("GET", "/native", "native")
	api.HTTPProxy("GET", "/proxied", f.Upstream.URL()+"/proxied")
	api.HTTPProxy("GET", "/checked", f.Upstream.URL()+"/checked", fleet.KeyRequired)
	api.Lambda("GET", "/processed", "greeter")
	api.Deploy("live")
	caller := f.Caller()
	expect(t, caller, api.Host(), "/live/native", 200, "native")
	expect(t, caller, api.Host(), "/live/checked", 403, "Forbidden")
	expect(t, caller, api.Host(), "/live/processed", 200, "Hello")

	running := startLoad(t, f, 2, api.Host(), "/live/native", ok)
	proxied := startLoad(t, f, 2, api.Host(), "/live/proxied", ok)
	closed := map[string]string{fleet.ExtAuth: "/live/checked", fleet.ExtProc: "/live/processed"}
	for _, role := range []string{fleet.ControlPlane, fleet.ExtAuth, fleet.ExtProc} {
		f.Kill(t, role)
		if path, needed := closed[role]; needed {
			expectClosed(t, caller, api.Host(), path)
		}
		before := running.calls.Load()
		fleet.Eventually(t, 10*time.Second, func() error {
			if running.calls.Load() < before+50 {
				return fmt.Errorf("native calls do not go on while %s is dead", role)
			}
			return nil
		})
		f.StartRole(t, role)
		f.WaitReady(t)
	}
	expectBack(t, caller, api.Host(), "/live/checked", http.StatusForbidden)
	expectBack(t, caller, api.Host(), "/live/processed", http.StatusOK)
	for what, one := range map[string]*load{"native": running, "HTTP_PROXY": proxied} {
		calls, failed := one.end()
		t.Logf("%s: %d calls while control plane, extauth and extproc were killed, %d failed", what, calls, failed)
		if failed > 0 || calls == 0 {
			t.Errorf("%s: %d of %d calls failed, the first: %s", what, failed, calls, one.example)
		}
	}

	f.Kill(t, fleet.Envoy)
	f.StartRole(t, fleet.Envoy)
	f.WaitReady(t)
	expectBack(t, caller, api.Host(), "/live/native", http.StatusOK)
	expectBack(t, caller, api.Host(), "/live/processed", http.StatusOK)
	// The control plane that came back publishes what is new.
	api.MockBody("GET", "/native", "changed")
	api.Deploy("live")
	expect(t, caller, api.Host(), "/live/native", 200, "changed")
}

// expectBack polls until a path answers as before its services were killed.
func expectBack(t *testing.T, caller *fleet.Caller, host, path string, status int) {
	t.Helper()
	fleet.Eventually(t, 20*time.Second, func() error {
		answer, err := caller.Do(t.Context(), http.MethodGet, host, path, "")
		if err == nil && answer.Status != status {
			err = fmt.Errorf("GET %s: %d %s, want %d", path, answer.Status, answer.Body, status)
		}
		return err
	})
}

// expectClosed wants the 500 gateway response of a service that is dead.
func expectClosed(t *testing.T, caller *fleet.Caller, host, path string) {
	t.Helper()
	fleet.Eventually(t, 10*time.Second, func() error {
		answer, err := caller.Do(t.Context(), http.MethodGet, host, path, "")
		if err != nil {
			return err
		}
		if answer.Status != 500 || answer.Body != `{"message":"Internal server error"}` ||
			answer.Header.Get("X-Amzn-Errortype") != "InternalServerErrorException" {
			return fmt.Errorf("GET %s: %d %v %q, want the 500 gateway response", path, answer.Status, answer.Header, answer.Body)
		}
		return nil
	})
}

// TestRestart kills a whole gateway with -9 and starts it on the same data:
// every API answers again; then it kills only Envoy, which comes back by itself.
func TestRestart(t *testing.T) {
	t.Parallel()
	f := fleet.Start(t, fleet.Options{})
	caller := f.Caller()
	var apis []*fleet.API
	for i := range 3 {
		api := f.NewAPI(t, fmt.Sprintf("kept%d", i))
		api.Mock("GET", "/", api.ID)
		api.Deploy("live")
		apis = append(apis, api)
	}
	f.Kill(t, "run")
	fleet.Eventually(t, 5*time.Second, func() error {
		if pid := f.EnvoyPID(t); pid != 0 {
			return fmt.Errorf("Envoy %d outlives a gateway that was killed", pid)
		}
		return nil
	})
	f.StartRole(t, "run")
	f.WaitReady(t)
	expectKept(t, caller, apis)

	before := f.EnvoyPID(t)
	if err := syscall.Kill(before, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	expectKept(t, caller, apis)
	if after := f.EnvoyPID(t); after == before || after == 0 {
		t.Errorf("after the kill Envoy %d serves, before it was %d", after, before)
	}
	if status := f.Run(t, "status"); !strings.Contains(status, apis[0].ID) || !strings.Contains(status, "up to date") {
		t.Errorf("sluice status printed:\n%s", status)
	}
}

// expectKept wants each API's own answer.
func expectKept(t *testing.T, caller *fleet.Caller, apis []*fleet.API) {
	t.Helper()
	for _, api := range apis {
		fleet.Eventually(t, 10*time.Second, func() error {
			answer, err := caller.Do(t.Context(), http.MethodGet, api.Host(), "/live/", "")
			if err == nil && answer.Body != api.ID {
				err = fmt.Errorf("%d %q", answer.Status, answer.Body)
			}
			return err
		})
	}
}
