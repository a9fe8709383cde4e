package load_test

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/test/fleet"
	"github.com/sluice-gateway/sluice/test/load"
)

var (
	write       = flag.Bool("write", false, "put the tables into docs/performance.md")
	rounds      = flag.Int("rounds", 5, "paired rounds a case; medians are kept")
	during      = flag.Duration("during", time.Second, "length of each run")
	connections = flag.Int("connections", 16, "connections for throughput")
)

// backendVariable makes a test binary the backend: a process of its own, so
// that its CPU is told apart from the generator's.
const backendVariable = "SLUICE_LOAD_BACKEND"

func TestMain(m *testing.M) {
	if os.Getenv(backendVariable) != "" {
		serveBackend()
		return
	}
	os.Exit(m.Run())
}

// serveBackend answers as an HTTP backend, as Lambda's Invoke API and as SQS,
// with as little work as can be.
func serveBackend() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(listener.Addr())
	_ = os.Stdout.Close()
	function := []byte(`{"statusCode":200,"headers":{"Content-Type":"application/json"},"body":"{\"message\":\"hello\"}"}`)
	document := []byte(`{"id":"1","name":"Ada","tags":["a","b","c"],"price":{"amount":12.5,"currency":"EUR"}}`)
	queue := []byte(`{"SendMessageResponse":{"SendMessageResult":{"MessageId":"1"}}}`)
	answer := func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header()["Date"] = nil
		w.Header().Set("Content-Type", "application/json")
		switch {
		case r.Method == http.MethodPost && r.URL.Path == "/":
			w.Header().Set("Content-Type", "text/xml")
			_, _ = w.Write([]byte(assumedRole))
		case strings.HasPrefix(r.URL.Path, "/2015-03-31/functions/"):
			_, _ = w.Write(function)
		case strings.HasPrefix(r.URL.Path, "/000000000000/"):
			_, _ = w.Write(queue)
		default:
			_, _ = w.Write(document)
		}
	}
	server := &http.Server{Handler: http.HandlerFunc(answer), ReadHeaderTimeout: 10 * time.Second}
	go func() { // ends with the test process, however that ends
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	_ = server.Serve(listener)
}

// assumedRole is what STS answers to AssumeRole.
const assumedRole = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>` +
	`<AccessKeyId>ASIALOADLOADLOADLOAD</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>` +
	`<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`

// backend is the running backend.
type backend struct {
	address string
	pid     int
}

func startBackend(tb testing.TB) backend {
	tb.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), backendVariable+"=1")
	stdin, err := command.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := command.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		_ = stdin.Close()
		_ = command.Wait()
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		tb.Fatal(err)
	}
	return backend{address: strings.TrimSpace(line), pid: command.Process.Pid}
}

// BenchmarkClasses measures an operation of each class, each round beside a
// bare Envoy that does the same work. Run it by `make bench`.
func BenchmarkClasses(b *testing.B) {
	back := startBackend(b)
	bare := load.StartBare(b, back.address)
	f := fleet.Start(b, fleet.Options{Split: true, Lambda: "http://" + back.address, Environment: []string{
		"AWS_ENDPOINT_URL_SQS=http://" + back.address, "AWS_ENDPOINT_URL_STS=http://" + back.address,
	}})
	cases := makeCases(b, f, bare, back)
	through := map[string]int{"backend": back.pid}
	for _, role := range []string{fleet.Envoy, fleet.ExtAuth, fleet.ExtProc, fleet.ControlPlane} {
		through[role] = f.PID(b, role)
	}
	base := map[string]int{"envoy": bare.PID, "backend": back.pid}
	var rows []load.Row
	for range b.N {
		rows = nil
		for _, one := range cases {
			row := measure(b, one, through, base)
			rows = append(rows, row)
			b.Logf("%s: %.0f µs (bare %.0f)", one.Name, sum(row.CPU), sum(row.BaseCPU))
		}
	}
	report(b, "classes", load.Table(rows), "docs", "performance.md")
	report(b, "numbers", load.Table(firstOfEach(rows)), "README.md")
}

// firstOfEach keeps the first row of each class, which a summary shows.
func firstOfEach(rows []load.Row) []load.Row {
	var kept []load.Row
	for _, row := range rows {
		if len(kept) == 0 || kept[len(kept)-1].Class != row.Class {
			kept = append(kept, row)
		}
	}
	return kept
}

func sum(each map[string]float64) (all float64) {
	for _, one := range each {
		all += one
	}
	return all
}

// measure runs paired rounds and keeps medians.
func measure(b *testing.B, one load.Case, through, base map[string]int) load.Row {
	b.Helper()
	warm(b, one)
	var ratios, speeds, added50, added99 []float64
	cpu, baseCPU := map[string][]float64{}, map[string][]float64{}
	for range *rounds {
		baseRun := run(b, one.Base, base, baseCPU, *connections)
		ownRun := run(b, one.Through, through, cpu, *connections)
		ratios = append(ratios, ownRun.PerSecond()/baseRun.PerSecond())
		speeds = append(speeds, ownRun.PerSecond())
		baseOne, ownOne := run(b, one.Base, nil, nil, 1), run(b, one.Through, nil, nil, 1)
		added50 = append(added50, float64(ownOne.Quantile(0.5)-baseOne.Quantile(0.5)))
		added99 = append(added99, float64(ownOne.Quantile(0.99)-baseOne.Quantile(0.99)))
	}
	return load.Row{
		Case: one, CPU: medians(cpu), BaseCPU: medians(baseCPU),
		Throughput: load.Median(ratios), PerSecond: load.Median(speeds),
		AddedP50: time.Duration(load.Median(added50)), AddedP99: time.Duration(load.Median(added99)),
	}
}

func medians(all map[string][]float64) map[string]float64 {
	kept := map[string]float64{}
	for name, numbers := range all {
		kept[name] = load.Median(numbers)
	}
	return kept
}

// warm sends a few requests, so that connections and caches are there.
func warm(b *testing.B, one load.Case) {
	b.Helper()
	for _, request := range []load.Request{one.Base, one.Through} {
		if _, err := load.Generate(b.Context(), request, *connections, *during/4); err != nil {
			b.Fatalf("%s: %v", one.Name, err)
		}
	}
}

func run(b *testing.B, request load.Request, processes map[string]int, cpu map[string][]float64, connections int) load.Measured {
	b.Helper()
	before, err := load.Take(processes)
	if err != nil {
		b.Fatal(err)
	}
	measured, err := load.Generate(b.Context(), request, connections, *during)
	if err != nil {
		b.Fatal(err)
	}
	after, err := load.Take(processes)
	if err != nil {
		b.Fatal(err)
	}
	for name, each := range after.PerRequest(before, measured.Requests) {
		cpu[name] = append(cpu[name], each)
	}
	return measured
}

// report prints a table and, when asked, puts it into a section of a file.
func report(b *testing.B, section, table string, file ...string) {
	b.Helper()
	fmt.Printf("\n%s\n", table)
	if !*write {
		return
	}
	path := filepath.Join(append([]string{fleet.Root()}, file...)...)
	if err := load.ReplaceSection(path, section, "\n"+table+"\n"); err != nil {
		b.Fatal(err)
	}
}

// refused says whether an operation is not built, which is a 500 at once; any
// other is waited for.
func refused(b *testing.B, request load.Request) bool {
	b.Helper()
	until := time.Now().Add(10 * time.Second)
	for {
		_, err := load.Generate(b.Context(), request, 1, time.Nanosecond)
		if err == nil {
			return false
		}
		if time.Now().After(until) {
			if strings.Contains(err.Error(), ": 500 ") {
				return true
			}
			b.Fatal(err)
		}
		time.Sleep(10 * time.Millisecond) // between two looks
	}
}

// served waits until a gateway gives a case's right answer.
func served(b *testing.B, request load.Request) {
	b.Helper()
	fleet.Eventually(b, 20*time.Second, func() error {
		ctx, cancel := context.WithTimeout(b.Context(), 10*time.Second)
		defer cancel()
		_, err := load.Generate(ctx, request, 1, time.Millisecond)
		return err
	})
}
