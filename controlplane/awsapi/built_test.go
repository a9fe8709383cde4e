package awsapi_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
)

// TestTable holds what AWS's models promise: the counts, and that no two
// operations answer the same request.
func TestTable(t *testing.T) {
	t.Parallel()
	counts := map[string]int{}
	requests := map[string]string{}
	for _, operation := range awsapi.Operations() {
		counts[operation.Service]++
		request := strings.Join([]string{operation.Signing, operation.Method, operation.Path, operation.Target}, " ")
		for _, constant := range operation.Query {
			request += "?" + constant.Name + "=" + constant.Value
		}
		if operation.Protocol == "query" {
			request += " " + operation.Name
		}
		if other, taken := requests[request]; taken {
			t.Errorf("%s and %s both answer %s", other, operation.Name, request)
		}
		requests[request] = operation.Name
	}
	if counts["apigateway"] != 124 || counts["apigatewayv2"] != 103 || counts["apigatewaymanagementapi"] != 3 {
		t.Errorf("operations by service: %v, want 124, 103 and 3", counts)
	}
}

// TestUnbuilt counts API Gateway's operations that handlers leave out.
func TestUnbuilt(t *testing.T) {
	t.Parallel()
	unbuilt := awsapi.Unbuilt(echo())
	if len(unbuilt) != 230-7 || slices.Contains(unbuilt, "apigateway:CreateRestApi") || !slices.Contains(unbuilt, "apigatewayv2:CreateApi") {
		t.Errorf("%d operations unbuilt: %v", len(unbuilt), unbuilt)
	}
}

// TestPatterns lists the operations with constraints that Go's regular
// expressions cannot hold, none of which Sluice answers.
func TestPatterns(t *testing.T) {
	t.Parallel()
	lookahead := []string{"CreateAccountAlias", "DeleteAccountAlias", "RequestCertificate", "ResendValidationEmail"}
	for _, operation := range awsapi.Operations() {
		constrained, ok := operation.NewInput().(wire.Constrained)
		if !ok || slices.Contains(lookahead, operation.Name) {
			continue
		}
		for _, constraint := range constrained.Constraints() {
			for _, pattern := range patterns(constraint) {
				if err := wire.CheckPattern(pattern); err != nil {
					t.Errorf("%s.%s: %v", operation.Name, constraint.Member, err)
				}
			}
		}
	}
}

func patterns(constraint wire.Constraint) []string {
	found := []string{constraint.Pattern}
	for _, below := range []*wire.Constraint{constraint.Element, constraint.Key} {
		if below != nil {
			found = append(found, patterns(*below)...)
		}
	}
	return slices.DeleteFunc(found, func(pattern string) bool { return pattern == "" })
}
