package vtl

import (
	"maps"

	"github.com/sluice-gateway/sluice/internal/vtl/ast"
	"github.com/sluice-gateway/sluice/internal/vtl/javavalue"
	"github.com/sluice-gateway/sluice/internal/vtl/parse"
)

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
func (c *compiler) evaluate(n *ast.Evaluate) exec {
	pos := n.Pos()
	if e, ok := c.evaluated[n]; ok {
		if e.err != nil {
			return func(st *state) { st.throw(pos, "#evaluate: "+e.err.Error()) }
		}
		body := c.block(e.tree)
		return func(st *state) { st.contain(body) }
	}
	if !c.options.Evaluate {
		return func(st *state) { st.throw(pos, "#evaluate of text that is made while rendering is not allowed") }
	}
	argument := c.value(n.Arg)
	return func(st *state) {
		if v := argument(st); st.signal == running {
			st.evaluate(pos, c, st.text(pos, v))
		}
	}
}

// contain runs code that #break and #stop leave only itself.
func (st *state) contain(body exec) {
	body(st)
	if st.signal == breaking || st.signal == stopping {
		st.signal = running
	}
}

// evaluate compiles and runs text that a template made. The names that it uses
// are the rendering's own: the template stays as it is.
func (st *state) evaluate(pos int, c *compiler, text string) {
	defer st.leave()
	if !st.enter(pos) || !st.step(pos, 1000+50*len(text)) {
		return
	}
	if len(text) > MaxTemplate {
		st.fail(pos, javavalue.ErrLimit)
		return
	}
	tree, err := parse.Template(text)
	if err != nil {
		st.throw(pos, "#evaluate: "+err.Error())
		return
	}
	if st.names == nil {
		st.names = maps.Clone(c.slots)
	}
	own := &compiler{
		template: &Template{name: st.template.name, patterns: javavalue.Patterns{}}, options: Options{Evaluate: true},
		slots: st.names, set: maps.Clone(c.set), used: maps.Clone(c.used), macros: maps.Clone(c.macros),
		evaluated: map[*ast.Evaluate]evaluated{}, loops: c.loops + maxDepth*st.depth, dynamic: true, blocks: true,
	}
	var bodies []*ast.Macro
	ast.Walk(tree, func(n ast.Node) { own.survey(n, &bodies) })
	for _, m := range bodies {
		own.macros[m.Name].body = own.block(m.Body)
	}
	body := own.block(tree)
	for len(st.vars) < len(own.slots) {
		st.vars = append(st.vars, value{})
	}
	st.contain(body)
}
