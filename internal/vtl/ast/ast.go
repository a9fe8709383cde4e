// Package ast is the tree of a mapping template: what the parser yields and the
// compiler and the linter walk. It holds no behaviour and no source text beyond
// that of its nodes. Positions are byte offsets into the template.
package ast

// Node is a statement, an expression or an argument of a directive; the types of
// this package are all there are.
type Node interface {
	// Pos is where the node starts.
	Pos() int
	sealed()
}

// At is a position; nodes embed it.
type At int

// Pos gives the position.
func (a At) Pos() int { return int(a) }

func (At) sealed() {}

// Block is a sequence of statements.
type Block []Node

// Text is output as it stands: text, escapes, unparsed blocks.
type Text struct {
	At
	Text string
}

// Reference is $name with what follows it.
type Reference struct {
	At
	// Name is the variable.
	Name string
	// Path is what follows the name.
	Path []Step
	// Before is printed ahead of the value: half of the backslashes, and dollars
	// that belong to no reference.
	Before string
	// Escaped references print Source instead of their value.
	Escaped bool
	// Source is the reference as written, for escaped ones and for blocks that
	// nest too deep; empty for quiet ones.
	Source string
	// Runt is a name without its dollar, which 1.7's lexer makes of text right
	// behind a method call: it prints as Name and its value is null.
	Runt bool
	// Fixed references ($\!name) print Source and have the value null.
	Fixed bool
	// Key is the name that #set and #define write to. It is Name but for ${name}
	// and $!name, where 1.7 takes the characters behind the dollar.
	Key string
	// End is where the reference ends.
	End int
}

// Step is one part of a reference's path: Property, Method or Index.
type Step interface {
	Node
	step()
}

// Property is .name.
type Property struct {
	At
	Name string
}

// Method is .name(arguments).
type Method struct {
	At
	Name string
	Args []Node
}

// Index is [argument].
type Index struct {
	At
	Arg Node
}

func (*Property) step() {}
func (*Method) step()   {}
func (*Index) step()    {}

// Set is #set(target = value).
type Set struct {
	At
	Target *Reference
	Value  Node
	// End is where the directive ends.
	End int
}

// If is #if … #elseif … #else … #end.
type If struct {
	At
	Arms []Arm
	End  int
}

// Arm is one branch of an If; the condition of #else is nil.
type Arm struct {
	At
	Condition Node
	Body      Block
}

// Foreach is #foreach(arguments) body #end. A well-formed one has the arguments
// reference, word, expression.
type Foreach struct {
	At
	Args []Node
	Body Block
	End  int
}

// Define is #define(reference) body #end.
type Define struct {
	At
	Key  string
	Body Block
}

// Macro is #macro(name parameters) body #end.
type Macro struct {
	At
	Name   string
	Params []string
	Body   Block
}

// Call is #name(arguments), a macro's call or mere text when there is no such
// macro, and #@name(arguments) body #end.
type Call struct {
	At
	Name string
	Args []Node
	// Literals are the arguments' sources.
	Literals []string
	// Block says that there is a body.
	Block bool
	Body  Block
	// Source is printed when there is no such macro.
	Source string
}

// Break is #break or #break(scope).
type Break struct {
	At
	Scope Node
}

// Stop is #stop.
type Stop struct{ At }

// Evaluate is #evaluate(argument).
type Evaluate struct {
	At
	Arg Node
}

// Refused is a directive that API Gateway cannot have: #include and #parse. It is
// an error once it is reached.
type Refused struct {
	At
	Name string
}

// Word is a bare word among a directive's arguments.
type Word struct {
	At
	Text string
}

// String is a string literal; Parts is nil for one that is constant.
type String struct {
	At
	Text  string
	Parts Block
	// Keep says that the last character of the rendered parts stays: 1.7 parses
	// strings with a blank added, but for those that hold ##.
	Keep bool
}

// Integer is an integer literal of any size.
type Integer struct {
	At
	Text string
}

// Float is a floating-point literal.
type Float struct {
	At
	Text string
}

// Bool is true or false.
type Bool struct {
	At
	Value bool
}

// Range is [from..to].
type Range struct {
	At
	From, To Node
	// Literal is its source.
	Literal string
}

// List is [elements].
type List struct {
	At
	Elements []Node
}

// Map is {key: value}.
type Map struct {
	At
	Keys, Values []Node
}

// Operator is a binary operator.
type Operator uint8

// The binary operators.
const (
	Or Operator = iota
	And
	Equal
	NotEqual
	Less
	Greater
	LessEqual
	GreaterEqual
	Add
	Subtract
	Multiply
	Divide
	Modulo
)

// String gives the operator's sign.
func (o Operator) String() string {
	return [...]string{"||", "&&", "==", "!=", "<", ">", "<=", ">=", "+", "-", "*", "/", "%"}[o]
}

// Binary is left operator right.
type Binary struct {
	At
	Operator    Operator
	Left, Right Node
	// Literal is what 1.7 takes for its source: the text behind the operator.
	Literal string
}

// Not is !operand.
type Not struct {
	At
	Operand Node
}

// Group is an expression in parentheses or the whole of a condition.
type Group struct {
	At
	Inner Node
	// Literal is its source without the parentheses.
	Literal string
}
