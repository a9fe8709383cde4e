package tool

import (
	"fmt"
	"io"
	"strings"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/vtl"
	"github.com/sluice-gateway/sluice/internal/vtl/ast"
)

// Render writes the output of a template and, to notes, the overrides that it set
// as JSON. Options are as the gateway has them: #evaluate takes only constant text.
func Render(name, text string, request *Request, out, notes io.Writer) error {
	t, err := vtl.Parse(name, text)
	if err != nil {
		return fmt.Errorf("the template does not parse: %w", err)
	}
	env := request.Env()
	output, err := t.Render(nil, env)
	if err != nil {
		return fmt.Errorf("the rendering failed: %w", err)
	}
	if _, err := out.Write(output); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	set := env.Overrides.Object()
	if set == nil {
		return nil
	}
	overrides, err := jsonvalue.FromObject(set).JSON(jsonvalue.Verbatim)
	if err != nil {
		return fmt.Errorf("the overrides: %w", err)
	}
	if _, err := fmt.Fprintf(notes, "overrides: %s\n", overrides); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}

// Trace writes what each statement of a template did, in the order in which they
// were done: the line, the statement, and the value or the text that came of it.
func Trace(name, text string, request *Request, out io.Writer) error {
	t, err := vtl.ParseWith(name, text, vtl.Options{Trace: true})
	if err != nil {
		return fmt.Errorf("the template does not parse: %w", err)
	}
	var b strings.Builder
	_, err = t.RenderTraced(nil, request.Env(), func(e vtl.Event) { traceLine(&b, text, e) })
	if _, err := io.WriteString(out, b.String()); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	if err != nil {
		return fmt.Errorf("the rendering failed: %w", err)
	}
	return nil
}

// traceLine writes one statement. Plain text says nothing and is left out.
func traceLine(b *strings.Builder, text string, e vtl.Event) {
	if _, ok := e.Node.(*ast.Text); ok {
		return
	}
	line := 1 + strings.Count(text[:min(e.Offset, len(text))], "\n")
	shown := e.Output
	if _, ok := e.Node.(*ast.Set); ok {
		shown = e.Value
	}
	fmt.Fprintf(b, "%4d  %-40s → %s\n", line, source(text, e), short(fmt.Sprintf("%q", shown), maxShown))
}

// maxShown bounds what a line of a trace shows.
const maxShown = 120

// source is the statement as written, its first line and no body.
func source(text string, e vtl.Event) string {
	end := len(text)
	switch n := e.Node.(type) {
	case *ast.Reference:
		end = n.End
	case *ast.Set:
		end = n.End
	default:
		if i := strings.IndexByte(text[e.Offset:], ')'); i >= 0 {
			end = e.Offset + i + 1
		}
	}
	end = max(min(end, len(text)), min(e.Offset, len(text)))
	line, _, _ := strings.Cut(text[min(e.Offset, len(text)):end], "\n")
	return short(strings.TrimSpace(line), 60)
}

// short cuts a text to a length in characters.
func short(s string, most int) string {
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most-1]) + "…"
}
