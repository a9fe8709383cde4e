package apply

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/sluice-gateway/sluice/controlplane/apply/property"
)

var (
	errNoS3     = errors.New("BodyS3Location is not supported: put the document into Body, or use `sluice import FILE`")
	errNoParent = errors.New("its resource is not in the API any more")
)

// digest names a text by its content.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// part makes or keeps a noun of an API that is found by its name. There is nil
// when there is none; same says whether it is as wanted; create puts it anew and
// gives its id.
func (r *run) part(api, what string, exists bool, id string, same bool, create func() (string, error)) (outcome, error) {
	done := outcome{verdict: Create, id: id, what: what}
	switch {
	case exists && same:
		done.verdict = Keep
	case exists:
		done.verdict = Update
	case r.dry || !known(api):
		done.id = unknown
	}
	if done.verdict == Keep || r.dry || !known(api) {
		return done, nil
	}
	made, err := create()
	done.id = made
	r.touch(api)
	return done, err
}

// lookup reads the API's parts; nothing is there while the API is not.
func (r *run) lookup(ctx context.Context, api string) (*liveAPI, error) {
	if !known(api) {
		return &liveAPI{}, nil
	}
	return r.api(ctx, api)
}

// modelName is what a model without a name is called: letters and digits only.
func (r *run) modelName(one *item) string {
	if given := one.name("Name"); given != "" {
		return given
	}
	return strings.Map(func(char rune) rune {
		if (char >= 'a' && char <= 'z') || (char >= 'A' && char <= 'Z') || (char >= '0' && char <= '9') {
			return char
		}
		return -1
	}, r.options.StackName+one.LogicalID)
}

func (r *run) model(ctx context.Context, one *item) (outcome, error) {
	api, name := one.name("RestApiId"), r.modelName(one)
	live, err := r.lookup(ctx, api)
	if err != nil {
		return outcome{}, err
	}
	there, exists := live.models[name]
	schema := one.name("Schema")
	same := aws.ToString(there.Schema) == schema && aws.ToString(there.Description) == one.name("Description")
	return r.part(api, name, exists, name, same, func() (string, error) {
		if exists {
			_, err := r.client.UpdateModel(ctx, &apigateway.UpdateModelInput{RestApiId: &api, ModelName: &name, PatchOperations: []types.PatchOperation{
				{Op: types.OpReplace, Path: aws.String("/schema"), Value: &schema},
				{Op: types.OpReplace, Path: aws.String("/description"), Value: aws.String(one.name("Description"))},
			}})
			return name, err
		}
		input := &apigateway.CreateModelInput{}
		if err := property.Decode(one.properties, input); err != nil {
			return "", err
		}
		input.Name, input.Schema = &name, &schema
		if aws.ToString(input.ContentType) == "" {
			input.ContentType = aws.String("application/json")
		}
		_, err := r.client.CreateModel(ctx, input)
		return name, err
	})
}

func (r *run) requestValidator(ctx context.Context, one *item) (outcome, error) {
	api, name := one.name("RestApiId"), r.physical(one, "Name")
	live, err := r.lookup(ctx, api)
	if err != nil {
		return outcome{}, err
	}
	input := &apigateway.CreateRequestValidatorInput{}
	if err := property.Decode(one.properties, input); err != nil {
		return outcome{}, err
	}
	input.Name = &name
	there, exists := live.validators[name]
	same := there.ValidateRequestBody == input.ValidateRequestBody && there.ValidateRequestParameters == input.ValidateRequestParameters
	return r.part(api, name, exists, aws.ToString(there.Id), same, func() (string, error) {
		if !exists {
			made, err := r.client.CreateRequestValidator(ctx, input)
			if err != nil {
				return "", err
			}
			return *made.Id, nil
		}
		_, err := r.client.UpdateRequestValidator(ctx, &apigateway.UpdateRequestValidatorInput{
			RestApiId: &api, RequestValidatorId: there.Id, PatchOperations: []types.PatchOperation{
				{Op: types.OpReplace, Path: aws.String("/validateRequestBody"), Value: aws.String(truth(input.ValidateRequestBody))},
				{Op: types.OpReplace, Path: aws.String("/validateRequestParameters"), Value: aws.String(truth(input.ValidateRequestParameters))},
			},
		})
		return *there.Id, err
	})
}

func truth(is bool) string {
	if is {
		return "true"
	}
	return "false"
}

func (r *run) authorizer(ctx context.Context, one *item) (outcome, error) {
	api, name := one.name("RestApiId"), r.physical(one, "Name")
	live, err := r.lookup(ctx, api)
	if err != nil {
		return outcome{}, err
	}
	input := &apigateway.CreateAuthorizerInput{}
	if err := property.Decode(one.properties, input); err != nil {
		return outcome{}, err
	}
	input.Name = &name
	there, exists := live.authorizers[name]
	done, err := r.part(api, name, exists, aws.ToString(there.Id), exists && property.Covers(*input, &there, "RestApiId"), func() (string, error) {
		if exists {
			return *there.Id, r.changeAuthorizer(ctx, api, &there, input)
		}
		made, err := r.client.CreateAuthorizer(ctx, input)
		if err != nil {
			return "", err
		}
		return *made.Id, nil
	})
	done.attributes = map[string]string{"AuthorizerId": done.id}
	return done, err
}

func (r *run) changeAuthorizer(ctx context.Context, api string, there *types.Authorizer, input *apigateway.CreateAuthorizerInput) error {
	var patches []types.PatchOperation
	for path, value := range map[string]*string{
		"/authorizerUri": input.AuthorizerUri, "/identitySource": input.IdentitySource, "/authorizerCredentials": input.AuthorizerCredentials,
		"/identityValidationExpression": input.IdentityValidationExpression,
	} {
		if value != nil {
			patches = append(patches, types.PatchOperation{Op: types.OpReplace, Path: aws.String(path), Value: value})
		}
	}
	if input.AuthorizerResultTtlInSeconds != nil {
		patches = append(patches, types.PatchOperation{
			Op: types.OpReplace, Path: aws.String("/authorizerResultTtlInSeconds"), Value: aws.String(number(*input.AuthorizerResultTtlInSeconds)),
		})
	}
	for _, provider := range input.ProviderARNs {
		if !contains(there.ProviderARNs, provider) {
			patches = append(patches, types.PatchOperation{Op: types.OpAdd, Path: aws.String("/providerARNs"), Value: aws.String(provider)})
		}
	}
	for _, provider := range there.ProviderARNs {
		if !contains(input.ProviderARNs, provider) {
			patches = append(patches, types.PatchOperation{Op: types.OpRemove, Path: aws.String("/providerARNs"), Value: aws.String(provider)})
		}
	}
	_, err := r.client.UpdateAuthorizer(ctx, &apigateway.UpdateAuthorizerInput{RestApiId: &api, AuthorizerId: there.Id, PatchOperations: patches})
	return err
}

func (r *run) gatewayResponse(ctx context.Context, one *item) (outcome, error) {
	api, kind := one.name("RestApiId"), one.name("ResponseType")
	input := &apigateway.PutGatewayResponseInput{}
	if err := property.Decode(one.properties, input); err != nil {
		return outcome{}, err
	}
	exists, same := false, false
	if known(api) {
		there, err := r.client.GetGatewayResponse(ctx, &apigateway.GetGatewayResponseInput{RestApiId: &api, ResponseType: input.ResponseType})
		if err != nil {
			return outcome{}, err
		}
		exists = !there.DefaultResponse
		same = exists && property.Covers(*input, &types.GatewayResponse{
			ResponseType: there.ResponseType, StatusCode: there.StatusCode, ResponseParameters: there.ResponseParameters, ResponseTemplates: there.ResponseTemplates,
		}, "RestApiId", "ResponseTemplates") && (len(input.ResponseTemplates) == 0 || property.Covers(
			struct{ ResponseTemplates map[string]string }{input.ResponseTemplates}, struct{ ResponseTemplates map[string]string }{there.ResponseTemplates}))
	}
	return r.part(api, kind, exists, r.options.StackName+"-"+one.LogicalID, same, func() (string, error) {
		_, err := r.client.PutGatewayResponse(ctx, input)
		return r.options.StackName + "-" + one.LogicalID, err
	})
}

func (r *run) documentationPart(ctx context.Context, one *item) (outcome, error) {
	api, properties := one.name("RestApiId"), one.name("Properties")
	input := &apigateway.CreateDocumentationPartInput{}
	if err := property.Decode(one.properties, input); err != nil {
		return outcome{}, err
	}
	input.Properties = &properties
	var there *types.DocumentationPart
	if known(api) {
		found, err := r.client.GetDocumentationParts(ctx, &apigateway.GetDocumentationPartsInput{RestApiId: &api, Type: input.Location.Type, Limit: page})
		if err != nil {
			return outcome{}, err
		}
		for _, part := range found.Items {
			if property.Covers(*input.Location, part.Location) {
				there = &part
			}
		}
	}
	id, same := "", false
	if there != nil {
		id, same = *there.Id, aws.ToString(there.Properties) == properties
	}
	return r.part(api, string(input.Location.Type), there != nil, id, same, func() (string, error) {
		if there == nil {
			made, err := r.client.CreateDocumentationPart(ctx, input)
			if err != nil {
				return "", err
			}
			return *made.Id, nil
		}
		_, err := r.client.UpdateDocumentationPart(ctx, &apigateway.UpdateDocumentationPartInput{
			RestApiId: &api, DocumentationPartId: there.Id,
			PatchOperations: []types.PatchOperation{{Op: types.OpReplace, Path: aws.String("/properties"), Value: &properties}},
		})
		return *there.Id, err
	})
}

func (r *run) documentationVersion(ctx context.Context, one *item) (outcome, error) {
	api, version := one.name("RestApiId"), one.name("DocumentationVersion")
	exists := false
	if known(api) {
		_, err := r.client.GetDocumentationVersion(ctx, &apigateway.GetDocumentationVersionInput{RestApiId: &api, DocumentationVersion: &version})
		if err != nil && !missing(err) {
			return outcome{}, err
		}
		exists = err == nil
	}
	return r.part(api, version, exists, version, true, func() (string, error) {
		input := &apigateway.CreateDocumentationVersionInput{RestApiId: &api, DocumentationVersion: &version}
		if given := one.name("Description"); given != "" {
			input.Description = &given
		}
		_, err := r.client.CreateDocumentationVersion(ctx, input)
		return version, err
	})
}
