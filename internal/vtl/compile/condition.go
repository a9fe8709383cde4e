package compile

import (
	"cmp"
	"unicode/utf8"

	"github.com/sluice-gateway/sluice/internal/vtl/render"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/vtl/ast"
	"github.com/sluice-gateway/sluice/internal/vtl/javavalue"
)

// condition compiles an expression for its truth. A reference is true unless it
// is false; literals but true, and arithmetic, are false.
func (c *compiler) condition(n ast.Node) render.Condition {
	switch n := n.(type) {
	case *ast.Reference:
		return c.truth(n)
	case *ast.Bool:
		holds := n.Value
		return func(*render.State) bool { return holds }
	case *ast.Group:
		return c.condition(n.Inner)
	case *ast.Not:
		test := c.condition(n.Operand)
		return func(st *render.State) bool { return !test(st) }
	case *ast.Binary:
		switch n.Operator {
		case ast.Or:
			left, right := c.condition(n.Left), c.condition(n.Right)
			return func(st *render.State) bool { return left(st) || (st.Signal == render.Running && right(st)) }
		case ast.And:
			left, right := c.condition(n.Left), c.condition(n.Right)
			return func(st *render.State) bool { return left(st) && st.Signal == render.Running && right(st) }
		case ast.Equal, ast.NotEqual:
			return c.equality(n)
		case ast.Less, ast.Greater, ast.LessEqual, ast.GreaterEqual:
			return c.relation(n)
		}
	}
	return func(*render.State) bool { return false }
}

func (c *compiler) truth(n *ast.Reference) render.Condition {
	if n.Runt {
		return func(*render.State) bool { return false }
	}
	if n.Fixed {
		return func(*render.State) bool { return true }
	}
	if p, ok := firstProperty(n); ok && n.Name == rootForeach && c.given(rootForeach) && p == "hasNext" && len(n.Path) == 1 {
		return func(st *render.State) bool { return st.Scope == nil || st.Scope.HasNext }
	}
	pos, code := n.Pos(), c.reference(n)
	return func(st *render.State) bool {
		v := code(st)
		if v.Kind() == jsonvalue.KindBool {
			return v.Bool()
		}
		if _, ok := v.Foreign().(*render.Block); ok {
			st.Text(pos, v) // Velocity asks whether its text is null
		}
		return !isNull(v)
	}
}

// firstProperty is the name of a reference's first step when that is a property.
func firstProperty(r *ast.Reference) (string, bool) {
	if len(r.Path) == 0 {
		return "", false
	}
	p, ok := r.Path[0].(*ast.Property)
	if !ok {
		return "", false
	}
	return p.Name, true
}

// relation compiles < > <= >=, which hold only between numbers.
func (c *compiler) relation(n *ast.Binary) render.Condition {
	pos, op, left, right := n.Pos(), n.Operator, c.value(n.Left), c.value(n.Right)
	return func(st *render.State) bool {
		a := left(st)
		b := right(st)
		if st.Signal != render.Running {
			return false
		}
		if x, ok := a.Int64(); ok {
			if y, ok := b.Int64(); ok {
				return holds(op, cmp.Compare(x, y))
			}
		}
		if !javavalue.IsNumber(a) || !javavalue.IsNumber(b) {
			return false
		}
		order, err := javavalue.Compare(a, b)
		if err != nil {
			st.Fail(pos, err)
			return false
		}
		return holds(op, order)
	}
}

// holds tells whether a relation holds for an order.
func holds(op ast.Operator, order int) bool {
	switch op {
	case ast.Less:
		return order < 0
	case ast.Greater:
		return order > 0
	case ast.LessEqual:
		return order <= 0
	default:
		return order >= 0
	}
}

// equality compiles == and !=: numbers by value, values of one class by equals,
// others by their text.
func (c *compiler) equality(n *ast.Binary) render.Condition {
	pos, wanted, left, right := n.Pos(), n.Operator == ast.Equal, c.value(n.Left), c.value(n.Right)
	return func(st *render.State) bool {
		a := left(st)
		b := right(st)
		if st.Signal != render.Running {
			return false
		}
		if a.Kind() == jsonvalue.KindString && b.Kind() == jsonvalue.KindString {
			return (a.Text() == b.Text()) == wanted
		}
		if x, ok := a.Int64(); ok {
			if y, ok := b.Int64(); ok {
				return (x == y) == wanted
			}
		}
		return same(st, pos, a, b) == wanted
	}
}

func same(st *render.State, pos int, a, b value) bool {
	switch {
	case javavalue.IsNumber(a) && javavalue.IsNumber(b):
		order, err := javavalue.Compare(a, b)
		if err != nil {
			st.Fail(pos, err)
		}
		return order == 0
	case isNull(a) || isNull(b):
		return isNull(a) && isNull(b)
	case javavalue.SameClass(a, b):
		equal, err := st.Heap.Equals(a, b)
		if err != nil {
			st.Fail(pos, err)
		}
		return equal
	default:
		return st.Text(pos, a) == st.Text(pos, b)
	}
}

// lastLength is the length of the last character.
func lastLength(s string) int {
	_, n := utf8.DecodeLastRuneInString(s)
	return n
}
