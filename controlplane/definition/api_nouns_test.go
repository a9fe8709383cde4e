package definition_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sluice-gateway/sluice/controlplane/definition"
)

// using is an API with two resources whose methods use everything.
func using() *definition.API {
	return &definition.API{
		Resources: map[string]*definition.Resource{
			"r0": {ID: "r0", Path: "/", Methods: map[string]*definition.Method{
				"ANY": {HTTPMethod: "ANY", RequestModels: map[string]string{"application/json": "Pet"}},
			}},
			"r1": {ID: "r1", Path: "/test", Seq: 1, Methods: map[string]*definition.Method{
				"GET": {HTTPMethod: "GET", AuthorizerID: "auth1", RequestValidatorID: "val1", Responses: map[string]*definition.MethodResponse{
					"200": {StatusCode: "200", ResponseModels: map[string]string{"application/json": "Answer"}},
				}},
			}},
		},
		Models: map[string]*definition.Model{
			"Pet": {Name: "Pet", Schema: "{}"}, "Answer": {Name: "Answer", Schema: "{}"}, "Free": {Name: "Free", Schema: "{}"}, "Part": {Name: "Part", Schema: "{}"},
			"Whole": {Name: "Whole", Schema: `{"$ref":"https://apigateway.amazonaws.com/restapis/abc/models/Part"}`},
		},
		RequestValidators: map[string]*definition.RequestValidator{"val1": {ID: "val1", Name: "all"}, "val2": {ID: "val2"}},
		Authorizers:       map[string]*definition.Authorizer{"auth1": {ID: "auth1", Name: "gate"}, "auth2": {ID: "auth2"}},
		GatewayResponses:  map[string]*definition.GatewayResponse{"THROTTLED": {ResponseType: "THROTTLED"}},
	}
}

// TestRemoveReferenced holds what AWS refuses to delete.
func TestRemoveReferenced(t *testing.T) {
	t.Parallel()
	api := using()
	for _, test := range []struct {
		name   string
		remove func(string) error
		what   string
		want   string
	}{
		{"model", api.RemoveModel, "Nope", "NotFoundException: Invalid model name specified: Nope"},
		{"model", api.RemoveModel, "Pet", "ConflictException: Cannot delete model 'Pet', is referenced in method request: //ANY"},
		{"model", api.RemoveModel, "Answer", "ConflictException: Cannot delete model 'Answer', is referenced in method response: /test/GET/200"},
		{"model", api.RemoveModel, "Part", "ConflictException: Cannot delete model 'Part', is referenced in model: Whole"},
		{"model", api.RemoveModel, "Free", ""},
		{"model", api.RemoveModel, "Free", "NotFoundException: Invalid model name specified: Free"},
		{"validator", api.RemoveRequestValidator, "nope", "NotFoundException: Invalid Request Validator identifier specified"},
		{"validator", api.RemoveRequestValidator, "val1", "ConflictException: Cannot delete request validator 'all', is referenced in method: GET//test"},
		{"validator", api.RemoveRequestValidator, "val2", ""},
		{"authorizer", api.RemoveAuthorizer, "nope", "NotFoundException: Invalid Authorizer identifier specified"},
		{"authorizer", api.RemoveAuthorizer, "auth1", "ConflictException: Cannot delete authorizer 'gate', is referenced in method: GET//test"},
		{"authorizer", api.RemoveAuthorizer, "auth2", ""},
		{"gateway response", api.RemoveGatewayResponse, "UNAUTHORIZED", "NotFoundException: Gateway response type not defined on api"},
		{"gateway response", api.RemoveGatewayResponse, "THROTTLED", ""},
		{"gateway response", api.RemoveGatewayResponse, "THROTTLED", "NotFoundException: Gateway response type not defined on api"},
	} {
		wantError(t, test.name+" "+test.what, test.remove(test.what), test.want)
	}
}

func TestAddModel(t *testing.T) {
	t.Parallel()
	api := using()
	for _, test := range []struct {
		name  string
		input definition.Model
		want  string
	}{
		{"good", definition.Model{Name: "New", Schema: "{}"}, ""},
		{"exists", definition.Model{Name: "Pet", Schema: "{}"}, "ConflictException: Model name already exists for this REST API"},
		{"no name", definition.Model{Schema: "{}"}, "BadRequestException: Model name must be non-empty"},
		{"no schema", definition.Model{Name: "Other"}, ""},
		{"bad name", definition.Model{Name: "a b", Schema: "{}"}, "BadRequestException: Model name must be alphanumeric: a b"},
		{"too long", definition.Model{Name: "Long", Schema: strings.Repeat(" ", 400<<10+1)}, "BadRequestException: Model schema must be at most 400 KB"},
	} {
		_, err := api.AddModel(test.input, "m1")
		wantError(t, test.name, err, test.want)
	}
	if found, err := api.FindModel("New"); err != nil || found.ID != "m1" {
		t.Errorf("found %+v, %v", found, err)
	}
}

func TestRequestValidator(t *testing.T) {
	t.Parallel()
	api := &definition.API{}
	made := api.AddRequestValidator(definition.RequestValidator{ValidateRequestBody: true}, "v1")
	if found, err := api.FindRequestValidator("v1"); err != nil || found != made || found.ValidateRequestParameters {
		t.Errorf("found %+v, %v", found, err)
	}
	wantError(t, "blank", (&definition.RequestValidator{Name: " "}).Check(), "BadRequestException: Request Validator name cannot be blank")
}

func TestAddAuthorizer(t *testing.T) {
	t.Parallel()
	const uri = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:${stageVariables.fn}/invocations"
	const mapping = "BadRequestException: Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: "
	pools := []string{"arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_a"}
	for _, test := range []struct {
		name  string
		input definition.Authorizer
		want  string
	}{
		{"token", definition.Authorizer{Name: "a", Type: "TOKEN", AuthorizerURI: uri, IdentitySource: "method.request.header.Authorization", AuthorizerResultTTLInSeconds: new(int32(0))}, ""},
		{"request", definition.Authorizer{Name: "b", Type: "REQUEST", AuthorizerURI: uri, IdentitySource: "method.request.header.X, context.identity.sourceIp,stageVariables.v,method.request.querystring.q"}, ""},
		{"cognito", definition.Authorizer{Name: "c", Type: "COGNITO_USER_POOLS", ProviderARNs: pools, IdentitySource: "method.request.header.Authorization"}, ""},
		{"name twice", definition.Authorizer{Name: "a", Type: "TOKEN", AuthorizerURI: uri}, "ConflictException: Authorizer name must be unique. Authorizer a already exists in this RestApi."},
		{"no name", definition.Authorizer{Type: "TOKEN", AuthorizerURI: uri}, "BadRequestException: Authorizer name cannot be blank"},
		{
			"no URI",
			definition.Authorizer{Name: "d", Type: "TOKEN"},
			"BadRequestException: Invalid Authorizer URI: null. Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation.",
		},
		{
			"bad URI",
			definition.Authorizer{Name: "d", Type: "REQUEST", AuthorizerURI: "https://example.com"},
			"BadRequestException: Invalid Authorizer URI: https://example.com. Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation.",
		},
		{"no pools", definition.Authorizer{Name: "d", Type: "COGNITO_USER_POOLS"}, "BadRequestException: Authorizers of type COGNITO_USER_POOLS must specify at least one provider ARN"},
		{"bad pool", definition.Authorizer{Name: "d", Type: "COGNITO_USER_POOLS", ProviderARNs: []string{"x"}}, "BadRequestException: Invalid ARN specified in the request"},
		{"bad role", definition.Authorizer{Name: "d", Type: "TOKEN", AuthorizerURI: uri, AuthorizerCredentials: "x"}, "BadRequestException: Invalid ARN specified in the request"},
		{"long TTL", definition.Authorizer{Name: "d", Type: "TOKEN", AuthorizerURI: uri, AuthorizerResultTTLInSeconds: new(int32(3601))}, "BadRequestException: Authorizer result TTL must be between 0 and 3600 seconds"},
		{"negative TTL", definition.Authorizer{Name: "d", Type: "TOKEN", AuthorizerURI: uri, AuthorizerResultTTLInSeconds: new(int32(-1))}, "BadRequestException: Authorizer result TTL must be between 0 and 3600 seconds"},
		{"cached without a source", definition.Authorizer{Name: "d", Type: "REQUEST", AuthorizerURI: uri, AuthorizerResultTTLInSeconds: new(int32(1))}, "BadRequestException: Identity source is required for REQUEST authorizers when caching is enabled"},
		{"two sources of a token", definition.Authorizer{Name: "d", Type: "TOKEN", AuthorizerURI: uri, IdentitySource: "method.request.header.A,method.request.header.B"}, mapping + "method.request.header.A,method.request.header.B]"},
		{"body as a source", definition.Authorizer{Name: "d", Type: "REQUEST", AuthorizerURI: uri, IdentitySource: "method.request.body"}, mapping + "method.request.body]"},
		{"bad expression", definition.Authorizer{Name: "d", Type: "TOKEN", AuthorizerURI: uri, IdentityValidationExpression: "("}, "BadRequestException: Invalid identity validation expression specified: ("},
	} {
		api := &definition.API{Authorizers: map[string]*definition.Authorizer{}}
		if test.name == "name twice" {
			api.Authorizers["x"] = &definition.Authorizer{ID: "x", Name: "a"}
		}
		made, err := api.AddAuthorizer(test.input, "z1")
		wantError(t, test.name, err, test.want)
		if err != nil {
			continue
		}
		want := map[bool]string{true: "cognito_user_pools", false: "custom"}[test.input.Type == "COGNITO_USER_POOLS"]
		if made.AuthType != want || api.Authorizers["z1"] != made {
			t.Errorf("%s: made %+v", test.name, made)
		}
	}
}

func TestEffectiveGatewayResponse(t *testing.T) {
	t.Parallel()
	if kinds := definition.GatewayResponseTypes(); len(kinds) != 21 {
		t.Errorf("%d types, AWS has 21", len(kinds))
	}
	template := map[string]string{"application/json": `{"message":$context.error.messageString}`}
	own := map[string]string{"application/json": `{"error":$context.error.messageString}`}
	header := map[string]string{"gatewayresponse.header.x": "'y'"}
	api := &definition.API{}
	for _, put := range []definition.GatewayResponse{
		{ResponseType: "DEFAULT_4XX", StatusCode: "418", ResponseTemplates: own},
		{ResponseType: "DEFAULT_5XX", ResponseParameters: header},
		{ResponseType: "THROTTLED", ResponseParameters: header},
	} {
		wantError(t, put.ResponseType, api.PutGatewayResponse(put), "")
	}
	for _, test := range []struct {
		name      string
		api       *definition.API
		want      definition.GatewayResponse
		isDefault bool
	}{
		{"AWS's own", &definition.API{}, definition.GatewayResponse{ResponseType: "UNAUTHORIZED", StatusCode: "401", ResponseParameters: map[string]string{}, ResponseTemplates: template}, true},
		{"no status", &definition.API{}, definition.GatewayResponse{ResponseType: "DEFAULT_5XX", ResponseParameters: map[string]string{}, ResponseTemplates: template}, true},
		{"inherits all", api, definition.GatewayResponse{ResponseType: "UNAUTHORIZED", StatusCode: "418", ResponseParameters: map[string]string{}, ResponseTemplates: own}, true},
		{"keeps its status", api, definition.GatewayResponse{ResponseType: "INTEGRATION_TIMEOUT", StatusCode: "504", ResponseParameters: header, ResponseTemplates: template}, true},
		{"inherits nothing once put", api, definition.GatewayResponse{ResponseType: "THROTTLED", StatusCode: "429", ResponseParameters: header, ResponseTemplates: template}, false},
	} {
		got, isDefault := test.api.EffectiveGatewayResponse(test.want.ResponseType)
		if diff := cmp.Diff(test.want, got); diff != "" || isDefault != test.isDefault {
			t.Errorf("%s: default %v (-want +got):\n%s", test.name, isDefault, diff)
		}
	}
}

func TestPutGatewayResponse(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		input definition.GatewayResponse
		want  string
	}{
		{"all values", definition.GatewayResponse{ResponseParameters: map[string]string{
			"gatewayresponse.header.a": "'*'", "gatewayresponse.header.b": "method.request.header.Origin",
			"gatewayresponse.header.c": "context.error.message", "gatewayresponse.header.d": "stageVariables.v",
		}}, ""},
		{"status", definition.GatewayResponse{StatusCode: "600"}, "BadRequestException: Invalid status code specified: 600"},
		{"parameter", definition.GatewayResponse{ResponseParameters: map[string]string{"method.response.header.a": "'x'"}}, "BadRequestException: Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression parameter specified: method.response.header.a]"},
		{"value", definition.GatewayResponse{ResponseParameters: map[string]string{"gatewayresponse.header.a": "x"}}, "BadRequestException: Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: x]"},
		{"content type", definition.GatewayResponse{ResponseTemplates: map[string]string{"123": ""}}, "BadRequestException: Validation Result: warnings : [], errors : [Invalid content type specified: 123]"},
	} {
		test.input.ResponseType = "THROTTLED"
		wantError(t, test.name, (&definition.API{}).PutGatewayResponse(test.input), test.want)
	}
}
