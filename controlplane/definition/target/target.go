// Package target holds what API Gateway demands of an integration's URI: of an
// HTTP address, of the ARN of an AWS service and of the role that it is called
// with. Whether a target answers is not asked.
package target

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/sluice-gateway/sluice/internal/awserror"
)

var (
	// integrationARN is arn:aws:apigateway:{region}:{service}:{path|action}/….
	integrationARN = regexp.MustCompile(`^arn:[^:]*:[^:]*:[^:]*:([^:]*):(.+)$`)
	// callerRole asks for the caller's own credentials.
	callerRole = regexp.MustCompile(`^arn:aws[a-z-]*:iam::\*:user/\*$`)

	stageVariable = regexp.MustCompile(`\$\{stageVariables\.[^}]*\}`)
	pathVariable  = regexp.MustCompile(`\{[^}]*\}`)
)

// CheckHTTP wants an absolute HTTP URL. Path variables may stand in it as
// {name}, and anywhere stage variables as ${stageVariables.name}.
func CheckHTTP(uri string) error {
	if strings.HasPrefix(uri, "${stageVariables.") {
		return nil
	}
	plain := pathVariable.ReplaceAllString(stageVariable.ReplaceAllString(uri, "1"), "1")
	parsed, err := url.Parse(plain)
	if err != nil || (parsed.Scheme != "http" && parsed.Scheme != "https") || parsed.Host == "" {
		return awserror.NewBadRequest("Invalid HTTP endpoint specified for URI")
	}
	return nil
}

// CheckAWS wants the ARN of an AWS service's path or action; of Lambda's or
// Firehose's for a proxy. Credentials are a role of the account that owns the
// API, which every service but Lambda needs.
func CheckAWS(uri, credentials, account string, proxy bool) error {
	parts := integrationARN.FindStringSubmatch(uri)
	if parts == nil {
		return awserror.NewBadRequest("Invalid ARN specified in the request")
	}
	service, rest := parts[1], parts[2]
	if !strings.Contains(uri, ":apigateway:") || (!strings.HasPrefix(rest, "path/") && !strings.HasPrefix(rest, "action/")) {
		return awserror.NewBadRequest("AWS ARN for integration must contain path or action")
	}
	if err := checkRole(credentials, account); err != nil {
		return err
	}
	switch {
	case proxy && service != "lambda" && service != "firehose":
		return awserror.NewBadRequest("Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.")
	case credentials == "" && service != "lambda":
		return awserror.NewBadRequest("Role ARN must be specified for AWS integrations")
	default:
		return nil
	}
}

// checkRole wants a role of the account, or the caller's own credentials.
func checkRole(credentials, account string) error {
	switch {
	case credentials == "" || callerRole.MatchString(credentials) || strings.Contains(credentials, "${stageVariables."):
		return nil
	case !strings.HasPrefix(credentials, "arn:"):
		return awserror.NewBadRequest("Invalid ARN specified in the request")
	case !strings.Contains(credentials, ":iam::"+account+":"):
		return awserror.New(awserror.AccessDenied, 400, "Cross-account pass role is not allowed.")
	default:
		return nil
	}
}
