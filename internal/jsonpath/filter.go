package jsonpath

import (
	"errors"

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
		op          operator
	}
)

// side is one side of a relation.
type side struct {
	path     *program
	exists   bool
	constant operand
}

func buildCondition(e expression) condition {
	switch e := e.(type) {
	case *logicalNode:
		l := &logical{or: e.or}
		for _, o := range e.operands {
			l.operands = append(l.operands, buildCondition(o))
		}
		return l
	case *notNode:
		return &negation{buildCondition(e.operand)}
	case *relationNode:
		return &relation{left: buildSide(e.left), op: e.op, right: buildSide(e.right)}
	default:
		return &logical{or: true} // no other node exists; false is the safe answer
	}
}

func buildSide(n operandNode) side {
	s := side{exists: n.exists, constant: n.constant}
	if n.path != nil {
		s.path = build(n.path)
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

// operandOf takes a document's value for an operand.
func operandOf(v jsonvalue.Value) (operand, error) {
	switch v.Kind() {
	case jsonvalue.KindNull:
		return operand{kind: operandNull}, nil
	case jsonvalue.KindBool:
		return operand{kind: operandBool, bool: v.Bool()}, nil
	case jsonvalue.KindString:
		return operand{kind: operandString, text: v.Text()}, nil
	case jsonvalue.KindNumber:
		n, ok := numberOf(v)
		if !ok {
			return operand{}, failed("not a number")
		}
		return operand{kind: operandNumber, number: n}, nil
	case jsonvalue.KindObject:
		return operand{kind: operandJSON, value: v}, nil
	case jsonvalue.KindArray:
		if list(v) != nil {
			return operand{kind: operandJSON, value: v}, nil
		}
	}
	return operand{}, failed("a filter cannot compare this value")
}
