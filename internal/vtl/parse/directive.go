package parse

import (
	"strings"

	"github.com/sluice-gateway/sluice/internal/vtl/ast"
)

// conditional reads #if up to its #end.
func (p *parser) conditional() ast.Node {
	node := &ast.If{At: p.pos()}
	p.take(ifDirective)
	node.Arms = append(node.Arms, p.arm(node.At))
	for p.err == nil && p.peek(0) == elseifDirective {
		at := p.pos()
		p.take(elseifDirective)
		node.Arms = append(node.Arms, p.arm(at))
	}
	if p.err == nil && p.peek(0) == elseDirective {
		at := p.pos()
		p.take(elseDirective)
		node.Arms = append(node.Arms, ast.Arm{At: at, Body: p.block()})
	}
	node.End = p.base + int(p.take(end).end)
	return node
}

// arm reads a condition and what belongs to it.
func (p *parser) arm(at ast.At) ast.Arm {
	p.skip(whitespace)
	p.take(parenOpen)
	condition := p.expression()
	p.take(parenClose)
	return ast.Arm{At: at, Condition: condition, Body: p.block()}
}

func (p *parser) set() ast.Node {
	node := &ast.Set{At: p.pos()}
	start := p.take(setDirective)
	node.At += ast.At(strings.IndexByte(p.image(start), '#'))
	p.skip(whitespace)
	if k := p.peek(0); k != identifier && k != refOpen {
		p.unexpected()
		return node
	}
	node.Target = p.reference()
	p.skip(whitespace)
	p.take(assign)
	node.Value = p.expression()
	node.End = p.base + int(p.take(parenClose).end)
	p.lexer.setting = false
	return node
}

// call is a directive as read, before it is known what it is.
type call struct {
	at          ast.At
	name        string
	first, last int
	args        []ast.Node
	// keys are the first tokens of the arguments, by index.
	keys []int
	// literals are the arguments' sources.
	literals []string
	parens   bool
	block    bool
	body     ast.Block
	// inner is the first token of the body.
	inner int
}

// directive reads #name, with arguments when a parenthesis follows and with a
// body when it is of the kind that has one.
func (p *parser) directive() ast.Node {
	c := call{at: p.pos(), first: p.at}
	if p.err != nil {
		return nil
	}
	t := p.tokens[p.at]
	image := p.image(&t)
	c.name = image[1:]
	if t.kind == bracketedWord {
		c.name = image[2 : len(image)-1]
	}
	p.at++
	block := c.name == "foreach" || c.name == "macro" || c.name == "literal" || c.name == "define" || strings.HasPrefix(c.name, "@")
	p.lexer.state = inDirective
	if !p.parenthesis() {
		if c.name == "macro" {
			p.fail(int(c.at), "#macro needs a name in parentheses")
			return nil
		}
		p.lexer.pop()
		c.last = p.at
		return p.finish(&c)
	}
	c.parens = true
	p.skip(whitespace)
	p.take(parenOpen)
	p.arguments(&c)
	p.take(parenClose)
	c.last = p.at
	if block && p.err == nil {
		c.block = true
		p.peek(0)
		c.inner = p.at
		c.body = p.block()
		p.take(end)
		c.last = p.at
	}
	if p.err != nil {
		return nil
	}
	return p.finish(&c)
}

// parenthesis looks for an opening one behind blanks and newlines.
func (p *parser) parenthesis() bool {
	rest := p.lexer.src[p.lexer.pos:]
	i := 0
	for i < len(rest) && strings.IndexByte(" \t\r\n", rest[i]) >= 0 {
		i++
	}
	return i < len(rest) && rest[i] == '('
}

// arguments reads the arguments of a directive; commas between them are optional.
func (p *parser) arguments(c *call) {
	for p.err == nil {
		n := 0
		if p.peek(n) == whitespace {
			n++
		}
		if p.peek(n) == comma {
			// A comma promises an argument.
		} else if !startsArgument(p.peek(n)) {
			p.skip(whitespace)
			return
		}
		p.skip(whitespace)
		if p.skip(comma) {
			p.skip(whitespace)
		}
		c.keys = append(c.keys, p.at)
		first := p.at
		c.args = append(c.args, p.argument(c))
		c.literals = append(c.literals, p.between(first))
	}
}

func startsArgument(k kind) bool { return k == word || (startsParameter(k) && k != whitespace) }

func (p *parser) argument(c *call) ast.Node {
	at := p.pos()
	if p.peek(0) != word {
		if c.name == "macro" && len(c.args) == 0 {
			p.fail(int(at), "the first argument of #macro must be a name")
			return nil
		}
		return p.operand()
	}
	text := p.image(p.take(word))
	allowed := !pluggable(c.name) || (c.name == "macro" && len(c.args) == 0) || (c.name == "foreach" && len(c.args) == 1)
	if !allowed {
		p.fail(int(at), "a word cannot be an argument of #"+c.name)
	}
	return &ast.Word{At: at, Text: text}
}

// key is what the first token of an argument says behind its first character.
func (p *parser) key(c *call, i int) string {
	if ref, ok := c.args[i].(*ast.Reference); ok {
		return ref.Key
	}
	image := p.image(&p.tokens[c.keys[i]])
	return image[1:]
}

// source is the directive as 1.7 prints one that it does not know.
func (p *parser) source(c *call) string {
	var b strings.Builder
	for i := c.first; i < c.last; i++ {
		b.WriteString(p.image(&p.tokens[i]))
	}
	return b.String()
}

// finish makes the node of a directive.
func (p *parser) finish(c *call) ast.Node {
	switch c.name {
	case "foreach":
		return p.foreach(c)
	case "macro":
		return p.macro(c)
	case "define":
		if len(c.args) != 1 || !c.block {
			p.fail(int(c.at), "#define needs one argument, the block's name")
			return nil
		}
		return &ast.Define{At: c.at, Key: p.key(c, 0), Body: c.body}
	case "literal":
		return p.unparsed(c)
	case "break", "stop":
		return p.leaving(c)
	case "evaluate":
		return p.evaluate(c)
	case "include", "parse":
		if c.name == "include" && len(c.args) == 0 {
			return nil
		}
		return &ast.Refused{At: c.at, Name: c.name}
	}
	node := &ast.Call{At: c.at, Name: c.name, Args: c.args, Literals: c.literals, Block: c.block, Body: c.body, Source: p.source(c)}
	if strings.HasPrefix(c.name, "@") {
		if !c.block {
			return &ast.Text{At: c.at, Text: "#" + c.name}
		}
		node.Name = c.name[1:]
	}
	return node
}

func (p *parser) foreach(c *call) ast.Node {
	if !c.block {
		p.fail(int(c.at), "#foreach needs arguments: #foreach($item in $list)")
		return nil
	}
	end := p.base + int(p.tokens[c.last-1].end)
	return &ast.Foreach{At: c.at, Args: c.args, Body: c.body, End: end}
}

func (p *parser) macro(c *call) ast.Node {
	if len(c.args) == 0 {
		p.fail(int(c.at), "the first argument of #macro must be a name")
		return nil
	}
	node := &ast.Macro{At: c.at, Name: p.image(&p.tokens[c.keys[0]]), Body: c.body}
	p.macros[node.Name] = true
	for i := 1; i < len(c.args); i++ {
		name := p.image(&p.tokens[c.keys[i]])
		node.Params = append(node.Params, strings.TrimPrefix(name, "$"))
	}
	return node
}

// unparsed is #literal: it prints the source of its first argument, or else of
// its body, whose syntax must be right all the same.
func (p *parser) unparsed(c *call) ast.Node {
	if !c.block {
		p.fail(int(c.at), "#literal needs parentheses and a body")
		return nil
	}
	if len(c.args) > 0 {
		return &ast.Text{At: c.at, Text: c.literals[0]}
	}
	from, to := c.inner, c.last-1
	if from == to {
		p.fail(int(c.at), "#literal needs a body")
		return nil
	}
	var b strings.Builder
	for i := from; i < to; i++ {
		b.WriteString(p.literal(&p.tokens[i]))
	}
	return &ast.Text{At: c.at, Text: b.String()}
}

// leaving is #break or #stop.
func (p *parser) leaving(c *call) ast.Node {
	if len(c.args) > 1 {
		p.fail(int(c.at), "#"+c.name+" takes at most one argument")
		return nil
	}
	if c.name == "stop" {
		return &ast.Stop{At: c.at}
	}
	node := &ast.Break{At: c.at}
	if len(c.args) == 1 {
		node.Scope = c.args[0]
	}
	return node
}

func (p *parser) evaluate(c *call) ast.Node {
	if len(c.args) != 1 {
		p.fail(int(c.at), "#evaluate takes exactly one argument")
		return nil
	}
	switch c.args[0].(type) {
	case *ast.String, *ast.Reference:
		return &ast.Evaluate{At: c.at, Arg: c.args[0]}
	default:
		p.fail(c.args[0].Pos(), "the argument of #evaluate must be a string or a reference")
		return nil
	}
}
