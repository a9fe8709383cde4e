package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/sluice-gateway/sluice/cmd/sluice/place"
)

// envCommand prints what a shell needs so that the AWS CLI and SDKs talk to
// Sluice for the services that it has, and to where they talked before for all
// others.
type envCommand struct {
	placeSettings
}

// endpointServices are the service-specific endpoint variables of the AWS SDKs,
// one for each service that Sluice answers.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
var endpointServices = []string{"API_GATEWAY", "APIGATEWAYV2", "APIGATEWAYMANAGEMENTAPI", "IAM", "STS", "ACM"}

// Run implements the command.
func (c envCommand) Run() error {
	if err := c.check(); err != nil {
		return err
	}
	credentials, err := c.root()
	if err != nil {
		return err
	}
	return writeExports(os.Stdout, c.placeSettings, credentials)
}

// writeExports prints one export a line.
func writeExports(w io.Writer, in placeSettings, credentials place.Root) error {
	lines := []string{
		"export AWS_ACCESS_KEY_ID=" + shellQuote(credentials.AccessKeyID),
		"export AWS_SECRET_ACCESS_KEY=" + shellQuote(credentials.SecretAccessKey.Reveal()),
		"unset AWS_SESSION_TOKEN AWS_PROFILE",
		"export AWS_DEFAULT_REGION=" + shellQuote(in.Region),
		"export AWS_REGION=" + shellQuote(in.Region),
	}
	for _, service := range endpointServices {
		lines = append(lines, "export AWS_ENDPOINT_URL_"+service+"="+shellQuote("http://"+in.ControlAddress))
	}
	_, err := fmt.Fprintln(w, strings.Join(lines, "\n"))
	if err != nil {
		return fmt.Errorf("print the exports: %w", err)
	}
	return nil
}

// shellQuote makes text one word of a POSIX shell.
func shellQuote(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
