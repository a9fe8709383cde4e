package apply

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/sluice-gateway/sluice/controlplane/apply/property"
)

// bodyTag holds what the API's Body was, as a digest, so that the same document is
// not imported again.
const bodyTag = "sluice:body"

// restAPI makes an API, from its Body when it has one.
func (r *run) restAPI(ctx context.Context, one *item) (outcome, error) {
	name := one.name("Name")
	if name == "" {
		name = property.Scalar(one.properties.Get("Body").Get("info").Get("title"))
	}
	if name == "" {
		name = r.options.StackName + "-" + one.LogicalID
	}
	if !one.properties.Get("BodyS3Location").IsUndefined() {
		return outcome{}, errNoS3
	}
	found, err := r.findAPI(ctx, r.mark(one.LogicalID))
	if err != nil {
		return outcome{}, err
	}
	done := outcome{what: name}
	switch {
	case found != nil:
		done.id = *found.Id
		done.verdict, err = r.changeAPI(ctx, one, name, found)
	case r.dry:
		return outcome{verdict: Create, id: unknown, what: name, attributes: map[string]string{"RootResourceId": unknown, "RestApiId": unknown}}, nil
	default:
		done.verdict = Create
		found, err = r.createAPI(ctx, one, name)
	}
	if err != nil {
		return outcome{}, err
	}
	done.id = *found.Id
	done.attributes = map[string]string{"RootResourceId": *found.RootResourceId, "RestApiId": *found.Id}
	return done, nil
}

func (r *run) createAPI(ctx context.Context, one *item, name string) (*types.RestApi, error) {
	input := &apigateway.CreateRestApiInput{}
	if err := property.Decode(property.Without(one.properties, "Tags", "Body", "Policy"), input); err != nil {
		return nil, err
	}
	input.Name, input.Tags = &name, r.marked(one)
	input.ApiKeySource = types.ApiKeySourceType(one.name("ApiKeySourceType"))
	if policy := one.name("Policy"); policy != "" {
		input.Policy = &policy
	}
	body := one.properties.Get("Body")
	if !body.IsUndefined() {
		input.Tags[bodyTag] = digest(property.Scalar(body))
	}
	made, err := r.client.CreateRestApi(ctx, input)
	if err != nil {
		return nil, err
	}
	if err := r.putBody(ctx, *made.Id, one); err != nil {
		return nil, err
	}
	if err := r.rename(ctx, *made.Id, one); err != nil {
		return nil, err
	}
	r.touch(*made.Id)
	return &types.RestApi{Id: made.Id, RootResourceId: made.RootResourceId, Tags: made.Tags}, nil
}

// putBody imports the Body, if any, in place of what was there.
func (r *run) putBody(ctx context.Context, api string, one *item) error {
	body := one.properties.Get("Body")
	if body.IsUndefined() {
		return nil
	}
	input := &apigateway.PutRestApiInput{}
	if err := property.Decode(property.Fields(one.properties, "FailOnWarnings", "Parameters"), input); err != nil {
		return err
	}
	input.RestApiId, input.Mode, input.Body = &api, types.PutModeOverwrite, []byte(property.Scalar(body))
	if strings.EqualFold(one.name("Mode"), "merge") {
		input.Mode = types.PutModeMerge
	}
	_, err := r.client.PutRestApi(ctx, input)
	return err
}

// rename gives an API its Name back, which the Body's title has replaced.
func (r *run) rename(ctx context.Context, api string, one *item) error {
	name := one.name("Name")
	if name == "" || one.properties.Get("Body").IsUndefined() {
		return nil
	}
	_, err := r.client.UpdateRestApi(ctx, &apigateway.UpdateRestApiInput{
		RestApiId: &api, PatchOperations: []types.PatchOperation{{Op: types.OpReplace, Path: aws.String("/name"), Value: &name}},
	})
	return err
}

// changeAPI brings an API's own fields to what the template says.
func (r *run) changeAPI(ctx context.Context, one *item, name string, found *types.RestApi) (Verdict, error) {
	var patches []types.PatchOperation
	replace := func(path, from, to string) {
		if to != from {
			patches = append(patches, types.PatchOperation{Op: types.OpReplace, Path: &path, Value: &to})
		}
	}
	replace("/name", aws.ToString(found.Name), name)
	if given := one.name("Description"); given != "" {
		replace("/description", aws.ToString(found.Description), given)
	}
	if given := one.name("ApiKeySourceType"); given != "" {
		replace("/apiKeySource", string(found.ApiKeySource), given)
	}
	for _, kind := range property.Items(one.properties.Get("BinaryMediaTypes")) {
		if !contains(found.BinaryMediaTypes, property.Scalar(kind)) {
			path := "/binaryMediaTypes/" + strings.ReplaceAll(property.Scalar(kind), "/", "~1")
			patches = append(patches, types.PatchOperation{Op: types.OpAdd, Path: &path})
		}
	}
	body := one.properties.Get("Body")
	sum := digest(property.Scalar(body))
	newBody := !body.IsUndefined() && found.Tags[bodyTag] != sum
	if len(patches) == 0 && !newBody {
		return Keep, nil
	}
	if r.dry {
		return Update, nil
	}
	if len(patches) > 0 {
		if _, err := r.client.UpdateRestApi(ctx, &apigateway.UpdateRestApiInput{RestApiId: found.Id, PatchOperations: patches}); err != nil {
			return Update, err
		}
	}
	r.touch(*found.Id)
	if !newBody {
		return Update, nil
	}
	if err := r.putBody(ctx, *found.Id, one); err != nil {
		return Update, err
	}
	if err := r.rename(ctx, *found.Id, one); err != nil {
		return Update, err
	}
	arn := "arn:aws:apigateway:" + r.options.Region + "::/restapis/" + *found.Id
	_, err := r.client.TagResource(ctx, &apigateway.TagResourceInput{ResourceArn: &arn, Tags: map[string]string{bodyTag: sum}})
	return Update, err
}

// resource makes a Resource, or finds the one of its path.
func (r *run) resource(ctx context.Context, one *item) (outcome, error) {
	api, parent, part := one.name("RestApiId"), one.name("ParentId"), one.name("PathPart")
	if !known(api) || !known(parent) {
		return outcome{verdict: Create, id: unknown, what: part, attributes: map[string]string{"ResourceId": unknown}}, nil
	}
	live, err := r.api(ctx, api)
	if err != nil {
		return outcome{}, err
	}
	path, found := live.path(parent)
	if !found {
		return outcome{}, errNoParent
	}
	path = below(path, part)
	r.want(api, "resource "+path)
	if there, found := live.resources[path]; found {
		return outcome{verdict: Keep, id: *there.Id, what: path, attributes: map[string]string{"ResourceId": *there.Id}}, nil
	}
	if r.dry {
		return outcome{verdict: Create, id: unknown, what: path, attributes: map[string]string{"ResourceId": unknown}}, nil
	}
	made, err := r.client.CreateResource(ctx, &apigateway.CreateResourceInput{RestApiId: &api, ParentId: &parent, PathPart: &part})
	if err != nil {
		return outcome{}, err
	}
	r.touched[api] = true
	live.resources[path] = types.Resource{Id: made.Id, Path: &path, ParentId: &parent, PathPart: &part}
	return outcome{verdict: Create, id: *made.Id, what: path, attributes: map[string]string{"ResourceId": *made.Id}}, nil
}

func (r *run) want(api, what string) {
	if r.wanted[api] == nil {
		r.wanted[api] = map[string]bool{}
	}
	r.wanted[api][what] = true
}

// removeLeft deletes resources and methods that a template had once and has no
// more. An API that came from a document is the document's business.
func (r *run) removeLeft(ctx context.Context) error {
	for api, wanted := range r.wanted {
		live, err := r.api(ctx, api)
		if err != nil {
			return err
		}
		if live.api.Tags[bodyTag] != "" || live.api.Tags[stackTag] == "" {
			continue
		}
		for path, one := range live.resources {
			if err := r.removeMethods(ctx, api, path, one, wanted); err != nil {
				return err
			}
			if path == "/" || wanted["resource "+path] {
				continue
			}
			r.step(Step{Verdict: Delete, Type: "AWS::ApiGateway::Resource", LogicalID: *one.Id, What: path})
			if r.dry {
				continue
			}
			_, err := r.client.DeleteResource(ctx, &apigateway.DeleteResourceInput{RestApiId: &api, ResourceId: one.Id})
			if err != nil && !missing(err) { // gone with its parent
				return err
			}
			r.touched[api] = true
		}
	}
	return nil
}

func (r *run) removeMethods(ctx context.Context, api, path string, one types.Resource, wanted map[string]bool) error {
	for verb := range one.ResourceMethods {
		if wanted[verb+" "+path] || (path != "/" && !wanted["resource "+path]) {
			continue
		}
		r.step(Step{Verdict: Delete, Type: "AWS::ApiGateway::Method", LogicalID: *one.Id, What: verb + " " + path})
		if r.dry {
			continue
		}
		if _, err := r.client.DeleteMethod(ctx, &apigateway.DeleteMethodInput{RestApiId: &api, ResourceId: one.Id, HttpMethod: &verb}); err != nil {
			return err
		}
		r.touched[api] = true
	}
	return nil
}
