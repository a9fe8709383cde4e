package jsonpath

import (
	"errors"

	"github.com/sluice-gateway/sluice/internal/jsonpath/syntax"
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// condition is a filter's condition made ready to run.
type condition interface {
	holds(r *reading, item jsonvalue.Value) (bool, error)
}

type (
	logical struct {
		or       bool
		operands []condition
	}
	negation struct{ operand condition }
	relation struct {
		left, right side
		op          syntax.Operator
	}
)

// side is one side of a relation.
type side struct {
	path     *program
	exists   bool
	constant operand
}

func buildCondition(e syntax.Expression) condition {
	switch e := e.(type) {
	case *syntax.Logical:
		l := &logical{or: e.Or}
		for _, o := range e.Operands {
			l.operands = append(l.operands, buildCondition(o))
		}
		return l
	case *syntax.Not:
		return &negation{buildCondition(e.Operand)}
	case *syntax.Relation:
		return &relation{left: buildSide(e.Left), op: e.Op, right: buildSide(e.Right)}
	default:
		return &logical{or: true} // no other node exists; false is the safe answer
	}
}

func buildSide(n syntax.Operand) side {
	s := side{exists: n.Exists, constant: constantOperand(n.Constant)}
	if n.Path != nil {
		s.path = build(n.Path)
	}
	return s
}

func (l *logical) holds(r *reading, item jsonvalue.Value) (bool, error) {
	for _, o := range l.operands {
		ok, err := o.holds(r, item)
		if err != nil {
			return false, err
		}
		if ok == l.or {
			return ok, nil
		}
	}
	return !l.or, nil
}

func (n *negation) holds(r *reading, item jsonvalue.Value) (bool, error) {
	ok, err := n.operand.holds(r, item)
	return !ok && err == nil, err
}

func (e *relation) holds(r *reading, item jsonvalue.Value) (bool, error) {
	left, err := e.left.read(r, item)
	if err != nil {
		return false, err
	}
	right, err := e.right.read(r, item)
	if err != nil {
		return false, err
	}
	return relate(r.ev, e.op, &left, &right)
}

// read gives a side its value. A path that finds nothing is undefined.
func (s *side) read(r *reading, item jsonvalue.Value) (operand, error) {
	if s.path == nil {
		return s.constant, nil
	}
	if s.exists {
		_, err := r.ev.read(s.path, item, r.root, true)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return operand{}, err
		}
		return operand{kind: operandBool, bool: err == nil}, nil
	}
	v, err := r.inner(s.path, item)
	if errors.Is(err, ErrNotFound) {
		return operand{}, nil
	}
	if err != nil {
		return operand{}, err
	}
	return operandOf(v)
}

// inner reads a path within a filter: one from '$' only once.
func (r *reading) inner(p *program, item jsonvalue.Value) (jsonvalue.Value, error) {
	if !p.isRoot {
		return r.ev.read(p, item, r.root, r.strict)
	}
	for _, c := range r.cache {
		if c.prog == p {
			return c.value, nil
		}
	}
	v, err := r.ev.read(p, r.root, r.root, r.strict)
	if err == nil {
		r.cache = append(r.cache, cached{p, v})
	}
	return v, err
}
