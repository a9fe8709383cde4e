// Package syntax reads the text of a JSON path, and of the filters and calls within, into a tree, as Jayway JsonPath 2.9
// does: what that takes, refuses and quietly ignores. It does NOT evaluate anything.
package syntax

import (
	"slices"

	"github.com/sluice-gateway/sluice/internal/regex"
)

// Path is a path as it was written.
type Path struct {
	// Root is '$' or '@'.
	Root  byte
	Steps []Step
}

// Step is one step of a path.
type Step interface{ isStep() }

type (
	// Property is a name or a union of names.
	Property struct{ Names []string }
	// Index is an index or a union of indexes; negative ones count from the end.
	Index struct{ Indexes []int }
	// Slice is [from:to], each of which may be missing, not both.
	Slice struct {
		From, To       int
		HasFrom, HasTo bool
	}
	// Wildcard is * or [*].
	Wildcard struct{}
	// Scan is the descent that ".." stands for.
	Scan struct{}
	// Filter is [?(...)].
	Filter struct{ Condition Expression }
	// Function is a call such as length() or sum($.a, 1).
	Function struct {
		Name   string
		Params []Param
	}
)

func (Property) isStep() {}
func (Index) isStep()    {}
func (Slice) isStep()    {}
func (Wildcard) isStep() {}
func (Scan) isStep()     {}
func (Filter) isStep()   {}
func (Function) isStep() {}

// Param is an argument of a function: a path, or the text of a JSON document.
type Param struct {
	Path *Path
	JSON string
}

// Expression is a condition of a filter.
type Expression interface{ isExpression() }

type (
	// Logical joins conditions with && or ||.
	Logical struct {
		Or       bool
		Operands []Expression
	}
	// Not is !condition.
	Not struct{ Operand Expression }
	// Relation compares two operands, or asks for the left one's existence.
	Relation struct {
		Left  Operand
		Op    Operator
		Right Operand
	}
)

func (*Logical) isExpression()  {}
func (*Not) isExpression()      {}
func (*Relation) isExpression() {}

// Operand is one side of a relation: a path or a constant.
type Operand struct {
	Path *Path
	// Exists says that the path is asked for, not read.
	Exists bool
	// Wanted is what existence shall be.
	Wanted   bool
	Constant Constant
}

// ConstantKind says what a constant is.
type ConstantKind uint8

// The kinds of constant.
const (
	ConstantNull ConstantKind = iota
	ConstantBool
	ConstantNumber
	ConstantString
	ConstantJSON
	ConstantPattern
)

// Constant is a constant of a filter.
type Constant struct {
	Kind ConstantKind
	Bool bool
	// Text is a string's content, a number's or JSON's text.
	Text string
	// Regex matches whole texts.
	Regex *regex.Pattern
}

// Operator is a relation of a filter, as Jayway spells it.
type Operator string

// The operators.
const (
	Equal        Operator = "=="
	TypeEqual    Operator = "==="
	NotEqual     Operator = "!="
	TypeNotEqual Operator = "!=="
	Less         Operator = "<"
	LessEqual    Operator = "<="
	Greater      Operator = ">"
	GreaterEqual Operator = ">="
	Matches      Operator = "=~"
	In           Operator = "IN"
	NotIn        Operator = "NIN"
	Contains     Operator = "CONTAINS"
	All          Operator = "ALL"
	Size         Operator = "SIZE"
	Exists       Operator = "EXISTS"
	Type         Operator = "TYPE"
	Predicate    Operator = "MATCHES"
	Empty        Operator = "EMPTY"
	SubsetOf     Operator = "SUBSETOF"
	AnyOf        Operator = "ANYOF"
	NoneOf       Operator = "NONEOF"
)

const maxOperatorLength = len(SubsetOf)

func (o Operator) known() bool {
	switch o {
	case Equal, TypeEqual, NotEqual, TypeNotEqual, Less, LessEqual, Greater, GreaterEqual, Matches,
		In, NotIn, Contains, All, Size, Exists, Type, Predicate, Empty, SubsetOf, AnyOf, NoneOf:
		return true
	default:
		return false
	}
}

// Stateful reports whether Jayway's tokens change while the path is read: a descent notes indexes in what follows it, a
// function rewrites its first argument.
func (p *Path) Stateful() bool {
	for _, s := range p.Steps {
		switch s := s.(type) {
		case Scan:
			return true
		case Function:
			if len(s.Params) > 0 {
				return true
			}
		case Filter:
			if stateful(s.Condition) {
				return true
			}
		}
	}
	return false
}

func stateful(e Expression) bool {
	switch e := e.(type) {
	case *Logical:
		return slices.ContainsFunc(e.Operands, stateful)
	case *Not:
		return stateful(e.Operand)
	case *Relation:
		return e.Left.Path != nil && e.Left.Path.Stateful() || e.Right.Path != nil && e.Right.Path.Stateful()
	default:
		return false
	}
}
