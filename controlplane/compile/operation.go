package compile

import (
	"strings"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"
)

// What AWS gives every method of a stage that has any method setting: they limit
// nothing that an account's own limits would not.
const (
	materializedRate  = 10000
	materializedBurst = 5000
)

// operation compiles one method.
func (r *release) operation(prefix string, resource *definition.Resource, verb string) *planv1.Operation {
	method := resource.Methods[verb]
	made := &planv1.Operation{
		Id: prefix + resource.ID + "." + verb, Method: verb, ResourceId: resource.ID,
		ResourcePath: resource.Path, Segments: segments(resource.Path), OperationName: method.OperationName,
	}
	path := "resources/" + resource.ID + "/methods/" + verb
	refusal := r.serve(made, method, path)
	if refusal == nil {
		return made
	}
	r.report(refusal.GetPath(), refusal.GetMessage())
	// Nothing of what could not be compiled is kept: a refused operation cannot be
	// served by half.
	return &planv1.Operation{
		Id: made.GetId(), Method: verb, ResourceId: resource.ID, ResourcePath: resource.Path, Segments: made.GetSegments(),
		Class: planv1.Class_CLASS_NATIVE, Refusal: refusal, OperationName: method.OperationName,
	}
}

// serve fills in how an operation is served, or says why it cannot be.
func (r *release) serve(made *planv1.Operation, method *definition.Method, path string) *planv1.Refusal {
	if method.Integration == nil {
		return refuse(path+"/integration", "the method has no integration")
	}
	decision, refusal := r.decision(made, method, path)
	if refusal != nil {
		return refusal
	}
	made.Decision = decision
	if refusal := r.methodRequest(made, method, path); refusal != nil {
		return refusal
	}
	made.Responses = methodResponses(method.Responses)
	integration, refusal := r.integration(made, method.Integration, path+"/integration")
	if refusal != nil {
		return refusal
	}
	made.Integration = integration
	if refusal := r.unbuilt(made, path); refusal != nil {
		return refusal
	}
	r.classify(made)
	return nil
}

func refuse(path, message string) *planv1.Refusal {
	return &planv1.Refusal{Path: path, Message: message}
}

// decision says what must be decided before the call; nil: nothing.
func (r *release) decision(made *planv1.Operation, method *definition.Method, path string) (*planv1.Decision, *planv1.Refusal) {
	decision := &planv1.Decision{
		Authorization: planv1.AuthorizationType_AUTHORIZATION_TYPE_NONE, ApiKeyRequired: method.APIKeyRequired,
		Throttle: r.methodThrottle(made), ResourcePolicy: r.content.RestAPI.Policy != "",
	}
	switch method.AuthorizationType {
	case "NONE", "":
	case "AWS_IAM":
		decision.Authorization = planv1.AuthorizationType_AUTHORIZATION_TYPE_AWS_IAM
	case "CUSTOM", "COGNITO_USER_POOLS":
		decision.Authorization = planv1.AuthorizationType(planv1.AuthorizationType_value["AUTHORIZATION_TYPE_"+method.AuthorizationType])
		decision.AuthorizerId, decision.Scopes = method.AuthorizerID, method.AuthorizationScopes
		if refusal := r.checkAuthorizer(method.AuthorizerID, path+"/authorizerId"); refusal != nil {
			return nil, refusal
		}
	default:
		return nil, refuse(path+"/authorizationType", "unknown authorization type "+method.AuthorizationType)
	}
	if decision.GetAuthorization() == planv1.AuthorizationType_AUTHORIZATION_TYPE_NONE && !decision.GetApiKeyRequired() &&
		decision.GetThrottle() == nil && !decision.GetResourcePolicy() && r.in.Settings.AccountThrottle == (Throttle{}) {
		return nil, nil
	}
	return decision, nil
}

// checkAuthorizer refuses an authorizer that is not there or calls no function.
func (r *release) checkAuthorizer(id, path string) *planv1.Refusal {
	defined := r.content.Authorizers[id]
	if defined == nil {
		return refuse(path, "there is no authorizer "+id)
	}
	if defined.Type == definition.AuthorizerCognito {
		return nil
	}
	function, err := functionOf(substitute(defined.AuthorizerURI, r.variables))
	if err != nil {
		return refuse("authorizers/"+id+"/authorizerUri", err.Error())
	}
	if _, err := r.in.function(function); err != nil {
		return refuse("authorizers/"+id+"/authorizerUri", err.Error())
	}
	return nil
}

// methodThrottle is the stage's own limit of a method; nil: none but the
// account's.
func (r *release) methodThrottle(made *planv1.Operation) *planv1.Throttle {
	setting := r.methodSetting(made.GetResourcePath(), made.GetMethod())
	if setting == nil || setting.ThrottlingRateLimit < 0 || setting.ThrottlingBurstLimit < 0 ||
		(setting.ThrottlingRateLimit == materializedRate && setting.ThrottlingBurstLimit == materializedBurst) {
		return nil
	}
	return throttle(Throttle{Rate: setting.ThrottlingRateLimit, Burst: int64(setting.ThrottlingBurstLimit)})
}

// methodSetting finds a method's setting: its own, or that of all methods. Keys
// spell the resource path with or without its first slash, and with ~1 for
// slashes where a patch wrote them so.
func (r *release) methodSetting(path, verb string) *definition.MethodSetting {
	want := strings.Trim(path, "/") + "/" + verb
	for key, setting := range r.in.Stage.MethodSettings {
		if strings.TrimLeft(strings.ReplaceAll(key, "~1", "/"), "/") == strings.TrimLeft(want, "/") {
			return setting
		}
	}
	return r.in.Stage.MethodSettings["*/*"]
}

// methodRequest compiles what a method asks of a request.
func (r *release) methodRequest(made *planv1.Operation, method *definition.Method, path string) *planv1.Refusal {
	request := &planv1.MethodRequest{Parameters: method.RequestParameters, Models: method.RequestModels}
	if id := method.RequestValidatorID; id != "" {
		validator := r.content.RequestValidators[id]
		if validator == nil {
			return refuse(path+"/requestValidatorId", "there is no request validator "+id)
		}
		request.ValidateBody, request.ValidateParameters = validator.ValidateRequestBody, validator.ValidateRequestParameters
	}
	if len(request.GetParameters()) > 0 || len(request.GetModels()) > 0 || request.GetValidateBody() || request.GetValidateParameters() {
		made.Request = request
	}
	return nil
}

func methodResponses(all map[string]*definition.MethodResponse) map[string]*planv1.MethodResponse {
	made := map[string]*planv1.MethodResponse{}
	for status, response := range all {
		made[status] = &planv1.MethodResponse{Parameters: response.ResponseParameters, Models: response.ResponseModels}
	}
	return made
}
