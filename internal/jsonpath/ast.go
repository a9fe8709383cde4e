package jsonpath

import (
	"regexp"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// pathNode is a path as it was written.
type pathNode struct {
	root  byte // '$' or '@'
	steps []step
}

// step is one step of a path.
type step interface{ isStep() }

type (
	// propertyStep is a name or a union of names.
	propertyStep struct{ names []string }
	// indexStep is an index or a union of indexes; negative ones count from the end.
	indexStep struct{ indexes []int }
	// sliceStep is [from:to], each of which may be missing, not both.
	sliceStep struct {
		from, to       int
		hasFrom, hasTo bool
	}
	// wildcardStep is * or [*].
	wildcardStep struct{}
	// scanStep is the descent that ".." stands for.
	scanStep struct{}
	// filterStep is [?(...)].
	filterStep struct{ condition expression }
	// functionStep is a call such as length() or sum($.a, 1).
	functionStep struct {
		name   string
		params []paramNode
	}
)

func (propertyStep) isStep() {}
func (indexStep) isStep()    {}
func (sliceStep) isStep()    {}
func (wildcardStep) isStep() {}
func (scanStep) isStep()     {}
func (filterStep) isStep()   {}
func (functionStep) isStep() {}

// paramNode is an argument of a function: a path, or the text of a JSON document.
type paramNode struct {
	path *pathNode
	json string
}

// expression is a condition of a filter.
type expression interface{ isExpression() }

type (
	// logicalNode joins conditions with && or ||.
	logicalNode struct {
		or       bool
		operands []expression
	}
	// notNode is !condition.
	notNode struct{ operand expression }
	// relationNode compares two operands, or asks for the left one's existence.
	relationNode struct {
		left  operandNode
		op    operator
		right operandNode
	}
)

func (*logicalNode) isExpression()  {}
func (*notNode) isExpression()      {}
func (*relationNode) isExpression() {}

// operandNode is one side of a relation: a path or a constant.
type operandNode struct {
	path *pathNode
	// exists says that the path is asked for, not read.
	exists bool
	// wanted is what exists shall be.
	wanted   bool
	constant operand
}

// operandKind says what Jayway takes an operand for.
type operandKind uint8

const (
	operandUndefined operandKind = iota
	operandNull
	operandBool
	operandNumber
	operandString
	operandJSON    // an array or object of the document
	operandLiteral // a JSON text: of the path, or a string of the document that looks like one
	operandPattern
	operandPath // a string of the document that is a path; nothing equals it
)

// operand is one side of a relation at reading.
type operand struct {
	kind   operandKind
	bool   bool
	text   string // of a string or literal
	number number
	value  jsonvalue.Value // of a document's array or object, and of a parsed literal
	bad    bool            // a literal that is no JSON
	regex  *regexp.Regexp
}

// operator is a relation of a filter.
type operator string

const (
	opEqual           operator = "=="
	opTypeEqual       operator = "==="
	opNotEqual        operator = "!="
	opTypeNotEqual    operator = "!=="
	opLess            operator = "<"
	opLessEqual       operator = "<="
	opGreater         operator = ">"
	opGreaterEqual    operator = ">="
	opRegex           operator = "=~"
	opIn              operator = "IN"
	opNotIn           operator = "NIN"
	opContains        operator = "CONTAINS"
	opAll             operator = "ALL"
	opSize            operator = "SIZE"
	opExists          operator = "EXISTS"
	opType            operator = "TYPE"
	opMatches         operator = "MATCHES"
	opEmpty           operator = "EMPTY"
	opSubsetOf        operator = "SUBSETOF"
	opAnyOf           operator = "ANYOF"
	opNoneOf          operator = "NONEOF"
	maxOperatorLength          = len(opSubsetOf)
)

func (o operator) known() bool {
	switch o {
	case opEqual, opTypeEqual, opNotEqual, opTypeNotEqual, opLess, opLessEqual, opGreater, opGreaterEqual, opRegex,
		opIn, opNotIn, opContains, opAll, opSize, opExists, opType, opMatches, opEmpty, opSubsetOf, opAnyOf, opNoneOf:
		return true
	default:
		return false
	}
}

// stateful reports whether Jayway's tokens change while the path is read: a descent notes indexes in what follows it, a
// function rewrites its first argument.
func (p *pathNode) stateful() bool {
	for _, s := range p.steps {
		switch s := s.(type) {
		case scanStep:
			return true
		case functionStep:
			if len(s.params) > 0 {
				return true
			}
		case filterStep:
			if statefulExpression(s.condition) {
				return true
			}
		}
	}
	return false
}

func statefulExpression(e expression) bool {
	switch e := e.(type) {
	case *logicalNode:
		for _, o := range e.operands {
			if statefulExpression(o) {
				return true
			}
		}
		return false
	case *notNode:
		return statefulExpression(e.operand)
	case *relationNode:
		return e.left.path != nil && e.left.path.stateful() || e.right.path != nil && e.right.path.stateful()
	default:
		return false
	}
}

// plain returns the steps of a path of single names and indexes, nil for any other.
func (p *pathNode) plain() []plainStep {
	steps := make([]plainStep, 0, len(p.steps))
	for _, s := range p.steps {
		switch s := s.(type) {
		case propertyStep:
			if len(s.names) != 1 {
				return nil
			}
			steps = append(steps, plainStep{name: s.names[0]})
		case indexStep:
			if len(s.indexes) != 1 {
				return nil
			}
			steps = append(steps, plainStep{index: s.indexes[0], isIndex: true})
		default:
			return nil
		}
	}
	return steps
}
