package tool

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/vtl"
	"github.com/sluice-gateway/sluice/internal/vtl/ast"
)

// Finding is something in a template that is likely not meant.
type Finding struct {
	// Line and Column count from 1.
	Line, Column int
	// Rule is the check's name.
	Rule    string
	Message string
}

// The checks.
const (
	ruleApostrophe  = "apostrophe"
	ruleNeverSet    = "never-set"
	ruleUnreachable = "unreachable"
	ruleDropped     = "dropped"
	ruleRefused     = "refused"
	ruleNotJSON     = "not-json"
)

// Lint looks for what parses and renders but does something else than its author
// means. The content type is that of the output; with a request the template is
// rendered and the output looked at too.
func Lint(name, text, contentType string, request *Request) ([]Finding, error) {
	t, err := vtl.Parse(name, text)
	if err != nil {
		return nil, fmt.Errorf("the template does not parse: %w", err)
	}
	isJSON := strings.Contains(contentType, "json")
	l := &linter{text: text, set: map[string]bool{}, json: isJSON}
	ast.Walk(t.Tree(), l.collect)
	ast.Walk(t.Tree(), l.check)
	l.block(t.Tree())
	if isJSON {
		l.output(t, request)
	}
	slices.SortStableFunc(l.findings, func(a, b Finding) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	return slices.Compact(l.findings), nil
}

type linter struct {
	text     string
	set      map[string]bool
	macros   []string
	json     bool
	findings []Finding
}

func (l *linter) add(offset int, rule, message string) {
	before := l.text[:max(min(offset, len(l.text)), 0)]
	start := strings.LastIndexByte(before, '\n') + 1
	l.findings = append(l.findings, Finding{
		Line: 1 + strings.Count(before, "\n"), Column: 1 + len([]rune(before[start:])), Rule: rule, Message: message,
	})
}

// collect finds the names that a template sets.
func (l *linter) collect(n ast.Node) {
	switch n := n.(type) {
	case *ast.Set:
		l.set[n.Target.Name] = true
	case *ast.Foreach:
		if len(n.Args) > 0 {
			if r, ok := n.Args[0].(*ast.Reference); ok {
				l.set[r.Name] = true
			}
		}
	case *ast.Define:
		l.set[n.Key] = true
	case *ast.Macro:
		l.macros = append(l.macros, n.Name)
		for _, p := range n.Params {
			l.set[p] = true
		}
	}
}

// given are the variables that a template has from the start or in loops and
// macros.
func given(name string) bool {
	switch name {
	case "input", "context", "util", "stageVariables", "foreach", "velocityCount", "velocityHasNext", "bodyContent":
		return true
	default:
		return false
	}
}

func (l *linter) check(n ast.Node) {
	switch n := n.(type) {
	case *ast.Reference:
		l.reference(n)
	case *ast.Call:
		if !slices.Contains(l.macros, n.Name) && n.Name != "" {
			l.add(n.Pos(), ruleDropped, "there is no directive or macro #"+n.Name+": it is printed as it stands")
		}
	case *ast.Refused:
		l.add(n.Pos(), ruleRefused, "#"+n.Name+" ends the rendering: a mapping template has no other templates")
	case *ast.Evaluate:
		l.add(n.Pos(), ruleRefused, "#evaluate is not known to work on API Gateway")
	case *ast.Macro:
		l.add(n.Pos(), ruleRefused, "#macro is reported not to work on API Gateway")
	}
}

func (l *linter) reference(r *ast.Reference) {
	switch {
	case r.Runt:
		l.add(r.Pos(), ruleDropped, "'"+r.Name+"' is taken for a reference without a dollar: put a reference before it in ${…}")
	case !given(r.Name) && !l.set[r.Name] && !r.Escaped && !r.Fixed:
		l.add(r.Pos(), ruleNeverSet, "$"+r.Name+" is never set: it reads as the empty text")
	case r.Name == "util":
		l.member(r, "$util", "escapeJavaScript", "parseJson", "urlEncode", "urlDecode", "base64Encode", "base64Decode")
		l.apostrophe(r)
	case r.Name == "input":
		l.member(r, "$input", "body", "json", "path", "params")
	}
}

// member finds what our variables do not have.
func (l *linter) member(r *ast.Reference, root string, known ...string) {
	if len(r.Path) == 0 {
		return
	}
	name := ""
	switch s := r.Path[0].(type) {
	case *ast.Property:
		name = s.Name
	case *ast.Method:
		name = s.Name
	}
	if !slices.Contains(known, name) {
		l.add(r.Path[0].Pos(), ruleDropped, root+"."+name+" does not exist: it reads as the empty text")
	}
}

// apostrophe finds escapeJavaScript within JSON without the usual repair.
func (l *linter) apostrophe(r *ast.Reference) {
	m, ok := r.Path[0].(*ast.Method)
	if !ok || m.Name != "escapeJavaScript" || !l.json {
		return
	}
	for _, s := range r.Path[1:] {
		if m, ok := s.(*ast.Method); ok && (m.Name == "replaceAll" || m.Name == "replace") {
			return
		}
	}
	l.add(r.Pos(), ruleApostrophe, `an apostrophe becomes \', which JSON does not know: add .replaceAll("\\'", "'")`)
}

// block looks for statements that are never reached.
func (l *linter) block(block ast.Block) {
	left := ""
	for _, n := range block {
		if text, ok := n.(*ast.Text); left != "" && (!ok || strings.TrimSpace(text.Text) != "") {
			l.add(n.Pos(), ruleUnreachable, "nothing after "+left+" is reached")
			left = ""
		}
		switch n := n.(type) {
		case *ast.If:
			l.branches(n)
		case *ast.Foreach:
			l.block(n.Body)
		case *ast.Define:
			l.block(n.Body)
		case *ast.Macro:
			l.block(n.Body)
		case *ast.Break:
			left = "#break"
		case *ast.Stop:
			left = "#stop"
		}
	}
}

// branches looks for conditions whose outcome is known.
func (l *linter) branches(n *ast.If) {
	taken := false
	for _, arm := range n.Arms {
		holds, known := l.constant(arm.Condition)
		switch {
		case taken:
			l.add(arm.Pos(), ruleUnreachable, "a branch before this one is always taken")
		case known && !holds:
			l.add(arm.Pos(), ruleUnreachable, "this condition never holds: of literals only true does")
		case known && holds && arm.Condition != nil:
			taken = true
		}
		l.block(arm.Body)
	}
}

// constant tells what a condition gives whatever the request. A reference holds
// unless it is false, which a text never is.
func (l *linter) constant(n ast.Node) (holds, known bool) {
	switch n := n.(type) {
	case nil:
		return true, true
	case *ast.Group:
		return l.constant(n.Inner)
	case *ast.Not:
		holds, known := l.constant(n.Operand)
		return !holds, known
	case *ast.Bool:
		return n.Value, true
	case *ast.String, *ast.Integer, *ast.Float, *ast.List, *ast.Map, *ast.Range:
		return false, true
	case *ast.Reference:
		return true, !given(n.Name) && !l.set[n.Name]
	case *ast.Binary:
		return false, n.Operator >= ast.Add
	default:
		return false, false
	}
}

// output holds the rendered output against the content type.
func (l *linter) output(t *vtl.Template, request *Request) {
	out, static := t.Static()
	if !static {
		if request == nil {
			return
		}
		rendered, err := t.Render(nil, request.Env())
		if err != nil {
			l.add(0, ruleNotJSON, "the rendering fails: "+err.Error())
			return
		}
		out = string(rendered)
	}
	if _, err := jsonvalue.ParseString(out, jsonvalue.Options{}); err != nil && strings.TrimSpace(out) != "" {
		l.add(0, ruleNotJSON, "the output is not JSON: "+err.Error()+": "+short(out, maxShown))
	}
}

// Report writes findings as pictures and tells whether there were any.
func Report(name, text string, findings []Finding) string {
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&b, "%s:%d:%d: %s (%s)\n%s", name, f.Line, f.Column, f.Message, f.Rule, caret(text, f.Line, f.Column))
	}
	return b.String()
}
