package render

import "github.com/sluice-gateway/sluice/internal/vtl/ast"

// Event is one step of a rendering: a statement and what came of it.
type Event struct {
	// Offset is where the statement starts, in bytes.
	Offset int
	// Node is the statement.
	Node ast.Node
	// Value is what #set assigned, as text; "" for other statements.
	Value string
	// Output is what the statement wrote.
	Output string
}

// Tracer is told of each statement of a template that was parsed with
// Options.Trace, once it is done.
type Tracer func(Event)
