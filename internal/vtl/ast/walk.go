package ast

// Walk visits every node in the order in which Velocity initialises them:
// children before directives, texts within strings too.
func Walk(block Block, visit func(Node)) {
	for _, n := range block {
		walk(n, visit)
	}
}

func walk(n Node, visit func(Node)) {
	switch n := n.(type) {
	case nil:
		return
	case *Reference:
		for _, s := range n.Path {
			walk(s, visit)
		}
	case *Method:
		all(n.Args, visit)
	case *Index:
		walk(n.Arg, visit)
	case *Set:
		walk(n.Target, visit)
		walk(n.Value, visit)
	case *If:
		for _, arm := range n.Arms {
			if arm.Condition != nil {
				walk(arm.Condition, visit)
			}
			Walk(arm.Body, visit)
		}
	case *Foreach:
		all(n.Args, visit)
		Walk(n.Body, visit)
	case *Define:
		Walk(n.Body, visit)
	case *Macro:
		Walk(n.Body, visit)
	case *Call:
		all(n.Args, visit)
		Walk(n.Body, visit)
	case *Break:
		if n.Scope != nil {
			walk(n.Scope, visit)
		}
	case *Evaluate:
		walk(n.Arg, visit)
	case *String:
		Walk(n.Parts, visit)
	case *Range:
		walk(n.From, visit)
		walk(n.To, visit)
	case *List:
		all(n.Elements, visit)
	case *Map:
		for i := range n.Keys {
			walk(n.Keys[i], visit)
			walk(n.Values[i], visit)
		}
	case *Binary:
		walk(n.Left, visit)
		walk(n.Right, visit)
	case *Not:
		walk(n.Operand, visit)
	case *Group:
		walk(n.Inner, visit)
	}
	visit(n)
}

func all(nodes []Node, visit func(Node)) {
	for _, n := range nodes {
		walk(n, visit)
	}
}

// ConstantText gives a node's text when it is a string literal that nothing is put
// into.
func ConstantText(n Node) (string, bool) {
	s, ok := n.(*String)
	if !ok || s.Parts != nil {
		return "", false
	}
	return s.Text, true
}
