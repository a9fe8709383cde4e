// Package invoke makes TestInvokeMethod's calls: it has an API that nobody
// deployed served for one call, through the real data path (plan, ext_proc,
// Envoy, backend), and tells of it in the words of AWS's execution log. It is not
// a second implementation of the gateway: what a method does is decided where it
// always is.
package invoke

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/awsapi/rest"
	"github.com/sluice-gateway/sluice/controlplane/compile"
	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/store"
	"github.com/sluice-gateway/sluice/controlplane/xds"
	"github.com/sluice-gateway/sluice/internal/explain"
	"github.com/sluice-gateway/sluice/internal/trial"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

const (
	// stageName is AWS's name of the stage that test calls are made in.
	stageName = "test-invoke-stage"
	// hostSuffix is a name that no DNS has.
	hostSuffix = ".test-invoke.internal"
	// tokenSize is how much of chance a trial's host has, in bytes: whoever knew it
	// could call the method without authorization while the test runs.
	tokenSize = 20
	// longest bounds a call: AWS's longest integration timeout and something.
	longest = 35 * time.Second
	// maxAnswer bounds what is read of an answer: a record holds bodies thrice.
	maxAnswer = 64 << 20
)

// Config is what an Invoker is made of.
type Config struct {
	Publisher *xds.Publisher
	Compile   compile.Settings
	// Gateway is the address of an Envoy's listener, HOST:PORT.
	Gateway string
	// Now is the clock of the log; Random is cryptographic.
	Now    func() time.Time
	Random io.Reader
}

// Invoker makes test calls. It is rest's Invoker.
type Invoker struct {
	config Config
	client *http.Client
}

// New makes an Invoker.
func New(config Config) *Invoker {
	config.Gateway = reachable(config.Gateway)
	return &Invoker{config: config, client: &http.Client{
		Transport:     &http.Transport{DisableCompression: true, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       longest,
	}}
}

// reachable is an address to call of one to listen on.
func reachable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	if ip := net.ParseIP(host); host == "" || (ip != nil && ip.IsUnspecified()) {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// Invoke implements rest.Invoker.
func (i *Invoker) Invoke(ctx context.Context, test rest.TestCall) (*rest.TestAnswer, error) {
	token := make([]byte, tokenSize)
	if _, err := io.ReadFull(i.config.Random, token); err != nil {
		return nil, fmt.Errorf("no randomness: %w", err)
	}
	name := hex.EncodeToString(token)
	call := newCall(test)
	plan, operation := i.plan(test)
	if operation == nil {
		return nil, errors.New("the method has no operation")
	}
	if refused := operation.GetRefusal(); refused != nil {
		return call.answer(&trial.Record{
			RequestID: requestID(token), Failure: refused.GetMessage(),
			Answer: trial.Message{
				Status:  http.StatusInternalServerError,
				Headers: []trial.Header{{Name: "x-amzn-errortype", Value: "InternalServerErrorException"}},
				Body:    []byte(`{"message": "Internal server error"}`),
			},
		}, i.config.Now()), nil
	}
	alone(plan, operation, call, name)
	var record *trial.Record
	scope := store.Scope{Account: test.Account, Region: test.Region}
	err := i.config.Publisher.Try(ctx, scope, "trial-"+name, plan, func(ctx context.Context) error {
		var err error
		record, err = i.send(ctx, call, plan.GetHosts()[0])
		return err
	})
	if err != nil {
		return nil, err
	}
	return call.answer(record, i.config.Now()), nil
}

// plan compiles the API as it is now, and finds the method's operation.
func (i *Invoker) plan(test rest.TestCall) (*planv1.Plan, *planv1.Operation) {
	made, _ := compile.Compile(compile.Input{
		AccountID: test.Account, Region: test.Region, APIID: test.API.RestAPI.ID,
		Stage: &definition.Stage{
			StageName: stageName, DeploymentID: "test-invoke", Variables: test.StageVariables, ClientCertificateID: test.ClientCertificateID,
		},
		Content: definition.Freeze(test.API), Settings: i.config.Compile,
	})
	for _, operation := range made.GetRelease().GetOperations() {
		if operation.GetResourceId() == test.Resource.ID && operation.GetMethod() == test.Method.HTTPMethod {
			return made, operation
		}
	}
	return made, nil
}

// alone leaves one operation in a plan, open to whoever knows its host: without
// authorization, keys and limits, as AWS tests methods. Every message goes to
// ext_proc, for the log tells of all.
func alone(plan *planv1.Plan, operation *planv1.Operation, call *call, name string) {
	digest := sha256.Sum256([]byte(name))
	plan.Name = plan.GetApiId() + "/" + stageName + "/" + hex.EncodeToString(digest[:8])
	plan.Hosts = []string{name + hostSuffix}
	plan.Trial, plan.Explain, plan.AccessLog, plan.AccountThrottle, plan.Canary = true, true, nil, nil, nil
	plan.Release.Operations = []*planv1.Operation{operation}
	plan.Release.ResourcePolicy = ""
	operation.Class, operation.Decision = planv1.Class_CLASS_PROCESS, nil
	operation.Integration.StaticAnswer, operation.Integration.Stream = nil, false
	operation.Messages = &planv1.Messages{RequestBody: call.body != "", ResponseHeaders: true, ResponseBody: true}
	// It differs from what is deployed under the same checksum.
	operation.Checksum = ""
	if !call.matches {
		// AWS calls the method whatever the path.
		operation.Segments = []*planv1.Segment{{Kind: &planv1.Segment_Greedy{Greedy: "proxy"}}}
	}
}

// send makes the call to Envoy.
func (i *Invoker) send(ctx context.Context, call *call, host string) (*trial.Record, error) {
	request, err := http.NewRequestWithContext(ctx, call.verb, "http://"+i.config.Gateway+"/", strings.NewReader(call.body))
	if err != nil {
		return nil, err
	}
	// The path goes out as it was given, braces and all.
	request.URL = &url.URL{Scheme: "http", Host: i.config.Gateway, Opaque: "/" + stageName + call.target}
	request.Host = host
	// Nothing is said that was not asked for.
	request.Header.Set("User-Agent", "")
	for header, values := range call.headers {
		request.Header[http.CanonicalHeaderKey(header)] = values
	}
	if request.Header.Get("Content-Type") == "" {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := i.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("the gateway at %s: %w", i.config.Gateway, err)
	}
	// Everything was read.
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("the gateway at %s: %w", i.config.Gateway, err)
	}
	if response.Header.Get("Content-Type") == trial.ContentType {
		return trial.Decode(body)
	}
	return unrecorded(response, body), nil
}

// unrecorded is what is known of an answer that Envoy gave by itself, such as
// when ext_proc is dead.
func unrecorded(response *http.Response, body []byte) *trial.Record {
	made := &trial.Record{
		RequestID: response.Header.Get("x-amzn-RequestId"), Answer: trial.Message{Status: response.StatusCode, Body: body},
		Failure: cmp.Or(response.Header.Get(explain.Header), "the gateway answered by itself"),
	}
	switch explain.Reason(made.Failure) {
	case explain.IntegrationTimeout:
		made.FailureType = "INTEGRATION_TIMEOUT"
	case explain.IntegrationUnreached:
		made.FailureType = "INTEGRATION_FAILURE"
	default:
	}
	for _, name := range []string{"Content-Type", "x-amzn-ErrorType"} {
		if value := response.Header.Get(name); value != "" {
			made.Answer.Headers = append(made.Answer.Headers, trial.Header{Name: strings.ToLower(name), Value: value})
		}
	}
	return made
}

// requestID makes an id of chance, in the form of a UUID.
func requestID(random []byte) string {
	text := hex.EncodeToString(random)
	return strings.Join([]string{text[:8], text[8:12], text[12:16], text[16:20], text[20:32]}, "-")
}
