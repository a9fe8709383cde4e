package definition

// API is one REST API with all that belongs to it: the unit of consistency. A
// change is made to an API in memory, and the store writes what differs.
type API struct {
	RestAPI            RestAPI
	Resources          map[string]*Resource         // by id
	Models             map[string]*Model            // by name
	RequestValidators  map[string]*RequestValidator // by id
	Authorizers        map[string]*Authorizer       // by id
	GatewayResponses   map[string]*GatewayResponse  // by type; only customised ones
	DocumentationParts map[string]*DocumentationPart
	// DocumentationVersions by version.
	DocumentationVersions map[string]*DocumentationVersion
	Deployments           map[string]*Deployment // by id, without their content
	Stages                map[string]*Stage      // by name
}

// Content is what a deployment freezes: everything that decides how requests
// are answered, and nothing of the stages.
type Content struct {
	RestAPI           RestAPI                      `json:"restApi"`
	Resources         map[string]*Resource         `json:"resources,omitempty"`
	Models            map[string]*Model            `json:"models,omitempty"`
	RequestValidators map[string]*RequestValidator `json:"requestValidators,omitempty"`
	Authorizers       map[string]*Authorizer       `json:"authorizers,omitempty"`
	GatewayResponses  map[string]*GatewayResponse  `json:"gatewayResponses,omitempty"`
}
