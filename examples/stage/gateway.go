package stage

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
)

// Open starts `sluice run` and waits until it serves.
func (s *Stage) Open(ctx context.Context) error {
	arguments := []string{
		s.options.sluice, "run",
		"--data-dir", s.options.dataDir,
		"--control-address", s.options.control,
		"--gateway-address", s.options.gateway,
		"--admin-address", s.options.admin,
		"--log-level", s.options.logging,
	}
	if s.functions != "" {
		arguments = append(arguments, "--functions", "*="+s.functions)
	}
	var err error
	s.gateway, err = s.start(ctx, "sluice run", s.environment, arguments...)
	if err != nil {
		return fmt.Errorf("%w (`make build` builds it)", err)
	}
	return s.gateway.wait(ctx, "http://"+s.options.admin+"/readyz")
}

// Apply brings in a CloudFormation template with `sluice apply`, as a user would,
// and gives the address at which the stage in its output Url answers.
func (s *Stage) Apply(ctx context.Context, template string, parameters map[string]string) (string, error) {
	arguments := []string{"apply", "--stack-name", s.Name}
	for name, value := range parameters {
		arguments = append(arguments, "--parameter", name+"="+value)
	}
	slices.Sort(arguments[3:])
	output, err := s.sluice(ctx, append(arguments, template)...)
	if err != nil {
		return "", err
	}
	s.Print("", "$ sluice "+strings.Join(append(arguments, template), " "))
	url := ""
	for line := range strings.Lines(output) {
		if text, found := strings.CutPrefix(strings.TrimSpace(line), "output Url = "); found {
			s.Print(strings.TrimRight(line, "\n"))
			_, here, _ := strings.Cut(text, "(here: ")
			url = strings.TrimSuffix(here, ")")
		}
	}
	if url == "" {
		return "", fmt.Errorf("sluice apply %s printed no Url:\n%s", template, output)
	}
	return url, nil
}

// Import brings in an OpenAPI document with `sluice import` and gives the id of
// the API that was made of it. Flags are the command's.
func (s *Stage) Import(ctx context.Context, document string, flags ...string) (string, error) {
	arguments := append([]string{"import", "--name", s.Name}, append(flags, document)...)
	output, err := s.sluice(ctx, arguments...)
	if err != nil {
		return "", err
	}
	s.Print("", "$ sluice "+strings.Join(arguments, " "), strings.TrimRight(output, "\n"))
	for line := range strings.Lines(output) {
		if before, id, found := strings.Cut(line, " API "); found && strings.Contains(before, document+": ") {
			return strings.TrimSpace(id), nil
		}
	}
	return "", fmt.Errorf("sluice import %s named no API:\n%s", document, output)
}

// URL is where a stage of an API answers.
func (s *Stage) URL(api, stage string) string {
	_, port, _ := net.SplitHostPort(s.options.gateway)
	return "http://" + api + ".execute-api.localhost:" + port + "/" + stage
}

// Env is the line that points a shell's AWS CLI and SDKs at this Sluice.
func (s *Stage) Env() string {
	line := s.options.sluice + " env --data-dir " + s.options.dataDir
	if s.options.control != "127.0.0.1:4566" {
		line += " --control-address " + s.options.control
	}
	return `eval "$(` + line + `)"`
}

// sluice runs another command of the program, against the running one.
func (s *Stage) sluice(ctx context.Context, arguments ...string) (string, error) {
	command := exec.CommandContext(ctx, s.options.sluice, arguments...)
	command.Env = append(os.Environ(),
		"SLUICE_DATA_DIR="+s.options.dataDir, "SLUICE_CONTROL_ADDRESS="+s.options.control, "SLUICE_GATEWAY_ADDRESS="+s.options.gateway,
	)
	output, err := command.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("sluice %s: %w\n%s", strings.Join(arguments, " "), err, output)
	}
	return string(output), nil
}

// Client is an AWS SDK client of the control API, with the root's credentials as
// `sluice env` prints them. It is the account's only in name: region and keys are
// this Sluice's.
func (s *Stage) Client(ctx context.Context) (*apigateway.Client, error) {
	output, err := s.sluice(ctx, "env")
	if err != nil {
		return nil, err
	}
	values := map[string]string{}
	for line := range strings.Lines(output) {
		name, value, found := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "export "), "=")
		if found {
			values[name] = strings.Trim(value, "'")
		}
	}
	return apigateway.New(apigateway.Options{
		Region: values["AWS_REGION"], BaseEndpoint: aws.String("http://" + s.options.control),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: values["AWS_ACCESS_KEY_ID"], SecretAccessKey: values["AWS_SECRET_ACCESS_KEY"]}, nil
		}),
	}), nil
}

// Forget deletes the APIs of the example's name that earlier runs left.
func (s *Stage) Forget(ctx context.Context) error {
	client, err := s.Client(ctx)
	if err != nil {
		return err
	}
	apis, err := client.GetRestApis(ctx, &apigateway.GetRestApisInput{Limit: aws.Int32(500)})
	if err != nil {
		return fmt.Errorf("list the APIs: %w", err)
	}
	for _, api := range apis.Items {
		if aws.ToString(api.Name) != s.Name {
			continue
		}
		_, err := client.DeleteRestApi(ctx, &apigateway.DeleteRestApiInput{RestApiId: api.Id})
		if err != nil {
			return fmt.Errorf("delete the old example: %w", err)
		}
	}
	return nil
}
