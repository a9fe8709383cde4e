package main

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/compile"
)

// gatewaySettings are the operator's words about all APIs: where AWS's services
// are found, and the limits that AWS calls quotas.
type gatewaySettings struct {
	Functions    map[string]string `help:"Where functions are invoked: ARN or name pattern = URL that speaks the Lambda Invoke API." env:"SLUICE_FUNCTIONS" placeholder:"PATTERN=URL" mapsep:","`
	Endpoints    map[string]string `help:"Where AWS services are called: service = URL; besides the variables AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_SERVICE." env:"SLUICE_ENDPOINTS" placeholder:"SERVICE=URL" mapsep:","`
	VPCLinks     map[string]string `name:"vpc-links" help:"Where VPC links lead: id or target ARN = URL." env:"SLUICE_VPC_LINKS" placeholder:"LINK=URL" mapsep:","`
	PayloadLimit uint64            `help:"Largest body of a request or answer, in bytes." env:"SLUICE_PAYLOAD_LIMIT" default:"10485760"`
	MaxTimeout   time.Duration     `help:"Longest timeout of an integration." env:"SLUICE_MAX_TIMEOUT" default:"15m"`
	AccountRate  float64           `help:"Requests a second that the account may make where a stage says nothing; 0: no limit." env:"SLUICE_ACCOUNT_RATE" default:"0"`
	AccountBurst int64             `help:"Burst of the account's limit." env:"SLUICE_ACCOUNT_BURST" default:"0"`
}

// check says what is wrong with the settings.
func (s *gatewaySettings) check() error {
	for setting, pairs := range map[string]map[string]string{"functions": s.Functions, "endpoints": s.Endpoints, "vpc-links": s.VPCLinks} {
		for _, key := range slices.Sorted(maps.Keys(pairs)) {
			parsed, err := url.Parse(pairs[key])
			if err != nil || parsed.Host == "" || (parsed.Scheme != "http" && parsed.Scheme != "https") {
				return fmt.Errorf("%w: %s %s: %q must be an http or https URL", errSettings, setting, key, pairs[key])
			}
		}
	}
	if s.AccountRate < 0 || s.AccountBurst < 0 {
		return fmt.Errorf("%w: account-rate and account-burst must not be negative", errSettings)
	}
	return nil
}

// compile gives the settings as the compiler takes them.
func (s *gatewaySettings) compile(place placeSettings) compile.Settings {
	return compile.Settings{
		HostSuffixes:    []string{place.HostSuffix},
		PayloadLimit:    s.PayloadLimit,
		MaxTimeout:      s.MaxTimeout,
		AccountThrottle: compile.Throttle{Rate: s.AccountRate, Burst: s.AccountBurst},
		Functions:       s.functions(),
		Endpoints:       s.endpoints(os.Environ()),
		VPCLinks:        s.VPCLinks,
	}
}

// functions puts the closest pattern first: one without a star before one with,
// a longer before a shorter.
func (s *gatewaySettings) functions() []compile.Function {
	var found []compile.Function
	for pattern, address := range s.Functions {
		found = append(found, compile.Function{Pattern: pattern, URL: address})
	}
	slices.SortFunc(found, func(a, b compile.Function) int {
		return cmp.Or(
			cmp.Compare(strings.Count(a.Pattern, "*"), strings.Count(b.Pattern, "*")),
			cmp.Compare(len(b.Pattern), len(a.Pattern)),
			cmp.Compare(a.Pattern, b.Pattern),
		)
	})
	return found
}

// endpointVariable is the AWS SDKs' own setting.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
const endpointVariable = "AWS_ENDPOINT_URL"

// endpoints takes the SDKs' variables and, before them, our own setting.
func (s *gatewaySettings) endpoints(environment []string) map[string]string {
	found := map[string]string{}
	for _, pair := range environment {
		name, address, _ := strings.Cut(pair, "=")
		service, ok := strings.CutPrefix(name, endpointVariable)
		if !ok || address == "" || (service != "" && service[0] != '_') {
			continue
		}
		found[strings.ToLower(strings.TrimPrefix(service, "_"))] = address
	}
	maps.Copy(found, s.Endpoints)
	return found
}
