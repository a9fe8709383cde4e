package compile

import (
	"math/big"
	"strconv"

	"github.com/sluice-gateway/sluice/internal/vtl/javamethod"
	"github.com/sluice-gateway/sluice/internal/vtl/render"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/vtl/ast"
	"github.com/sluice-gateway/sluice/internal/vtl/javavalue"
)

func isNull(v value) bool { return javavalue.IsNull(v) }

func constant(v value) render.Expr { return func(*render.State) value { return v } }

// value compiles an expression for its value. Undefined stands for null, which
// only failed arithmetic and the like give: a reference without a value is "".
func (c *compiler) value(n ast.Node) render.Expr {
	switch n := n.(type) {
	case *ast.Reference:
		return c.reference(n)
	case *ast.String:
		return c.text(n)
	case *ast.Integer:
		return constant(integerOf(n.Text))
	case *ast.Float:
		f, _ := strconv.ParseFloat(n.Text, 64) // out of range is infinite, as in Java
		return constant(jsonvalue.Float(f))
	case *ast.Bool:
		return constant(jsonvalue.Bool(n.Value))
	case *ast.Range:
		return c.span(n)
	case *ast.List:
		return c.list(n)
	case *ast.Map:
		return c.dictionary(n)
	case *ast.Group:
		return c.value(n.Inner)
	case *ast.Not:
		test := c.condition(n.Operand)
		return func(st *render.State) value { return jsonvalue.Bool(!test(st)) }
	case *ast.Binary:
		if n.Operator >= ast.Add {
			return c.arithmetic(n)
		}
		test := c.condition(n)
		return func(st *render.State) value { return jsonvalue.Bool(test(st)) }
	default:
		return constant(value{})
	}
}

// integerOf reads an integer literal: an Integer, Long or BigInteger.
func integerOf(text string) value {
	n, err := strconv.ParseInt(text, 10, 64)
	if err == nil {
		return jsonvalue.Int(n)
	}
	large, _ := new(big.Int).SetString(text, 10)
	return jsonvalue.BigInt(large)
}

// text compiles a string literal.
func (c *compiler) text(n *ast.String) render.Expr {
	if n.Parts == nil {
		return constant(jsonvalue.String(n.Text))
	}
	pos := n.Pos()
	if v := c.single(n); v != nil {
		return func(st *render.State) value {
			s := st.Text(pos, v(st))
			if !st.Step(pos, len(s)) {
				return value{}
			}
			return jsonvalue.String(s)
		}
	}
	run, keep := c.block(n.Parts), n.Keep
	return func(st *render.State) value {
		s := st.Capture(pos, run)
		if st.Signal != render.Running {
			return value{}
		}
		if !keep && s != "" {
			s = s[:len(s)-lastLength(s)]
		}
		return jsonvalue.String(s)
	}
}

// single compiles a string that is only one reference, such as "$x".
func (c *compiler) single(n *ast.String) render.Expr {
	if len(n.Parts) != 2 || n.Keep || c.options.Trace {
		return nil
	}
	r, ok := n.Parts[0].(*ast.Reference)
	blank, isText := n.Parts[1].(*ast.Text)
	if !ok || !isText || blank.Text != " " || r.Escaped || r.Runt || r.Fixed || r.Before != "" || c.blocks {
		return nil
	}
	return c.reference(r)
}

// span compiles [from..to].
func (c *compiler) span(n *ast.Range) render.Expr {
	pos, from, to := n.Pos(), c.value(n.From), c.value(n.To)
	return func(st *render.State) value {
		i, j, ok := ends(st, from, to)
		if !ok {
			return value{}
		}
		return spread(st, pos, i, j, 0)
	}
}

// ends evaluates the ends of a range; false when they are no numbers.
func ends(st *render.State, from, to render.Expr) (i, j int, ok bool) {
	a := from(st)
	b := to(st)
	if st.Signal != render.Running || !javavalue.IsNumber(a) || !javavalue.IsNumber(b) {
		return 0, 0, false
	}
	return intOf(st, a), intOf(st, b), true
}

func intOf(st *render.State, v value) int {
	n, _, _ := javamethod.Call(&st.Heap, v, "intValue", nil)
	i, _ := n.Int64()
	return int(i)
}

// spread makes the list of a range, or only its first elements when most is not 0.
func spread(st *render.State, pos, i, j, most int) value {
	n, delta := j-i+1, 1
	if i >= j {
		n, delta = i-j+1, -1
	}
	if most > 0 {
		n = min(n, most)
	}
	if n > st.Heap.Budget/elementCost || !st.Step(pos, n*elementCost) {
		st.Fail(pos, javavalue.ErrLimit)
		return value{}
	}
	elems := make([]value, n)
	for k := range elems {
		elems[k] = jsonvalue.Int(int64(i + k*delta))
	}
	return jsonvalue.FromArray(jsonvalue.NewList(elems...))
}

// elementCost is what an element of a list is charged.
const elementCost = 24

func (c *compiler) values(nodes []ast.Node) []render.Expr {
	code := make([]render.Expr, len(nodes))
	for i, n := range nodes {
		code[i] = c.value(n)
	}
	return code
}

// list compiles [a, b].
func (c *compiler) list(n *ast.List) render.Expr {
	pos, code := n.Pos(), c.values(n.Elements)
	return func(st *render.State) value {
		if !st.Step(pos, (1+len(code))*elementCost) {
			return value{}
		}
		elems := make([]value, len(code))
		for i, e := range code {
			elems[i] = e(st)
			if elems[i].IsUndefined() {
				elems[i] = jsonvalue.Null()
			}
			if st.Signal != render.Running {
				return value{}
			}
		}
		return jsonvalue.FromArray(jsonvalue.NewList(elems...))
	}
}

// dictionary compiles {key: value}.
func (c *compiler) dictionary(n *ast.Map) render.Expr {
	pos, keys, members := n.Pos(), c.values(n.Keys), c.values(n.Values)
	return func(st *render.State) value {
		if !st.Step(pos, (1+len(keys))*elementCost) {
			return value{}
		}
		object := jsonvalue.NewObject()
		for i := range keys {
			k := keys[i](st)
			v := members[i](st)
			if st.Signal != render.Running {
				return value{}
			}
			if _, err := st.Heap.Put(object, k, v); err != nil {
				st.Fail(pos, err)
				return value{}
			}
		}
		return jsonvalue.FromObject(object)
	}
}

// arithmetic compiles + - * / %.
func (c *compiler) arithmetic(n *ast.Binary) render.Expr {
	pos, left, right := n.Pos(), c.value(n.Left), c.value(n.Right)
	op := javavalue.Operator(n.Operator - ast.Add)
	leftLiteral, rightLiteral := literalOf(n.Left), literalOf(n.Right)
	return func(st *render.State) value {
		a := left(st)
		b := right(st)
		if st.Signal != render.Running {
			return value{}
		}
		if op == javavalue.Add && (a.Kind() == jsonvalue.KindString || b.Kind() == jsonvalue.KindString) {
			return concat(st, pos, orText(a, leftLiteral), orText(b, rightLiteral))
		}
		if !javavalue.IsNumber(a) || !javavalue.IsNumber(b) {
			return value{}
		}
		v, ok, err := st.Heap.Compute(op, a, b)
		if err != nil {
			st.Fail(pos, err)
		}
		if !ok || err != nil {
			return value{}
		}
		return v
	}
}

// orText gives text in place of null.
func orText(v value, literal string) value {
	if isNull(v) {
		return jsonvalue.String(literal)
	}
	return v
}

// literalOf is the source of an operand that may be null, which + puts in.
func literalOf(n ast.Node) string {
	switch n := n.(type) {
	case *ast.Binary:
		return n.Literal
	case *ast.Group:
		return n.Literal
	case *ast.Range:
		return n.Literal
	case *ast.Reference:
		return n.Source
	default:
		return ""
	}
}

func concat(st *render.State, pos int, a, b value) value {
	x, y := st.Text(pos, a), st.Text(pos, b)
	if st.Signal != render.Running || !st.Step(pos, len(x)+len(y)) {
		return value{}
	}
	return jsonvalue.String(x + y)
}
