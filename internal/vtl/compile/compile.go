// Package compile turns a template's tree into closures over package render's
// state. Variables become slots, constant paths and regular expressions are
// compiled, and what a template asks of $input, $context and $stageVariables is
// read without making the variable. It is NOT where a template meets a request;
// that is package render.
package compile

import (
	"strings"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/vtl/ast"
	"github.com/sluice-gateway/sluice/internal/vtl/javamethod"
	"github.com/sluice-gateway/sluice/internal/vtl/javavalue"
	"github.com/sluice-gateway/sluice/internal/vtl/render"
)

// The variables of loops.
const (
	rootForeach = "foreach"
	loopCount   = "velocityCount"
	loopHasNext = "velocityHasNext"
)

// value is a value of a template.
type value = jsonvalue.Value

// compiler turns a tree into closures. Variables become slots; a variable of ours
// that the template never sets is reached without one.
type compiler struct {
	code    *render.Code
	options Options
	slots   map[string]int
	// set are the names that the template itself writes, used those it reads.
	set, used map[string]bool
	macros    map[string]*macro
	// loops counts loops, to tell them apart.
	loops int
	// dynamic says that code made while rendering may read and write anything.
	dynamic bool
	// blocks says that a variable may hold a block, whose printing is more than its
	// text.
	blocks bool
	// evaluated are the trees of constant texts of #evaluate.
	evaluated map[*ast.Evaluate]evaluated
}

// macro is a macro; its body is compiled after all are known.
type macro struct {
	name   string
	params []string
	slots  []int
	body   render.Exec
}

// Options say how a template is compiled.
type Options struct {
	// Evaluate allows #evaluate with text made while rendering, which API Gateway
	// is not known to have and Velocity has. Without it only constant text is
	// evaluated and all else fails the rendering.
	Evaluate bool
	// Trace compiles the template so that a tracer is told what it does.
	Trace bool
}

// Result is what a template was compiled to.
type Result struct {
	Code *render.Code
	// Evaluated are the trees of constant texts of #evaluate.
	Evaluated []ast.Block
	// Dynamic says that code made while rendering may read anything.
	Dynamic bool
}

// Template compiles a tree.
func Template(tree ast.Block, o Options) Result {
	c := &compiler{
		code: &render.Code{Patterns: javavalue.Patterns{}}, options: o, slots: map[string]int{}, set: map[string]bool{}, used: map[string]bool{},
		macros: map[string]*macro{}, evaluated: map[*ast.Evaluate]evaluated{},
	}
	var bodies []*ast.Macro
	ast.Walk(tree, func(n ast.Node) { c.survey(n, &bodies) })
	for _, m := range bodies {
		c.macros[m.Name].body = c.block(m.Body)
	}
	c.code.Run = c.block(tree)
	c.code.Slots = len(c.slots)
	for _, name := range [...]string{render.RootInput, render.RootUtil, render.RootContext, render.RootStage} {
		slot, ok := c.slots[name]
		if !ok {
			continue
		}
		if c.code.Roots == nil {
			c.code.Roots = map[string]int{}
		}
		c.code.Roots[name] = slot
	}
	result := Result{Code: c.code, Dynamic: c.dynamic}
	for _, e := range c.evaluated {
		result.Evaluated = append(result.Evaluated, e.tree)
	}
	return result
}

// survey finds out which names a node writes and reads, and which macros there
// are: of two with one name the first counts, as in Velocity.
func (c *compiler) survey(n ast.Node, bodies *[]*ast.Macro) {
	switch n := n.(type) {
	case *ast.Set:
		if len(n.Target.Path) == 0 {
			c.set[n.Target.Key] = true
		}
	case *ast.Foreach:
		c.set[loopElement(n)] = true
	case *ast.Define:
		c.set[n.Key] = true
		c.blocks = true
	case *ast.Macro:
		if c.macros[n.Name] != nil {
			return
		}
		m := &macro{name: n.Name, params: n.Params}
		for _, p := range n.Params {
			c.set[p] = true
			m.slots = append(m.slots, c.slot(p))
		}
		c.macros[n.Name] = m
		*bodies = append(*bodies, n)
	case *ast.Call:
		if n.Block {
			c.set[bodyContent] = true
			c.blocks = true
		}
	case *ast.Reference:
		c.used[n.Name] = true
	case *ast.Evaluate:
		if text, ok := ast.ConstantText(n.Arg); ok {
			c.surveyText(n, text, bodies)
		} else if c.options.Evaluate {
			c.dynamic, c.blocks = true, true
			for _, name := range [...]string{render.RootInput, render.RootUtil, render.RootContext, render.RootStage, rootForeach, loopCount, loopHasNext} {
				c.set[name], c.used[name] = true, true
				c.slot(name)
			}
		}
	}
}

// slot gives a variable's slot.
func (c *compiler) slot(name string) int {
	slot, ok := c.slots[name]
	if !ok {
		slot = len(c.slots)
		c.slots[name] = slot
	}
	return slot
}

// given reports whether a name stands for our variable wherever it is read.
func (c *compiler) given(name string) bool {
	if c.set[name] {
		return false
	}
	switch name {
	case render.RootInput, render.RootUtil, render.RootContext, render.RootStage, rootForeach:
		return true
	default:
		return false
	}
}

// block compiles a sequence of statements.
func (c *compiler) block(nodes ast.Block) render.Exec {
	var code []render.Exec
	for i := 0; i < len(nodes); i++ {
		if text, ok := nodes[i].(*ast.Text); ok && !c.options.Trace {
			var whole strings.Builder
			whole.WriteString(text.Text)
			for i+1 < len(nodes) {
				more, ok := nodes[i+1].(*ast.Text)
				if !ok {
					break
				}
				whole.WriteString(more.Text)
				i++
			}
			if whole.Len() > 0 {
				code = append(code, writeText(text.Pos(), whole.String()))
			}
			continue
		}
		if run := c.statement(nodes[i]); run != nil {
			code = append(code, c.traced(nodes[i], run))
		}
	}
	return sequence(code)
}

func sequence(code []render.Exec) render.Exec {
	switch len(code) {
	case 0:
		return func(*render.State) {}
	case 1:
		return code[0]
	case 2:
		first, second := code[0], code[1]
		return func(st *render.State) {
			first(st)
			if st.Signal == render.Running {
				second(st)
			}
		}
	}
	return func(st *render.State) {
		for _, run := range code {
			run(st)
			if st.Signal != render.Running {
				return
			}
		}
	}
}

func writeText(pos int, text string) render.Exec {
	return func(st *render.State) { st.Write(pos, text) }
}

// statement compiles one statement; nil when it does nothing.
func (c *compiler) statement(n ast.Node) render.Exec {
	switch n := n.(type) {
	case *ast.Text:
		return writeText(n.Pos(), n.Text)
	case *ast.Reference:
		return c.printed(n)
	case *ast.Set:
		return c.assignment(n)
	case *ast.If:
		return c.conditional(n)
	case *ast.Foreach:
		return c.foreach(n)
	case *ast.Define:
		return c.define(n)
	case *ast.Macro:
		return nil
	case *ast.Call:
		return c.call(n)
	case *ast.Break:
		return c.leaving(n)
	case *ast.Stop:
		return func(st *render.State) { st.Signal = render.Stopping }
	case *ast.Evaluate:
		return c.evaluate(n)
	case *ast.Refused:
		pos, name := n.Pos(), n.Name
		return func(st *render.State) { st.Throw(pos, "#"+name+" is not allowed") }
	default:
		return nil
	}
}

// conditional compiles #if.
func (c *compiler) conditional(n *ast.If) render.Exec {
	pos := n.Pos()
	tests := make([]render.Condition, len(n.Arms))
	bodies := make([]render.Exec, len(n.Arms))
	for i, arm := range n.Arms {
		if arm.Condition != nil {
			tests[i] = c.condition(arm.Condition)
		}
		bodies[i] = c.block(arm.Body)
	}
	return func(st *render.State) {
		if !st.Step(pos, render.StatementCost) {
			return
		}
		for i, test := range tests {
			if test == nil || test(st) {
				if st.Signal == render.Running {
					bodies[i](st)
				}
				return
			}
			if st.Signal != render.Running {
				return
			}
		}
	}
}

// assignment compiles #set. A right side that is null changes nothing.
func (c *compiler) assignment(n *ast.Set) render.Exec {
	pos, right := n.Pos(), c.value(n.Value)
	var store func(*render.State, value)
	if len(n.Target.Path) == 0 {
		slot := c.slot(n.Target.Key)
		store = func(st *render.State, v value) { st.Put(slot, v) }
	} else {
		store = c.target(n.Target)
	}
	return func(st *render.State) {
		if !st.Step(pos, render.StatementCost) {
			return
		}
		v := right(st)
		if st.Signal == render.Running && !isNull(v) {
			store(st, v)
		}
	}
}

// target compiles the left side of a #set that has a path.
func (c *compiler) target(r *ast.Reference) func(*render.State, value) {
	root := c.root(r)
	last := len(r.Path) - 1
	steps := c.steps(r.Path[:last])
	pos := r.Path[last].Pos()
	owner := func(st *render.State) value {
		v := root(st)
		for _, step := range steps {
			if isNull(v) || st.Signal != render.Running {
				return value{}
			}
			v = step(st, v)
		}
		return v
	}
	if index, ok := r.Path[last].(*ast.Index); ok {
		argument := c.value(index.Arg)
		return func(st *render.State, v value) {
			if o := owner(st); !isNull(o) && st.Signal == render.Running {
				if err := javamethod.SetIndex(&st.Heap, o, argument(st), v); err != nil {
					st.Fail(pos, err)
				}
			}
		}
	}
	name := stepName(r.Path[last])
	return func(st *render.State, v value) {
		if o := owner(st); !isNull(o) && st.Signal == render.Running {
			if err := javamethod.SetProperty(&st.Heap, o, name, v); err != nil {
				st.Fail(pos, err)
			}
		}
	}
}

func stepName(s ast.Step) string {
	switch s := s.(type) {
	case *ast.Property:
		return s.Name
	case *ast.Method:
		return s.Name
	default:
		return ""
	}
}
