package compile

import (
	"time"

	"github.com/sluice-gateway/sluice/controlplane/definition"
)

// Input is all that a plan is made of. Nothing in it is changed or kept.
type Input struct {
	// AccountID owns the API: twelve digits.
	AccountID string
	Region    string
	// APIID is the API's id; the content's own is not read.
	APIID string
	// Stage as it is now: variables, throttles, canary and logging settings.
	Stage *definition.Stage
	// Content is what Stage.DeploymentID froze.
	Content *definition.Content
	// Canary is what Stage.CanarySettings.DeploymentID froze; nil: no canary, or
	// one that serves the same deployment with other variables.
	Canary *definition.Content
	// LinkTargets are the targets' ARNs of the account's VPC links, by the links'
	// ids; nil: Settings.VPCLinks knows links by their ids alone.
	LinkTargets map[string]string
	Settings    Settings
}

// Settings are the operator's, the same for all stages.
type Settings struct {
	// HostSuffixes are what hosts of APIs end in besides AWS's own: for
	// "execute-api.localhost" an API answers to {apiId}.execute-api.localhost.
	// Empty: DefaultHostSuffix.
	HostSuffixes []string
	// PayloadLimit is the largest request and response body in bytes. 0: AWS's
	// 10 MiB.
	PayloadLimit uint64
	// MaxTimeout bounds an integration's timeout. 0: 15 minutes.
	MaxTimeout time.Duration
	// AccountThrottle is what applies where a stage sets none. Zero: no limit, and
	// operations that need no other decision are served by Envoy alone.
	AccountThrottle Throttle
	// Functions say where Lambda functions answer, the first match wins.
	Functions []Function
	// Endpoints are addresses of AWS services by the name that their
	// AWS_ENDPOINT_URL_* variable ends in, in lower case ("lambda", "dynamodb",
	// "sfn"), and under "" what AWS_ENDPOINT_URL says. A service without one is
	// called at AWS.
	Endpoints map[string]string
	// VPCLinks say where a VPC link leads, by its id or by its target's ARN:
	// "http://host:port" or "https://host:port". A link that is not named is not
	// there: the URI's own host is called.
	VPCLinks map[string]string
}

// Throttle is a token bucket: tokens a second and its capacity.
type Throttle struct {
	Rate  float64
	Burst int64
}

// Function says where functions answer whose ARN or name matches.
type Function struct {
	// Pattern is an ARN, a name, or either with * for any text.
	Pattern string
	// URL speaks the Lambda Invoke API; its path is put before the API's own.
	URL string
}

// Problem is something defined that cannot be served.
type Problem struct {
	// Path is where: "resources/ab12cd/methods/GET/integration/uri".
	Path string
	// Message is what, for the operator.
	Message string
}

// String is "path: message".
func (p Problem) String() string { return p.Path + ": " + p.Message }

// What applies where Settings say nothing.
const (
	DefaultHostSuffix   = "execute-api.localhost"
	DefaultPayloadLimit = 10 << 20
	DefaultMaxTimeout   = 15 * time.Minute
)

func (s *Settings) complete() {
	if len(s.HostSuffixes) == 0 {
		s.HostSuffixes = []string{DefaultHostSuffix}
	}
	if s.PayloadLimit == 0 {
		s.PayloadLimit = DefaultPayloadLimit
	}
	if s.MaxTimeout == 0 {
		s.MaxTimeout = DefaultMaxTimeout
	}
}
