package vtl

// Reads says which parts of Env a template may look at.
type Reads struct {
	// Body: $input.body, $input.path(…) or $input.json(…).
	Body bool
	// Path, Query and Header: $input.params(…), which looks through the three in
	// this order, or a walk over $input.params().
	Path, Query, Header bool
	// Context and StageVariables: $context beyond its overrides, $stageVariables.
	Context, StageVariables bool
	// Overrides: the template sets or reads $context.requestOverride or
	// $context.responseOverride.
	Overrides bool
}

// Union gives what either of two templates looks at.
func (r Reads) Union(o Reads) Reads {
	return Reads{
		Body: r.Body || o.Body, Path: r.Path || o.Path, Query: r.Query || o.Query, Header: r.Header || o.Header,
		Context: r.Context || o.Context, StageVariables: r.StageVariables || o.StageVariables,
		Overrides: r.Overrides || o.Overrides,
	}
}
