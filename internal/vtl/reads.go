package vtl

import (
	"github.com/sluice-gateway/sluice/internal/vtl/ast"
	"github.com/sluice-gateway/sluice/internal/vtl/compile"
	"github.com/sluice-gateway/sluice/internal/vtl/render"
)

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

// everything is what code may read that is only known while rendering.
func everything() Reads {
	return Reads{Body: true, Path: true, Query: true, Header: true, Context: true, StageVariables: true, Overrides: true}
}

// readsOf looks at every reference of a tree.
func readsOf(tree ast.Block, compiled compile.Result) Reads {
	if compiled.Dynamic {
		return everything()
	}
	var r Reads
	visit := func(n ast.Node) {
		if ref, ok := n.(*ast.Reference); ok && !ref.Runt && !ref.Fixed {
			r = r.Union(readsOfReference(ref))
		}
	}
	ast.Walk(tree, visit)
	for _, evaluated := range compiled.Evaluated {
		ast.Walk(evaluated, visit)
	}
	return r
}

func readsOfReference(ref *ast.Reference) Reads {
	name := ""
	if len(ref.Path) > 0 {
		name = nameOf(ref.Path[0])
	}
	switch ref.Name {
	case render.RootInput:
		return readsOfInput(ref, name)
	case render.RootContext:
		switch name {
		case render.RequestOverride, render.ResponseOverride:
			return Reads{Overrides: true}
		case "":
			return Reads{Context: true, Overrides: true}
		}
		_, property := ref.Path[0].(*ast.Property)
		return Reads{Context: true, Overrides: !property}
	case render.RootStage:
		return Reads{StageVariables: true}
	default:
		return Reads{}
	}
}

func readsOfInput(ref *ast.Reference, name string) Reads {
	all := Reads{Path: true, Query: true, Header: true}
	switch name {
	case "body", "Body", "getBody", "path", "json":
		return Reads{Body: true}
	case "params":
	default:
		return all.Union(Reads{Body: true})
	}
	m, ok := ref.Path[0].(*ast.Method)
	if !ok || len(m.Args) > 0 || len(ref.Path) < 2 {
		return all
	}
	kind := ""
	switch s := ref.Path[1].(type) {
	case *ast.Property:
		kind = s.Name
	case *ast.Index:
		kind, _ = ast.ConstantText(s.Arg)
	case *ast.Method:
		if s.Name == "get" && len(s.Args) == 1 {
			kind, _ = ast.ConstantText(s.Args[0])
		}
	}
	switch kind {
	case "path":
		return Reads{Path: true}
	case "querystring":
		return Reads{Query: true}
	case "header":
		return Reads{Header: true}
	default:
		return all
	}
}

// nameOf is the name of a property or method.
func nameOf(s ast.Step) string {
	switch s := s.(type) {
	case *ast.Property:
		return s.Name
	case *ast.Method:
		return s.Name
	default:
		return ""
	}
}
