package store

import (
	"fmt"
	"strings"
)

// root is what every key starts with.
const root = "/sluice/v1/"

// idIndex holds the owner of every API id.
const idIndex = root + "ids/"

// Noun is the part of a key that names a kind of value.
type Noun string

// The nouns that belong to an API, and the API itself.
const (
	RestAPIs              Noun = "restapis"
	Resources             Noun = "resources"
	Models                Noun = "models"
	RequestValidators     Noun = "requestvalidators"
	Authorizers           Noun = "authorizers"
	GatewayResponses      Noun = "gatewayresponses"
	DocumentationParts    Noun = "documentationparts"
	DocumentationVersions Noun = "documentationversions"
	Deployments           Noun = "deployments"
	Contents              Noun = "contents"
	Stages                Noun = "stages"
)

// The nouns that belong to an account in a region.
const (
	APIKeys            Noun = "apikeys"
	UsagePlans         Noun = "usageplans"
	DomainNames        Noun = "domainnames"
	BasePathMappings   Noun = "basepathmappings"
	AccessAssociations Noun = "accessassociations"
	VpcLinks           Noun = "vpclinks"
	ClientCertificates Noun = "clientcertificates"
	Settings           Noun = "settings"
	UsageOverrides     Noun = "usageoverrides"
)

const (
	uniques   Noun = "uniques"
	revisions Noun = "revisions"
)

// Global is the scope of what belongs to no account alone, such as an index over
// all of them. No account has twelve letters for a number.
func Global() Scope { return Scope{Account: "global", Region: "global"} }

// Scope is an account in a region: nothing is seen from one scope to another.
type Scope struct {
	Account string // twelve digits
	Region  string // such as us-east-1
}

// String is account/region, as keys have it.
func (s Scope) String() string { return s.Account + "/" + s.Region }

// Ref names an API.
type Ref struct {
	Scope

	ID string
}

// String is account/region/id.
func (r Ref) String() string { return r.Scope.String() + "/" + r.ID }

// check refuses what would break out of its place in the keys.
func (s Scope) check() error {
	for _, part := range []string{s.Account, s.Region} {
		if part == "" || strings.Contains(part, "/") {
			return fmt.Errorf("store: %q is no account and region", s.String())
		}
	}
	return nil
}

// prefix is where the scope's values of a noun lie.
func (s Scope) prefix(noun Noun) string { return root + s.String() + "/" + string(noun) + "/" }

// key is one value of a noun that belongs to the scope.
func (s Scope) key(noun Noun, id string) string { return s.prefix(noun) + id }

// revisionKey is written whenever something of the noun is.
func (s Scope) revisionKey(noun Noun) string { return s.key(revisions, string(noun)) }

// prefix is where the API's values of a noun lie.
func (r Ref) prefix(noun Noun) string { return r.Scope.key(noun, r.ID) + "/" }

// key is one value of a noun that belongs to the API.
func (r Ref) key(noun Noun, id string) string { return r.prefix(noun) + id }

// own is the API's own record.
func (r Ref) own() string { return r.Scope.key(RestAPIs, r.ID) }

// check refuses ids that would reach into another API's keys.
func (r Ref) check() error {
	if strings.Contains(r.ID, "/") || r.ID == "" {
		return ErrNotFound
	}
	return r.Scope.check()
}

// owned says whether a noun belongs to an API.
func (n Noun) owned() bool {
	switch n {
	case Resources, Models, RequestValidators, Authorizers, GatewayResponses, DocumentationParts,
		DocumentationVersions, Deployments, Contents, Stages:
		return true
	default:
		return false
	}
}

// served says whether a change of the noun changes what is served.
func (n Noun) served() bool {
	switch n {
	case Stages, APIKeys, UsagePlans, DomainNames, BasePathMappings, ClientCertificates, VpcLinks:
		return true
	default:
		return false
	}
}

// place is what a key says of its value.
type place struct {
	scope Scope
	noun  Noun
	// api is empty for the account's own nouns.
	api string
	id  string
}

// parseKey takes a key apart; false for those that hold no noun.
func parseKey(key string) (place, bool) {
	rest, found := strings.CutPrefix(key, root)
	parts := strings.SplitN(rest, "/", 4)
	if !found || len(parts) != 4 {
		return place{}, false
	}
	at := place{scope: Scope{Account: parts[0], Region: parts[1]}, noun: Noun(parts[2]), id: parts[3]}
	switch {
	case at.noun == revisions || at.noun == uniques:
		return place{}, false
	case at.noun == RestAPIs:
		at.api = at.id
	case at.noun.owned():
		at.api, at.id, found = strings.Cut(at.id, "/")
		if !found {
			return place{}, false
		}
	}
	return at, true
}
