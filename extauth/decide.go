package extauth

import (
	"context"
	"errors"
	"time"

	"github.com/sluice-gateway/sluice/internal/admission"
	"github.com/sluice-gateway/sluice/internal/explain"
	"github.com/sluice-gateway/sluice/internal/gatewayresponse"
	"github.com/sluice-gateway/sluice/internal/sigv4"
	"github.com/sluice-gateway/sluice/internal/usage"
)

// Denial is why a call may not proceed.
type Denial struct {
	// Type is the gateway response that the caller gets.
	Type gatewayresponse.Type
	// Message, when not empty, is its text instead of the type's own.
	Message string
	// ErrorType, when not empty, is x-amzn-ErrorType instead of the type's own.
	ErrorType string
	// Phase and Reason are for "why?": where it was refused and by which rule.
	Phase  string
	Reason explain.Reason
}

// Phases of a decision, as stories name them.
const (
	phaseRouting       = "routing"
	phaseAuthorization = "authorization"
	phaseAPIKey        = "api key"
	phaseLimits        = "limits"
)

// Decide decides one request in AWS's order: authorization, API key and its
// usage plan, then limits from the narrowest to the widest (data-plane order of
// the developer guide's "Throttle requests to your REST APIs"). Rules are those
// of the operation that Envoy chose; nil, an operation that nobody knows, is
// refused. The context bounds calls to authorizers.
func (d *Decider) Decide(_ context.Context, rules *admission.Rules, request *Request, now time.Time) Decision {
	switch {
	case rules == nil:
		return deny(gatewayresponse.Default5XX, phaseRouting, explain.OperationUnknown)
	case rules.IsUnmatched():
		return unmatched(request)
	case rules.Unsupported != "":
		return deny(gatewayresponse.APIConfigurationError, phaseAuthorization, explain.AuthorizationUnsupported)
	}
	decision := Decision{Allowed: true}
	var charges [usage.MaxCharges]usage.Charge
	count := 0
	if rules.APIKeyRequired {
		// AUTHORIZER takes the key from an authorizer's answer alone.
		value := ""
		if !rules.KeyFromAuthorizer {
			value = request.header(apiKeyHeader)
		}
		match, reason := d.keys.Index().Find(value, rules.Context.AccountID, rules.StageKey)
		if match.Key == nil {
			return deny(gatewayresponse.InvalidAPIKey, phaseAPIKey, reason)
		}
		decision.Key, decision.Plan = match.Key, match.Plan
		for _, limit := range [...]*usage.Limit{match.MethodThrottle(rules.MethodKey), match.Plan.Throttle, match.Plan.Quota} {
			if limit != nil {
				charges[count] = usage.Charge{Limit: limit, Subject: match.Key.ID}
				count++
			}
		}
	}
	planCharges := count
	if rules.Throttle != nil {
		charges[count] = usage.Charge{Limit: rules.Throttle}
		count++
	}
	if rules.Account != nil {
		charges[count] = usage.Charge{Limit: rules.Account}
		count++
	}
	if count == 0 {
		return decision
	}
	if spent := d.limits.Spend(now, charges[:count]); spent != usage.Passed {
		return d.overLimit(&charges[spent], spent < planCharges, decision, rules)
	}
	return decision
}

// unmatched refuses a request that no operation matches. AWS parses it as a
// signed one before it gives up, so that an Authorization header that is no
// signature, such as a bearer token, gets another answer.
func unmatched(request *Request) Decision {
	header := request.header("authorization")
	if header == "" {
		return deny(gatewayresponse.MissingAuthenticationToken, phaseRouting, explain.RouteUnmatched)
	}
	_, err := sigv4.Parse(&sigv4.Request{Query: request.Query, Header: func(name string) []string {
		if value := request.header(name); value != "" {
			return []string{value}
		}
		return nil
	}})
	refused := &sigv4.Error{}
	if !errors.As(err, &refused) || refused.Code == sigv4.CodeMissing {
		return deny(gatewayresponse.MissingAuthenticationToken, phaseRouting, explain.RouteUnmatched)
	}
	decision := deny(gatewayresponse.InvalidSignature, phaseRouting, explain.RouteUnmatchedAuth)
	decision.Denial.Message, decision.Denial.ErrorType = refused.Message, refused.Code
	return decision
}

// overLimit is a denial by the limit that had nothing left. The caller stays
// known, for access logs.
func (d *Decider) overLimit(charge *usage.Charge, byPlan bool, decision Decision, rules *admission.Rules) Decision {
	kind, reason := gatewayresponse.Throttled, explain.ThrottleStage
	switch {
	case charge.Limit.IsQuota():
		kind, reason = gatewayresponse.QuotaExceeded, explain.QuotaPlan
	case byPlan && charge.Limit == decision.Plan.Throttle:
		reason = explain.ThrottlePlan
	case byPlan:
		reason = explain.ThrottlePlanMethod
	case charge.Limit != rules.Throttle:
		reason = explain.ThrottleAccount
	}
	decision.Allowed = false
	decision.Denial = Denial{Type: kind, Phase: phaseLimits, Reason: reason}
	return decision
}

func deny(kind gatewayresponse.Type, phase string, reason explain.Reason) Decision {
	return Decision{Denial: Denial{Type: kind, Phase: phase, Reason: reason}}
}
