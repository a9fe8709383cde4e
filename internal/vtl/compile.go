package vtl

import (
	"github.com/sluice-gateway/sluice/internal/vtl/javamethod"
	"strings"

	"github.com/sluice-gateway/sluice/internal/vtl/ast"
)

// The variables that a template is given.
const (
	rootInput   = "input"
	rootUtil    = "util"
	rootContext = "context"
	rootStage   = "stageVariables"
	rootForeach = "foreach"
	loopCount   = "velocityCount"
	loopHasNext = "velocityHasNext"
)

// compiler turns a tree into closures. Variables become slots; a variable of ours
// that the template never sets is reached without one.
type compiler struct {
	template *Template
	options  Options
	slots    map[string]int
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
	body   exec
}

func (t *Template) compile(o Options) {
	if text, ok := onlyText(t.tree); ok {
		t.static, t.isStatic = text, true
		if !o.Trace {
			return
		}
		t.isStatic = false
	}
	c := &compiler{template: t, options: o, slots: map[string]int{}, set: map[string]bool{}, used: map[string]bool{}, macros: map[string]*macro{}, evaluated: map[*ast.Evaluate]evaluated{}}
	var bodies []*ast.Macro
	ast.Walk(t.tree, func(n ast.Node) { c.survey(n, &bodies) })
	for _, m := range bodies {
		c.macros[m.Name].body = c.block(m.Body)
	}
	t.run = c.block(t.tree)
	t.slots = len(c.slots)
	t.roots = map[string]int{}
	for _, name := range [...]string{rootInput, rootUtil, rootContext, rootStage} {
		if slot, ok := c.slots[name]; ok {
			t.roots[name] = slot
		}
	}
	t.reads = c.readsOf(t.tree)
	_, hasText := onlyText(t.tree)
	t.isStatic = hasText && !o.Trace
}

// onlyText gives the text of a tree that has nothing else.
func onlyText(tree ast.Block) (string, bool) {
	var b strings.Builder
	for _, n := range tree {
		text, ok := n.(*ast.Text)
		if !ok {
			return "", false
		}
		b.WriteString(text.Text)
	}
	return b.String(), true
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
		if text, ok := constantText(n.Arg); ok {
			c.surveyText(n, text, bodies)
		} else if c.options.Evaluate {
			c.dynamic, c.blocks = true, true
			for _, name := range [...]string{rootInput, rootUtil, rootContext, rootStage, rootForeach, loopCount, loopHasNext} {
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
	case rootInput, rootUtil, rootContext, rootStage, rootForeach:
		return true
	default:
		return false
	}
}

// block compiles a sequence of statements.
func (c *compiler) block(nodes ast.Block) exec {
	var code []exec
	for i := 0; i < len(nodes); i++ {
		if text, ok := nodes[i].(*ast.Text); ok && !c.options.Trace {
			whole := text.Text
			for i+1 < len(nodes) {
				more, ok := nodes[i+1].(*ast.Text)
				if !ok {
					break
				}
				whole += more.Text
				i++
			}
			if whole != "" {
				code = append(code, writeText(text.Pos(), whole))
			}
			continue
		}
		if run := c.statement(nodes[i]); run != nil {
			code = append(code, c.traced(nodes[i], run))
		}
	}
	return sequence(code)
}

func sequence(code []exec) exec {
	switch len(code) {
	case 0:
		return func(*state) {}
	case 1:
		return code[0]
	case 2:
		first, second := code[0], code[1]
		return func(st *state) {
			first(st)
			if st.signal == running {
				second(st)
			}
		}
	}
	return func(st *state) {
		for _, run := range code {
			run(st)
			if st.signal != running {
				return
			}
		}
	}
}

func writeText(pos int, text string) exec {
	return func(st *state) { st.write(pos, text) }
}

// statement compiles one statement; nil when it does nothing.
func (c *compiler) statement(n ast.Node) exec {
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
		return func(st *state) { st.signal = stopping }
	case *ast.Evaluate:
		return c.evaluate(n)
	case *ast.Refused:
		pos, name := n.Pos(), n.Name
		return func(st *state) { st.throw(pos, "#"+name+" is not allowed") }
	default:
		return nil
	}
}

// conditional compiles #if.
func (c *compiler) conditional(n *ast.If) exec {
	pos := n.Pos()
	tests := make([]condition, len(n.Arms))
	bodies := make([]exec, len(n.Arms))
	for i, arm := range n.Arms {
		if arm.Condition != nil {
			tests[i] = c.condition(arm.Condition)
		}
		bodies[i] = c.block(arm.Body)
	}
	return func(st *state) {
		if !st.step(pos, statementCost) {
			return
		}
		for i, test := range tests {
			if test == nil || test(st) {
				if st.signal == running {
					bodies[i](st)
				}
				return
			}
			if st.signal != running {
				return
			}
		}
	}
}

// assignment compiles #set. A right side that is null changes nothing.
func (c *compiler) assignment(n *ast.Set) exec {
	pos, right := n.Pos(), c.value(n.Value)
	var store func(*state, value)
	if len(n.Target.Path) == 0 {
		slot := c.slot(n.Target.Key)
		store = func(st *state, v value) { st.put(slot, v) }
	} else {
		store = c.target(n.Target)
	}
	return func(st *state) {
		if !st.step(pos, statementCost) {
			return
		}
		v := right(st)
		if st.signal == running && !isNull(v) {
			store(st, v)
		}
	}
}

// target compiles the left side of a #set that has a path.
func (c *compiler) target(r *ast.Reference) func(*state, value) {
	root := c.root(r)
	last := len(r.Path) - 1
	steps := c.steps(r.Path[:last])
	pos := r.Path[last].Pos()
	owner := func(st *state) value {
		v := root(st)
		for _, step := range steps {
			if isNull(v) || st.signal != running {
				return value{}
			}
			v = step(st, v)
		}
		return v
	}
	if index, ok := r.Path[last].(*ast.Index); ok {
		argument := c.value(index.Arg)
		return func(st *state, v value) {
			if o := owner(st); !isNull(o) && st.signal == running {
				if err := javamethod.SetIndex(&st.heap, o, argument(st), v); err != nil {
					st.fail(pos, err)
				}
			}
		}
	}
	name := stepName(r.Path[last])
	return func(st *state, v value) {
		if o := owner(st); !isNull(o) && st.signal == running {
			if err := javamethod.SetProperty(&st.heap, o, name, v); err != nil {
				st.fail(pos, err)
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
