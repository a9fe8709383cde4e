package compile

import planv1 "github.com/sluice-gateway/sluice/proto/sluice/plan/v1"

// unbuilt refuses what the data plane does not serve yet: never let through,
// never half done. A room that builds one of these takes it out of here.
func (r *release) unbuilt(operation *planv1.Operation, path string) *planv1.Refusal {
	decision := operation.GetDecision()
	switch {
	case decision.GetAuthorization() > planv1.AuthorizationType_AUTHORIZATION_TYPE_NONE:
		return refuse(path+"/authorizationType", "this authorization type is not built yet")
	case decision.GetResourcePolicy():
		return refuse("policy", "resource policies are not built yet")
	case r.caches(operation):
		return refuse(path+"/cachingEnabled", "response caching is not built yet")
	default:
		return nil
	}
}

// caches says whether answers of an operation are kept: a GET's, when the stage
// has a cache and the method's setting turns it on.
func (r *release) caches(operation *planv1.Operation) bool {
	setting := r.methodSetting(operation.GetResourcePath(), operation.GetMethod())
	return r.in.Stage.CacheClusterEnabled && setting != nil && setting.CachingEnabled && operation.GetMethod() == "GET"
}
