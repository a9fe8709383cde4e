package sdk

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/template"

	"github.com/sluice-gateway/sluice/controlplane/definition"
)

//go:embed runtime.js
var runtime string

//go:embed client.js.tmpl
var clientSource string

//go:embed readme.md.tmpl
var readmeSource string

// operation is a method as the client calls it.
type operation struct {
	// Name is the client's method, such as petsPetIdGet.
	Name, Verb, Path string
	// PathNames, QueryNames and HeaderNames are parameters by where they travel;
	// Required those that must be given. All are JSON lists.
	PathNames, QueryNames, HeaderNames, Required string
	Auth                                         string
}

// client is what the templates see.
type client struct {
	API, ID, Stage, Region string
	Operations             []operation
	NeedsKey               bool
}

// JavaScript writes the client of a stage, as a zip file with its name.
func JavaScript(content *definition.Content, stage, region string) (archive []byte, filename string, err error) {
	described := client{API: content.RestAPI.Name, ID: content.RestAPI.ID, Stage: stage, Region: region, Operations: operations(content)}
	for _, resource := range content.Resources {
		for _, method := range resource.Methods {
			described.NeedsKey = described.NeedsKey || method.APIKeyRequired
		}
	}
	files := []struct{ name, text string }{{"apiGateway-js-sdk/lib/runtime.js", runtime}}
	for _, one := range []struct{ name, source string }{{"apiGateway-js-sdk/apigClient.js", clientSource}, {"apiGateway-js-sdk/README.md", readmeSource}} {
		text, err := rendered(one.source, described)
		if err != nil {
			return nil, "", fmt.Errorf("client of %s: %w", described.ID, err)
		}
		files = append(files, struct{ name, text string }{one.name, text})
	}
	var out bytes.Buffer
	zipped := zip.NewWriter(&out)
	for _, file := range files {
		into, err := zipped.Create(file.name)
		if err != nil {
			return nil, "", fmt.Errorf("client of %s: %w", described.ID, err)
		}
		if _, err := into.Write([]byte(file.text)); err != nil {
			return nil, "", fmt.Errorf("client of %s: %w", described.ID, err)
		}
	}
	if err := zipped.Close(); err != nil {
		return nil, "", fmt.Errorf("client of %s: %w", described.ID, err)
	}
	return out.Bytes(), "javascript_" + described.ID + "-" + stage + ".zip", nil
}

func rendered(source string, described client) (string, error) {
	parsed, err := template.New("client").Funcs(template.FuncMap{"js": quoted}).Parse(source)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	if err := parsed.Execute(&out, described); err != nil {
		return "", err
	}
	return out.String(), nil
}

// quoted is a text as a JavaScript literal. JSON's, with what could end a script
// element or a line escaped, is one.
func quoted(text string) string {
	literal, err := json.Marshal(text)
	if err != nil {
		return `""`
	}
	return string(literal)
}

// operations are the methods by path and verb. ANY becomes all seven verbs, where
// the resource has none of its own.
func operations(content *definition.Content) []operation {
	byPath := map[string]*definition.Resource{}
	for _, resource := range content.Resources {
		byPath[resource.Path] = resource
	}
	var all []operation
	for _, path := range slices.Sorted(maps.Keys(byPath)) {
		methods := byPath[path].Methods
		for _, verb := range slices.Sorted(maps.Keys(methods)) {
			if verb != "ANY" {
				all = append(all, newOperation(path, verb, methods[verb]))
				continue
			}
			for _, each := range []string{"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"} {
				if methods[each] == nil {
					all = append(all, newOperation(path, each, methods[verb]))
				}
			}
		}
	}
	return all
}

func newOperation(path, verb string, method *definition.Method) operation {
	names := map[string][]string{"path": variables(path)}
	required := slices.Clone(names["path"])
	for _, parameter := range slices.Sorted(maps.Keys(method.RequestParameters)) {
		place, name, _ := strings.Cut(strings.TrimPrefix(parameter, "method.request."), ".")
		if place == "path" {
			continue
		}
		names[place] = append(names[place], name)
		if method.RequestParameters[parameter] {
			required = append(required, name)
		}
	}
	auth := "NONE"
	if method.AuthorizationType == "AWS_IAM" {
		auth = "AWS_IAM"
	}
	return operation{
		Name: methodName(path, verb), Verb: verb, Path: strings.ReplaceAll(path, "+}", "}"), Auth: auth,
		PathNames: listed(names["path"]), QueryNames: listed(names["querystring"]), HeaderNames: listed(names["header"]), Required: listed(required),
	}
}

func listed(names []string) string {
	if len(names) == 0 {
		return "[]"
	}
	text, err := json.Marshal(names)
	if err != nil {
		return "[]"
	}
	return string(text)
}

// variables are the names in a path's braces.
func variables(path string) []string {
	var all []string
	for part := range strings.SplitSeq(path, "/") {
		if strings.HasPrefix(part, "{") {
			all = append(all, strings.TrimSuffix(strings.Trim(part, "{}"), "+"))
		}
	}
	return all
}

// methodName is what AWS's generator calls a method: the path's words in camel
// case with the verb behind them; rootGet for "/".
func methodName(path, verb string) string {
	var name strings.Builder
	for part := range strings.FieldsFuncSeq(path, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	}) {
		if name.Len() == 0 {
			name.WriteString(strings.ToLower(part[:1]) + part[1:])
			continue
		}
		name.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	if name.Len() == 0 {
		name.WriteString("root")
	}
	return name.String() + verb[:1] + strings.ToLower(verb[1:])
}
