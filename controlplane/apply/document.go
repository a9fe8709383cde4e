package apply

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/sluice-gateway/sluice/controlplane/apply/property"
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/yamlvalue"
)

// documentOwner stands before an imported document's name in the stack's tag.
const documentOwner = "import/"

// DocumentOptions say how an OpenAPI document is imported.
type DocumentOptions struct {
	// Name tells documents apart: the API that was made of this one is found by it
	// again. Empty: the document's title.
	Name string
	// APIID names an API to import into, instead.
	APIID string
	// Stage, when not empty, is deployed to.
	Stage string
	// BasePath is ignore, prepend or split.
	BasePath       string
	FailOnWarnings bool
	// Backend, when not empty, is a URL that serves the operations to which the
	// document gives no integration, under their own paths.
	Backend string
}

// DocumentResult is what became of a document.
type DocumentResult struct {
	APIID string
	// Verdict is Create, Update or Keep.
	Verdict  Verdict
	Warnings []string
	// DeploymentID is set when it was deployed.
	DeploymentID string
}

// Document imports an OpenAPI document: into a new API at the first time, into the
// same one afterwards, and not at all when nothing changed.
func Document(ctx context.Context, client *apigateway.Client, text []byte, options DocumentOptions) (DocumentResult, error) {
	root, err := yamlvalue.Parse(text, yamlvalue.Options{})
	if err != nil {
		return DocumentResult{}, fmt.Errorf("read the document: %w", err)
	}
	if root.Kind() != jsonvalue.KindObject {
		return DocumentResult{}, errors.New("read the document: it is no object")
	}
	if options.Name == "" {
		options.Name = property.Scalar(root.Get("info").Get("title"))
	}
	if options.Backend != "" {
		addBackend(root, strings.TrimSuffix(options.Backend, "/"))
		text = []byte(property.Scalar(root))
	}
	return importDocument(ctx, client, text, options)
}

func importDocument(ctx context.Context, client *apigateway.Client, text []byte, options DocumentOptions) (DocumentResult, error) {
	finder := &run{Stack: &Stack{client: client}}
	sum := digest(string(text) + "\n" + options.BasePath)
	done := DocumentResult{APIID: options.APIID, Verdict: Update}
	if options.APIID == "" {
		found, err := finder.findAPI(ctx, documentOwner+options.Name)
		if err != nil {
			return done, plain(err)
		}
		if found != nil {
			done.APIID = *found.Id
			if found.Tags[bodyTag] == sum {
				done.Verdict, done.Warnings = Keep, found.Warnings
				return done, nil
			}
		}
	}
	var err error
	if done.APIID == "" {
		done, err = createFrom(ctx, client, text, options)
	} else {
		done, err = putInto(ctx, client, text, options, done)
	}
	if err != nil {
		return done, plain(err)
	}
	if done.DeploymentID, err = deployTo(ctx, client, done.APIID, options.Stage); err != nil {
		return done, plain(err)
	}
	// The tags come last: what failed before is done again.
	arn := "arn:aws:apigateway:" + client.Options().Region + "::/restapis/" + done.APIID
	_, err = client.TagResource(ctx, &apigateway.TagResourceInput{ResourceArn: &arn, Tags: map[string]string{stackTag: documentOwner + options.Name, bodyTag: sum}})
	return done, plain(err)
}

func parameters(options DocumentOptions) map[string]string {
	if options.BasePath == "" {
		return nil
	}
	return map[string]string{"basepath": options.BasePath}
}

func createFrom(ctx context.Context, client *apigateway.Client, text []byte, options DocumentOptions) (DocumentResult, error) {
	made, err := client.ImportRestApi(ctx, &apigateway.ImportRestApiInput{Body: text, FailOnWarnings: options.FailOnWarnings, Parameters: parameters(options)})
	if err != nil {
		return DocumentResult{}, err
	}
	return DocumentResult{APIID: *made.Id, Verdict: Create, Warnings: made.Warnings}, nil
}

func putInto(ctx context.Context, client *apigateway.Client, text []byte, options DocumentOptions, done DocumentResult) (DocumentResult, error) {
	made, err := client.PutRestApi(ctx, &apigateway.PutRestApiInput{
		RestApiId: &done.APIID, Mode: types.PutModeOverwrite, Body: text, FailOnWarnings: options.FailOnWarnings, Parameters: parameters(options),
	})
	if err != nil {
		return done, err
	}
	done.Warnings = made.Warnings
	return done, nil
}

func deployTo(ctx context.Context, client *apigateway.Client, api, stage string) (string, error) {
	if stage == "" {
		return "", nil
	}
	made, err := client.CreateDeployment(ctx, &apigateway.CreateDeploymentInput{RestApiId: &api, StageName: &stage, Description: aws.String("sluice import")})
	if err != nil {
		return "", err
	}
	return *made.Id, nil
}

// addBackend gives an integration to each operation that has none: the backend,
// under the operation's own path.
func addBackend(root jsonvalue.Value, backend string) {
	swagger := !root.Get("swagger").IsUndefined()
	for _, path := range entriesOf(root.Get("paths")) {
		for _, operation := range entriesOf(path.Value) {
			verb := strings.ToUpper(operation.Key)
			if operation.Key == "x-amazon-apigateway-any-method" {
				verb = "ANY"
			} else if !contains([]string{"GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH"}, verb) {
				continue
			}
			if operation.Value.Kind() == jsonvalue.KindObject && operation.Value.Get("x-amazon-apigateway-integration").IsUndefined() {
				operation.Value.Object().Put("x-amazon-apigateway-integration", proxyTo(backend, path.Key, verb))
				declare(root, path.Value, operation.Value, path.Key, swagger)
			}
		}
	}
}

func entriesOf(value jsonvalue.Value) []jsonvalue.Entry {
	if value.Kind() != jsonvalue.KindObject {
		return nil
	}
	return value.Object().Entries()
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

func proxyTo(backend, path, verb string) jsonvalue.Value {
	mapped := jsonvalue.NewObject()
	for _, name := range variables(path) {
		mapped.Put("integration.request.path."+name, jsonvalue.String("method.request.path."+name))
	}
	return jsonvalue.FromObject(jsonvalue.NewObject(
		jsonvalue.Entry{Key: "type", Value: jsonvalue.String("http_proxy")},
		jsonvalue.Entry{Key: "httpMethod", Value: jsonvalue.String(verb)},
		jsonvalue.Entry{Key: "uri", Value: jsonvalue.String(backend + strings.ReplaceAll(path, "+}", "}"))},
		jsonvalue.Entry{Key: "requestParameters", Value: jsonvalue.FromObject(mapped)},
	))
}

// declare adds the path's variables to an operation that does not declare them,
// for only what is declared can be mapped.
func declare(root, path, operation jsonvalue.Value, template string, swagger bool) {
	declared := map[string]bool{}
	for _, list := range []jsonvalue.Value{path.Get("parameters"), operation.Get("parameters")} {
		for _, parameter := range property.Items(list) {
			if reference := property.Scalar(parameter.Get("$ref")); reference != "" {
				name := reference[strings.LastIndexByte(reference, '/')+1:]
				parameter = root.Get("components").Get("parameters").Get(name)
				if swagger {
					parameter = root.Get("parameters").Get(name)
				}
			}
			declared[property.Scalar(parameter.Get("name"))] = declared[property.Scalar(parameter.Get("name"))] || property.Scalar(parameter.Get("in")) == "path"
		}
	}
	for _, name := range variables(template) {
		if declared[name] {
			continue
		}
		kind := jsonvalue.Entry{Key: "schema", Value: jsonvalue.FromObject(jsonvalue.NewObject(jsonvalue.Entry{Key: "type", Value: jsonvalue.String("string")}))}
		if swagger {
			kind = jsonvalue.Entry{Key: "type", Value: jsonvalue.String("string")}
		}
		if operation.Get("parameters").Kind() != jsonvalue.KindArray {
			operation.Object().Put("parameters", jsonvalue.FromArray(jsonvalue.NewArray()))
		}
		operation.Get("parameters").Array().Append(jsonvalue.FromObject(jsonvalue.NewObject(
			jsonvalue.Entry{Key: "name", Value: jsonvalue.String(name)}, jsonvalue.Entry{Key: "in", Value: jsonvalue.String("path")},
			jsonvalue.Entry{Key: "required", Value: jsonvalue.Bool(true)}, kind,
		)))
	}
}
