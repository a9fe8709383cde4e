package compile

import (
	"fmt"
	"strings"
)

// Places of an ARN's parts between its colons.
const (
	arnRegion   = 3
	arnService  = 4
	arnResource = 6 // a function's name: arn:aws:lambda:region:account:function:NAME
)

// integrationARN is an AWS integration's URI,
// arn:{partition}:apigateway:{region}:{[subdomain.]service}:{path|action}/{api}.
type integrationARN struct {
	region, service, subdomain string
	// kind is "path" or "action"; api is what follows the slash.
	kind, api string
}

func parseIntegrationARN(uri string) (integrationARN, error) {
	const parts = 6
	split := strings.SplitN(uri, ":", parts)
	if len(split) != parts || split[0] != "arn" || split[2] != "apigateway" || split[arnService] == "" {
		return integrationARN{}, fmt.Errorf("%q is no ARN of an AWS integration", uri)
	}
	made := integrationARN{region: split[arnRegion], service: split[arnService]}
	if cut := strings.LastIndexByte(made.service, '.'); cut >= 0 {
		made.subdomain, made.service = made.service[:cut], made.service[cut+1:]
	}
	var found bool
	made.kind, made.api, found = strings.Cut(split[parts-1], "/")
	if !found || (made.kind != "path" && made.kind != "action") {
		return integrationARN{}, fmt.Errorf("%q names neither a path nor an action", uri)
	}
	return made, nil
}

// Forms of the paths by which Lambda is invoked.
const (
	invokePrefix = "2015-03-31/functions/"
	invokeSuffix = "/invocations"
	streamPrefix = "2021-11-15/functions/"
	streamSuffix = "/response-streaming-invocations"
)

// function is the function that the ARN invokes; empty: it invokes none.
func (a integrationARN) function() string {
	if a.service != "lambda" || a.kind != "path" {
		return ""
	}
	for prefix, suffix := range map[string]string{invokePrefix: invokeSuffix, streamPrefix: streamSuffix} {
		if inner, found := strings.CutPrefix(a.api, prefix); found && strings.HasSuffix(inner, suffix) {
			return strings.TrimSuffix(inner, suffix)
		}
	}
	return ""
}

// functionOf is the function that a URI invokes.
func functionOf(uri string) (string, error) {
	arn, err := parseIntegrationARN(uri)
	if err != nil {
		return "", err
	}
	function := arn.function()
	if function == "" {
		return "", fmt.Errorf("%q invokes no Lambda function", uri)
	}
	return function, nil
}
