package stage

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
)

// Moto is moto's server: AWS's services as a process of this machine.
type Moto struct{ endpoint string }

// Moto starts moto's server and has Sluice call the services named, such as SQS
// and DYNAMODB, there, by the AWS SDKs' own AWS_ENDPOINT_URL_*. It comes before
// Open.
func (s *Stage) Moto(ctx context.Context, services ...string) (*Moto, error) {
	// Moto does not say which port it took, so one that is free now is chosen.
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start moto: %w", err)
	}
	address := listener.Addr().String()
	_ = listener.Close()
	_, port, _ := net.SplitHostPort(address)
	server, err := s.start(ctx, "moto", []string{"PYTHONWARNINGS=ignore", "MOTO_ACCOUNT_ID=000000000000"},
		s.options.python, "-c", "import logging, sys\nlogging.getLogger('werkzeug').setLevel(logging.ERROR)\nfrom moto.server import main\nmain(sys.argv[1:])",
		"-H", "127.0.0.1", "-p", port)
	if err != nil {
		return nil, fmt.Errorf("%w (`tools/local.sh python` installs it)", err)
	}
	moto := &Moto{endpoint: "http://" + address}
	for _, service := range services {
		s.environment = append(s.environment, "AWS_ENDPOINT_URL_"+service+"="+moto.endpoint)
	}
	return moto, server.wait(ctx, moto.endpoint+"/moto-api/")
}

// Call calls an action of a service with a JSON body, to prepare what the example
// needs there. Moto routes by the credential's scope and checks no signature.
func (m *Moto) Call(ctx context.Context, service, target, body string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, m.endpoint+"/", strings.NewReader(body))
	if err != nil {
		return fmt.Errorf("%s: %w", target, err)
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.0")
	request.Header.Set("X-Amz-Target", target)
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=example/20260101/us-east-1/"+service+"/aws4_request, SignedHeaders=host, Signature=0")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("%s: %w", target, err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		answer, _ := io.ReadAll(response.Body)
		return fmt.Errorf("%s: %s: %s", target, response.Status, answer)
	}
	return nil
}
