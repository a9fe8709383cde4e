// Package iam is the language of AWS's policies: it parses, checks and compiles
// policy documents once, and evaluates requests against them. It is pure: no
// clock, no network and no store; what a condition asks comes in by a function.
// It does not combine the kinds of policies (identity, resource, authorizer) into
// one answer: that differs by service and is its caller's business.
//
// The rules are "IAM JSON policy elements reference" and "Policy evaluation
// logic" of the IAM User Guide.
package iam

// Decision is what policies say of a request.
type Decision int

const (
	// ImplicitDeny says that no statement matches.
	ImplicitDeny Decision = iota
	// Allow says that a statement allows it and none denies it.
	Allow
	// ExplicitDeny says that a statement denies it.
	ExplicitDeny
)

// String names the decision.
func (d Decision) String() string {
	switch d {
	case Allow:
		return "allow"
	case ExplicitDeny:
		return "explicit deny"
	default:
		return "implicit deny"
	}
}

// Request is what is asked.
type Request struct {
	// Action is such as execute-api:Invoke; case does not matter.
	Action string
	// Resource is an ARN; case matters.
	Resource string
	// Principal is who asks; only resource and trust policies look at it.
	Principal Principal
	// Value gives a condition key's values, and whether it is there at all. Keys
	// are asked in lower case, such as aws:sourceip. Nil has no keys.
	Value func(key string) ([]string, bool)
}

func (r *Request) values(key string) ([]string, bool) {
	if r.Value == nil {
		return nil, false
	}
	return r.Value(key)
}

// Policy is a compiled document. It never changes and is safe for use by many
// goroutines.
type Policy struct {
	id         string
	statements []statement
}

// ID is the document's Id, mostly empty.
func (p *Policy) ID() string { return p.id }

// Statement names the statement that decided.
type Statement struct {
	// Policy and Index count from 0: which of the policies, which of its statements.
	Policy, Index int
	// Sid is the statement's own name, empty when it has none.
	Sid string
}

// statement is one compiled statement.
type statement struct {
	sid          string
	deny         bool
	actions      []pattern
	notAction    bool
	resources    []arnPattern
	notResource  bool
	anyResource  bool
	principals   *principals
	notPrincipal bool
	conditions   []condition
}

// Evaluate decides a request by all statements of all policies: one that denies
// wins, else one that allows. The statement is meaningless for ImplicitDeny.
func Evaluate(policies []*Policy, request *Request) (Decision, Statement) {
	decision, decided := ImplicitDeny, Statement{}
	for i, policy := range policies {
		for j := range policy.statements {
			one := &policy.statements[j]
			if decision == Allow && !one.deny || !one.matches(request) {
				continue
			}
			decided = Statement{Policy: i, Index: j, Sid: one.sid}
			if one.deny {
				return ExplicitDeny, decided
			}
			decision = Allow
		}
	}
	return decision, decided
}

// matches says whether a statement speaks of a request.
func (s *statement) matches(request *Request) bool {
	if s.principals != nil && s.principals.match(&request.Principal) == s.notPrincipal {
		return false
	}
	if s.matchesAction(request) == s.notAction {
		return false
	}
	if !s.anyResource && s.matchesResource(request) == s.notResource {
		return false
	}
	for i := range s.conditions {
		if !s.conditions[i].holds(request) {
			return false
		}
	}
	return true
}

func (s *statement) matchesAction(request *Request) bool {
	for i := range s.actions {
		if s.actions[i].match(request.Action, request) {
			return true
		}
	}
	return false
}

func (s *statement) matchesResource(request *Request) bool {
	for i := range s.resources {
		if s.resources[i].match(request.Resource, request) {
			return true
		}
	}
	return false
}
