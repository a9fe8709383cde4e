package apply

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
)

// liveAPI is what there is of one API.
type liveAPI struct {
	api types.RestApi
	// resources by path, with their methods.
	resources   map[string]types.Resource
	models      map[string]types.Model
	validators  map[string]types.RequestValidator
	authorizers map[string]types.Authorizer
	stages      map[string]types.Stage
}

// page is how many a list is asked for at a time: AWS's most.
var page = aws.Int32(500)

// api reads an API once a run.
func (r *run) api(ctx context.Context, id string) (*liveAPI, error) {
	if found := r.live[id]; found != nil {
		return found, nil
	}
	read := &liveAPI{
		resources: map[string]types.Resource{}, models: map[string]types.Model{}, validators: map[string]types.RequestValidator{},
		authorizers: map[string]types.Authorizer{}, stages: map[string]types.Stage{},
	}
	got, err := r.client.GetRestApi(ctx, &apigateway.GetRestApiInput{RestApiId: &id})
	if err != nil {
		return nil, err
	}
	read.api = types.RestApi{Id: got.Id, Name: got.Name, Tags: got.Tags, RootResourceId: got.RootResourceId}
	for _, part := range []func(context.Context, string, *liveAPI) error{r.readResources, r.readParts, r.readStages} {
		if err := part(ctx, id, read); err != nil {
			return nil, err
		}
	}
	r.live[id] = read
	return read, nil
}

func (r *run) readResources(ctx context.Context, id string, into *liveAPI) error {
	pages := apigateway.NewGetResourcesPaginator(r.client, &apigateway.GetResourcesInput{RestApiId: &id, Embed: []string{"methods"}, Limit: page})
	for pages.HasMorePages() {
		got, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, one := range got.Items {
			into.resources[*one.Path] = one
		}
	}
	return nil
}

func (r *run) readParts(ctx context.Context, id string, into *liveAPI) error {
	models := apigateway.NewGetModelsPaginator(r.client, &apigateway.GetModelsInput{RestApiId: &id, Limit: page})
	for models.HasMorePages() {
		got, err := models.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, one := range got.Items {
			into.models[*one.Name] = one
		}
	}
	validators, err := r.client.GetRequestValidators(ctx, &apigateway.GetRequestValidatorsInput{RestApiId: &id, Limit: page})
	if err != nil {
		return err
	}
	for _, one := range validators.Items {
		into.validators[aws.ToString(one.Name)] = one
	}
	authorizers, err := r.client.GetAuthorizers(ctx, &apigateway.GetAuthorizersInput{RestApiId: &id, Limit: page})
	if err != nil {
		return err
	}
	for _, one := range authorizers.Items {
		into.authorizers[*one.Name] = one
	}
	return nil
}

func (r *run) readStages(ctx context.Context, id string, into *liveAPI) error {
	got, err := r.client.GetStages(ctx, &apigateway.GetStagesInput{RestApiId: &id})
	if err != nil {
		return err
	}
	for _, one := range got.Item {
		into.stages[*one.StageName] = one
	}
	return nil
}

// findAPI finds the API that a stack made of a logical id; nil when there is none.
func (r *run) findAPI(ctx context.Context, mark string) (*types.RestApi, error) {
	pages := apigateway.NewGetRestApisPaginator(r.client, &apigateway.GetRestApisInput{Limit: page})
	for pages.HasMorePages() {
		got, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, one := range got.Items {
			if one.Tags[stackTag] == mark {
				return &one, nil
			}
		}
	}
	return nil, nil //nolint:nilnil // there is none
}

// path is a resource's path, by its id.
func (l *liveAPI) path(id string) (string, bool) {
	for path, one := range l.resources {
		if *one.Id == id {
			return path, true
		}
	}
	return "", false
}

// below is a child's path.
func below(parent, part string) string { return strings.TrimSuffix(parent, "/") + "/" + part }

// touch notes that an API was changed, and that what was read of it is old.
func (r *run) touch(api string) {
	r.touched[api] = true
	delete(r.live, api)
}
