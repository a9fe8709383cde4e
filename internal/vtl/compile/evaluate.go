package compile

import (
	"maps"

	"github.com/sluice-gateway/sluice/internal/vtl/render"

	"github.com/sluice-gateway/sluice/internal/vtl/ast"
	"github.com/sluice-gateway/sluice/internal/vtl/javavalue"
	"github.com/sluice-gateway/sluice/internal/vtl/parse"
)

// maxEvaluated is the size of a text that is evaluated.
const maxEvaluated = 300 << 10

// evaluated is the parsed text of an #evaluate.
type evaluated struct {
	tree ast.Block
	err  error
}

// surveyText parses the constant text of an #evaluate and looks at it as if it
// stood in the template.
func (c *compiler) surveyText(n *ast.Evaluate, text string, bodies *[]*ast.Macro) {
	tree, err := parse.Template(text)
	c.evaluated[n] = evaluated{tree, err}
	if err == nil {
		ast.Walk(tree, func(n ast.Node) { c.survey(n, bodies) })
	}
}

// evaluate compiles #evaluate: constant text at once, other text while rendering
// where that is allowed.
func (c *compiler) evaluate(n *ast.Evaluate) render.Exec {
	pos := n.Pos()
	if e, ok := c.evaluated[n]; ok {
		if e.err != nil {
			return func(st *render.State) { st.Throw(pos, "#evaluate: "+e.err.Error()) }
		}
		body := c.block(e.tree)
		return func(st *render.State) { contain(st, body) }
	}
	if !c.options.Evaluate {
		return func(st *render.State) { st.Throw(pos, "#evaluate of text that is made while rendering is not allowed") }
	}
	argument := c.value(n.Arg)
	return func(st *render.State) {
		if v := argument(st); st.Signal == render.Running {
			evaluate(st, pos, c, st.Text(pos, v))
		}
	}
}

// contain runs code that #break and #stop leave only itself.
func contain(st *render.State, body render.Exec) {
	body(st)
	if st.Signal == render.Breaking || st.Signal == render.Stopping {
		st.Signal = render.Running
	}
}

// evaluate compiles and runs text that a template made. The names that it uses
// are the rendering's own: the template stays as it is.
func evaluate(st *render.State, pos int, c *compiler, text string) {
	defer st.Leave()
	if !st.Enter(pos) || !st.Step(pos, 1000+50*len(text)) {
		return
	}
	if len(text) > maxEvaluated {
		st.Fail(pos, javavalue.ErrLimit)
		return
	}
	tree, err := parse.Template(text)
	if err != nil {
		st.Throw(pos, "#evaluate: "+err.Error())
		return
	}
	if st.Names == nil {
		st.Names = maps.Clone(c.slots)
	}
	own := &compiler{
		code: &render.Code{Patterns: javavalue.Patterns{}}, options: Options{Evaluate: true},
		slots: st.Names, set: maps.Clone(c.set), used: maps.Clone(c.used), macros: maps.Clone(c.macros),
		evaluated: map[*ast.Evaluate]evaluated{}, loops: c.loops + render.MaxDepth*st.Depth, dynamic: true, blocks: true,
	}
	var bodies []*ast.Macro
	ast.Walk(tree, func(n ast.Node) { own.survey(n, &bodies) })
	for _, m := range bodies {
		own.macros[m.Name].body = own.block(m.Body)
	}
	body := own.block(tree)
	for len(st.Vars) < len(own.slots) {
		st.Vars = append(st.Vars, value{})
	}
	contain(st, body)
}
