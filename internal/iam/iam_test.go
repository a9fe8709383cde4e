package iam_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"

	"github.com/sluice-gateway/sluice/internal/iam"
)

// file is one table of cases: policies and what requests get of them.
type file struct {
	Kind     string
	Policies []json.RawMessage
	Cases    []struct {
		Name      string
		Action    string
		Resource  string
		Principal iam.Principal
		Keys      map[string][]string
		Want      string
		Sid       string
	}
}

func kindOf(name string) iam.Kind {
	switch name {
	case "resource":
		return iam.ResourcePolicy
	case "trust":
		return iam.TrustPolicy
	default:
		return iam.IdentityPolicy
	}
}

func read(t testing.TB, name string) file {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var table file
	if err := yaml.UnmarshalStrict(text, &table); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return table
}

func TestCases(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, name := range names {
		table := read(t, name)
		var policies []*iam.Policy
		for _, text := range table.Policies {
			policy, err := iam.Parse(text, kindOf(table.Kind))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			policies = append(policies, policy)
		}
		for _, one := range table.Cases {
			t.Run(filepath.Base(name)+"/"+one.Name, func(t *testing.T) {
				t.Parallel()
				request := &iam.Request{
					Action: one.Action, Resource: one.Resource, Principal: one.Principal,
					Value: func(key string) ([]string, bool) { values, ok := one.Keys[key]; return values, ok },
				}
				decision, decided := iam.Evaluate(policies, request)
				if decision.String() != one.Want || decided.Sid != one.Sid {
					t.Errorf("got %s by %q, want %s by %q", decision, decided.Sid, one.Want, one.Sid)
				}
			})
		}
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	const rest = `,"Action":"a:b","Resource":"*"`
	cases := map[string]struct {
		kind iam.Kind
		text string
	}{
		"empty":                      {iam.IdentityPolicy, ``},
		"list":                       {iam.IdentityPolicy, `[]`},
		"more than one":              {iam.IdentityPolicy, `{"Statement":{"Effect":"Allow"` + rest + `}} {}`},
		"no statement":               {iam.IdentityPolicy, `{"Version":"2012-10-17"}`},
		"empty statements":           {iam.IdentityPolicy, `{"Statement":[]}`},
		"null statement":             {iam.IdentityPolicy, `{"Statement":null}`},
		"version":                    {iam.IdentityPolicy, `{"Version":"2020-01-01","Statement":{"Effect":"Allow"` + rest + `}}`},
		"effect":                     {iam.IdentityPolicy, `{"Statement":{"Effect":"allow"` + rest + `}}`},
		"no effect":                  {iam.IdentityPolicy, `{"Statement":{"Action":"a:b","Resource":"*"}}`},
		"unknown element":            {iam.IdentityPolicy, `{"Statement":{"Effect":"Allow","Actions":"a:b"` + rest + `}}`},
		"element of another case":    {iam.IdentityPolicy, `{"Statement":{"effect":"Allow"` + rest + `}}`},
		"element twice":              {iam.IdentityPolicy, `{"Statement":{"Effect":"Deny","Effect":"Allow"` + rest + `}}`},
		"unknown at the top":         {iam.IdentityPolicy, `{"Extra":1,"Statement":{"Effect":"Allow"` + rest + `}}`},
		"no action":                  {iam.IdentityPolicy, `{"Statement":{"Effect":"Allow","Resource":"*"}}`},
		"action and its negation":    {iam.IdentityPolicy, `{"Statement":{"Effect":"Allow","NotAction":"c:d"` + rest + `}}`},
		"action without service":     {iam.IdentityPolicy, `{"Statement":{"Effect":"Allow","Action":"b","Resource":"*"}}`},
		"action of number":           {iam.IdentityPolicy, `{"Statement":{"Effect":"Allow","Action":[1],"Resource":"*"}}`},
		"no resource":                {iam.IdentityPolicy, `{"Statement":{"Effect":"Allow","Action":"a:b"}}`},
		"empty resource":             {iam.IdentityPolicy, `{"Statement":{"Effect":"Allow","Action":"a:b","Resource":""}}`},
		"principal of an identity":   {iam.IdentityPolicy, `{"Statement":{"Effect":"Allow","Principal":"*"` + rest + `}}`},
		"resource without principal": {iam.ResourcePolicy, `{"Statement":{"Effect":"Allow"` + rest + `}}`},
		"principal text":             {iam.ResourcePolicy, `{"Statement":{"Effect":"Allow","Principal":"alice"` + rest + `}}`},
		"principal wildcard":         {iam.ResourcePolicy, `{"Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::1:user/*"}` + rest + `}}`},
		"principal kind":             {iam.ResourcePolicy, `{"Statement":{"Effect":"Allow","Principal":{"Azure":"x"}` + rest + `}}`},
		"principal of nobody":        {iam.ResourcePolicy, `{"Statement":{"Effect":"Allow","Principal":{"AWS":"bob"}` + rest + `}}`},
		"trust with resource":        {iam.TrustPolicy, `{"Statement":{"Effect":"Allow","Principal":"*"` + rest + `}}`},
		"unknown operator":           {iam.IdentityPolicy, `{"Statement":{"Effect":"Allow","Condition":{"StringIs":{"a":"b"}}` + rest + `}}`},
		"quantified null":            {iam.IdentityPolicy, `{"Statement":{"Effect":"Allow","Condition":{"Null":{"a":"maybe"}}` + rest + `}}`},
		"value that is an object":    {iam.IdentityPolicy, `{"Statement":{"Effect":"Allow","Condition":{"StringEquals":{"a":{}}}` + rest + `}}`},
		"number that is none":        {iam.IdentityPolicy, `{"Statement":{"Effect":"Allow","Condition":{"NumericEquals":{"a":"x"}}` + rest + `}}`},
		"date that is none":          {iam.IdentityPolicy, `{"Statement":{"Effect":"Allow","Condition":{"DateEquals":{"a":"x"}}` + rest + `}}`},
		"address that is none":       {iam.IdentityPolicy, `{"Statement":{"Effect":"Allow","Condition":{"IpAddress":{"a":"10.0.0.0/33"}}` + rest + `}}`},
		"boolean that is none":       {iam.IdentityPolicy, `{"Statement":{"Effect":"Allow","Condition":{"Bool":{"a":"yes"}}` + rest + `}}`},
		"deep":                       {iam.IdentityPolicy, strings.Repeat(`{"Statement":`, 10_000)},
		"long":                       {iam.IdentityPolicy, `{"Statement":{"Effect":"Allow","Sid":"` + strings.Repeat("a", 200_000) + `"` + rest + `}}`},
		"invalid UTF-8":              {iam.IdentityPolicy, "{\"Id\":\"\xff\",\"Statement\":{\"Effect\":\"Allow\"" + rest + "}}"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := iam.Parse([]byte(test.text), test.kind)
			if _, refused := errors.AsType[*iam.Error](err); !refused {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestWildcards compares matching with Go's regular expressions.
func TestWildcards(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.StringMatching(`[ab*?ü.]{1,8}`).Draw(t, "pattern")
		text := rapid.StringMatching(`[abü.]{0,10}`).Draw(t, "text")
		quoted := strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(regexp.QuoteMeta(pattern))
		want := regexp.MustCompile(`(?s)\A` + quoted + `\z`).MatchString(text)
		document, err := json.Marshal(map[string]any{"Statement": map[string]any{"Effect": "Allow", "Action": "*", "Resource": pattern}})
		if err != nil {
			t.Fatal(err)
		}
		policy, err := iam.Parse(document, iam.IdentityPolicy)
		if err != nil {
			t.Fatal(err)
		}
		decision, _ := iam.Evaluate([]*iam.Policy{policy}, &iam.Request{Action: "a:b", Resource: text})
		if (decision == iam.Allow) != want {
			t.Fatalf("%q of %q: %v, want %v", pattern, text, decision, want)
		}
	})
}

func FuzzParse(f *testing.F) {
	names, err := filepath.Glob("testdata/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		for _, policy := range read(f, name).Policies {
			f.Add([]byte(policy), "execute-api:Invoke", "arn:aws:execute-api:us-east-1:000000000000:abc/prod/GET/pets")
		}
	}
	f.Add([]byte(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"${a,'b'}${*}${"}}`), "a", "b")
	f.Fuzz(func(t *testing.T, text []byte, action, resource string) {
		for _, kind := range []iam.Kind{iam.IdentityPolicy, iam.ResourcePolicy, iam.TrustPolicy} {
			policy, err := iam.Parse(text, kind)
			if err != nil {
				if _, refused := errors.AsType[*iam.Error](err); !refused || policy != nil {
					t.Errorf("policy %v, error %v", policy, err)
				}
				continue
			}
			iam.Evaluate([]*iam.Policy{policy}, &iam.Request{Action: action, Resource: resource, Value: func(string) ([]string, bool) { return []string{action, resource}, true }})
		}
	})
}

func BenchmarkEvaluate(b *testing.B) {
	table := read(b, "testdata/identity.yaml")
	var policies []*iam.Policy
	for _, text := range table.Policies {
		policy, err := iam.Parse(text, iam.IdentityPolicy)
		if err != nil {
			b.Fatal(err)
		}
		policies = append(policies, policy)
	}
	request := &iam.Request{Action: "execute-api:Invoke", Resource: "arn:aws:execute-api:us-east-1:000000000000:abc/prod/GET/pets/a/b"}
	b.ReportAllocs()
	for b.Loop() {
		iam.Evaluate(policies, request)
	}
}
