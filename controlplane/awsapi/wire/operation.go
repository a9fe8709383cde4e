// Package wire reads AWS API requests into Go structs and writes the answers:
// the codecs of the protocols rest-json, query and json 1.1, and the
// framework's own validation. The structs and tables of operations are the
// generated packages below it. It knows no operation's meaning, no server and
// no credentials.
package wire

// Operation is one entry of a service's table of operations, as AWS's model
// describes it.
type Operation struct {
	// Service is the model's name, such as "apigatewayv2", and Signing the service
	// in the credential scope, such as "apigateway".
	Service, Signing string
	// Version is the API's version, such as "2015-07-09".
	Version string
	// Protocol is rest-json, query or json.
	Protocol string
	// Name is the operation's, such as "CreateRestApi".
	Name string
	// Method and Path are the HTTP request's; Path holds labels such as
	// {restapi_id} or, for the rest of a path, {name+}.
	Method, Path string
	// Query holds what the query string must say for this operation, such as
	// mode=import.
	Query []Constant
	// Status is the HTTP status of success.
	Status int
	// Wrapper and Namespace are the result element and XML namespace of the query
	// protocol.
	Wrapper, Namespace string
	// Target is the value of X-Amz-Target in the json protocol.
	Target string
	// Errors names the exceptions that the model allows.
	Errors []string
	// NewInput and NewOutput make the empty structs, as pointers.
	NewInput, NewOutput func() any
}

// Constant is a query parameter with the value that it must have.
type Constant struct{ Name, Value string }

// Empty is the input or output of an operation that has none.
type Empty struct{}

// Exception is an error that a model names.
type Exception struct {
	// Name is the shape's; Code is what the wire says, mostly the same.
	Name, Code string
	// Status is the HTTP status, 0 where the model gives none.
	Status int
}

// Op is an Operation that knows the types of its input and output, so that a
// handler of other types does not compile.
type Op[I, O any] struct{ Operation }

// NewOp joins an operation's entry with its types.
func NewOp[I, O any](entry Operation) Op[I, O] {
	entry.NewInput = func() any { return new(I) }
	entry.NewOutput = func() any { return new(O) }
	return Op[I, O]{Operation: entry}
}

// Constraint is what the framework demands of a member before an operation
// sees it. The zero value of each field demands nothing.
type Constraint struct {
	// Member is the struct's field; empty for elements and keys.
	Member   string
	Required bool
	// Enum lists the values allowed, in the order in which errors name them.
	Enum []string
	// Pattern is a regular expression that the whole value must match.
	Pattern string
	// Min and Max bound a number's value, a text's length in characters, a blob's
	// in bytes, and the count of a list's or map's entries.
	Min, Max *int64
	// Element is demanded of each of a list's elements or a map's values, Key of a
	// map's keys.
	Element, Key *Constraint
}

// Constrained is a struct whose members have constraints.
type Constrained interface {
	// Constraints lists them in the model's order.
	Constraints() []Constraint
}

// Value is what p points to, or the zero value when it is absent.
func Value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
