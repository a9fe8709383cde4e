package xds_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/store"
	"github.com/sluice-gateway/sluice/controlplane/store/embedded"
	"github.com/sluice-gateway/sluice/controlplane/xds"
	"github.com/sluice-gateway/sluice/envoy"
	"github.com/sluice-gateway/sluice/envoy/bootstrap"
	"github.com/sluice-gateway/sluice/envoy/process"
	"github.com/sluice-gateway/sluice/internal/planclient"
	"github.com/sluice-gateway/sluice/internal/secret"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

var here = store.Scope{Account: "000000000000", Region: "us-east-1"}

// plane is a control plane without its API, on an etcd of its own.
type plane struct {
	t         testing.TB
	store     *store.Store
	publisher *xds.Publisher
	socket    string
	gateway   string
	stop      func()
}

// started starts one; stop ends the publisher and its server alone.
func started(t testing.TB, change func(*xds.Config)) *plane {
	t.Helper()
	etcd, err := embedded.Start(t.Context(), embedded.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(etcd.Stop)
	kept, err := store.Open(t.Context(), store.Config{
		Endpoints: []string{etcd.Endpoint()}, MasterKey: bytes.Repeat([]byte{7}, secret.KeySize), Random: rand.Reader,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = kept.Close() })
	dir, err := os.MkdirTemp("", "xds")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	made := &plane{t: t, socket: filepath.Join(dir, "xds.sock"), gateway: freeAddress(t)}
	made.run(kept, change)
	return made
}

// run starts a publisher on what is stored.
func (p *plane) run(kept *store.Store, change func(*xds.Config)) {
	p.t.Helper()
	config := xds.Config{
		Store: kept, Now: time.Now, Logger: logger(p.t), Drain: time.Minute,
		Listener: envoy.ListenerSettings{Address: p.gateway},
	}
	if change != nil {
		change(&config)
	}
	publisher, err := xds.New(config)
	if err != nil {
		p.t.Fatal(err)
	}
	listener, err := net.Listen("unix", p.socket)
	if err != nil {
		p.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(p.t.Context()))
	var group sync.WaitGroup
	group.Go(func() { _ = publisher.Run(ctx) })
	group.Go(func() {
		if err := publisher.Serve(ctx, xds.Endpoint{Listener: listener}); err != nil && ctx.Err() == nil {
			p.t.Error(err)
		}
	})
	p.publisher, p.store = publisher, kept.Waiting(publisher.Published)
	p.stop = sync.OnceFunc(func() { cancel(); group.Wait() })
	p.t.Cleanup(p.stop)
}

func logger(t testing.TB) *slog.Logger {
	if os.Getenv("XDS_LOG") == "" {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(t.Output(), nil))
}

func freeAddress(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// mock is an API of so many static methods, whose answers say text.
func mock(id string, methods int, text string) *definition.API {
	api := &definition.API{
		RestAPI:   definition.RestAPI{ID: id, Name: id, RootResourceID: "root"},
		Resources: map[string]*definition.Resource{"root": {ID: "root", Path: "/"}},
	}
	for i := range methods {
		one := fmt.Sprintf("r%03d", i)
		api.Resources[one] = &definition.Resource{
			ID: one, ParentID: "root", PathPart: one, Path: "/" + one, Seq: int64(i),
			Methods: map[string]*definition.Method{"GET": mockMethod(text)},
		}
	}
	return api
}

func mockMethod(text string) *definition.Method {
	status, body := `{"statusCode": 200}`, text
	return &definition.Method{
		HTTPMethod: "GET", AuthorizationType: "NONE",
		Responses: map[string]*definition.MethodResponse{"200": {StatusCode: "200"}},
		Integration: &definition.Integration{
			Type: "MOCK", PassthroughBehavior: "WHEN_NO_MATCH",
			RequestTemplates: map[string]string{"application/json": status},
			Responses: map[string]*definition.IntegrationResponse{
				"200": {StatusCode: "200", ResponseTemplates: map[string]*string{"application/json": &body}},
			},
		},
	}
}

// create stores an API with a deployment and a stage.
func (p *plane) create(id string, methods int, text string) {
	p.t.Helper()
	api := mock(id, methods, text)
	api.Deployments = map[string]*definition.Deployment{"d0": {ID: "d0"}}
	api.Stages = map[string]*definition.Stage{"prod": {StageName: "prod", DeploymentID: "d0"}}
	if err := p.store.CreateAPI(p.t.Context(), here, api); err != nil {
		p.t.Fatal(err)
	}
}

// deploy changes an API's answers and deploys it.
func (p *plane) deploy(id, deployment, text string) {
	p.t.Helper()
	err := p.store.Change(p.t.Context(), store.Ref{Scope: here, ID: id}, func(api *definition.API) error {
		for _, resource := range api.Resources {
			if resource.Methods != nil {
				resource.Methods["GET"] = mockMethod(text)
			}
		}
		if api.Deployments[deployment] == nil {
			api.Deployments[deployment] = &definition.Deployment{ID: deployment}
		}
		api.Stages["prod"].DeploymentID = deployment
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
}

// table is a sink as a service has one.
type table struct {
	mu     sync.Mutex
	plans  map[string]*planv1.Plan
	usage  map[string]*planv1.UsagePlan
	refuse string
	// hold, when not nil, keeps Plans from answering until it is closed.
	hold chan struct{}
}

func newTable() *table {
	return &table{plans: map[string]*planv1.Plan{}, usage: map[string]*planv1.UsagePlan{}}
}

func (s *table) Plans(updated []*planv1.Plan, removed []string) error {
	s.mu.Lock()
	hold := s.hold
	s.mu.Unlock()
	if hold != nil && len(updated) > 0 {
		<-hold
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, plan := range updated {
		if s.refuse != "" && plan.GetApiId() == s.refuse {
			return errors.New("not to my taste")
		}
	}
	for _, plan := range updated {
		s.plans[plan.GetName()] = plan
	}
	for _, name := range removed {
		delete(s.plans, name)
	}
	return nil
}

func (s *table) UsagePlans(updated []*planv1.UsagePlan, removed []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, plan := range updated {
		s.usage[plan.GetName()] = plan
	}
	for _, name := range removed {
		delete(s.usage, name)
	}
	return nil
}

func (s *table) set(change func(*table)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s)
}

// deployments are those that the plans are of.
func (s *table) deployments(api string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []string
	for _, plan := range s.plans {
		if plan.GetApiId() == api {
			found = append(found, plan.GetRelease().GetDeploymentId())
		}
	}
	return found
}

// service connects a sink and waits until it has what there is.
func (p *plane) service(name string, sink planclient.Sink) {
	p.t.Helper()
	ctx, cancel := context.WithCancel(p.t.Context())
	synced := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		_ = planclient.Run(ctx, planclient.Config{
			Node: name, Target: "unix://" + p.socket, Sink: sink, RemovalDelay: 10 * time.Millisecond, Logger: logger(p.t),
			Synced: func() { close(synced) },
		})
	})
	p.t.Cleanup(func() { cancel(); group.Wait() })
	select {
	case <-synced:
	case <-time.After(20 * time.Second):
		p.t.Fatal("the service was never synced")
	}
}

// envoy starts a real one and waits until it serves.
func (p *plane) envoy(name string) {
	p.t.Helper()
	path := envoyPath(p.t)
	dir := filepath.Dir(p.socket)
	admin := "unix:" + filepath.Join(dir, "admin.sock")
	text, err := bootstrap.YAML(bootstrap.Config{
		NodeID: name, Cluster: "test", XDS: "unix:" + p.socket,
		ExtAuth: "unix:" + filepath.Join(dir, "extauth.sock"), ExtProc: "unix:" + filepath.Join(dir, "extproc.sock"), Admin: admin,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	file := filepath.Join(dir, "bootstrap.yaml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		p.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(p.t.Context())
	ready, ended := make(chan struct{}), make(chan error, 1)
	var once sync.Once
	log := &bytes.Buffer{}
	go func() {
		ended <- process.Run(ctx, process.Config{
			Path: path, Bootstrap: file, Admin: admin, Concurrency: 1,
			Log: slog.New(slog.NewTextHandler(log, nil)), Ready: func() { once.Do(func() { close(ready) }) },
		})
	}()
	p.t.Cleanup(func() {
		cancel()
		<-ended
		if p.t.Failed() {
			p.t.Logf("Envoy's log:\n%s", log)
		}
	})
	select {
	case <-ready:
	case err := <-ended:
		ended <- err
		p.t.Fatalf("Envoy: %v\n%s", err, log)
	case <-time.After(60 * time.Second):
		p.t.Fatal("Envoy did not start")
	}
}

// envoyPath is the Envoy that tools/local.sh finds or installs.
func envoyPath(t testing.TB) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "bash", "../../tools/local.sh", "envoy")
	text, err := command.Output()
	if err != nil {
		t.Fatalf("no Envoy: %v", err)
	}
	return strings.TrimSpace(string(text))
}

// answer is what a GET of an API's first method gives.
func (p *plane) answer(client *http.Client, api string) (status int, body string) {
	request, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, "http://"+p.gateway+"/prod/r000", http.NoBody)
	if err != nil {
		p.t.Fatal(err)
	}
	request.Host = api + ".execute-api.localhost"
	response, err := client.Do(request)
	if err != nil {
		return 0, err.Error()
	}
	defer response.Body.Close()
	read := &bytes.Buffer{}
	_, _ = read.ReadFrom(response.Body)
	return response.StatusCode, read.String()
}

// eventually polls until a condition holds.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}
