package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/sluice-gateway/sluice/internal/vtl/tool"
)

// vtlCommand is the workbench for mapping templates; the work is in
// internal/vtl/tool.
type vtlCommand struct {
	Render vtlRenderCommand `cmd:"" help:"Render a template with a request; overrides go to standard error."`
	Lint   vtlLintCommand   `cmd:"" help:"Look for what a template likely does not mean."`
	Trace  vtlTraceCommand  `cmd:"" help:"Show what each statement of a template does."`
	Batch  vtlBatchCommand  `cmd:"" help:"Answer cases as JSON lines on standard input: templates and JSON paths."`
	Bench  vtlBenchCommand  `cmd:"" help:"Measure templates given as JSON lines on standard input."`
}

// vtlFiles are a template and the request that it is rendered with.
type vtlFiles struct {
	Template string `arg:"" type:"existingfile" help:"File of the template."`
	Request  string `arg:"" optional:"" type:"existingfile" help:"JSON file: an object with body, headers, query, path, context and stageVariables, each optional."`
}

// read gives the template's text and the request, which is nil when none is named.
func (f vtlFiles) read() (string, *tool.Request, error) {
	text, err := os.ReadFile(f.Template)
	if err != nil {
		return "", nil, fmt.Errorf("the template: %w", err)
	}
	if f.Request == "" {
		return string(text), nil, nil
	}
	content, err := os.ReadFile(f.Request)
	if err != nil {
		return "", nil, fmt.Errorf("the request: %w", err)
	}
	request, err := tool.ParseRequest(content)
	return string(text), request, err
}

// pictured shows an error's place in the template.
func pictured(text string, err error) error {
	if err == nil {
		return nil
	}
	return errors.New(tool.Picture(text, err))
}

// vtlRenderCommand renders a template.
type vtlRenderCommand struct {
	vtlFiles
}

// Run implements the command.
func (c vtlRenderCommand) Run() error {
	text, request, err := c.read()
	if err != nil {
		return err
	}
	return pictured(text, tool.Render(c.Template, text, orEmpty(request), os.Stdout, os.Stderr))
}

// orEmpty gives an empty request in place of none.
func orEmpty(request *tool.Request) *tool.Request {
	if request == nil {
		return &tool.Request{}
	}
	return request
}

// vtlTraceCommand traces a template.
type vtlTraceCommand struct {
	vtlFiles
}

// Run implements the command.
func (c vtlTraceCommand) Run() error {
	text, request, err := c.read()
	if err != nil {
		return err
	}
	return pictured(text, tool.Trace(c.Template, text, orEmpty(request), os.Stdout))
}

// vtlLintCommand checks a template.
type vtlLintCommand struct {
	vtlFiles
	Type string `help:"Content type of the output." default:"application/json"`
}

// errFindings says that a template was found wanting.
var errFindings = errors.New("the template has findings")

// Run implements the command.
func (c vtlLintCommand) Run() error {
	text, request, err := c.read()
	if err != nil {
		return err
	}
	findings, err := tool.Lint(c.Template, text, c.Type, request)
	if err != nil {
		return pictured(text, err)
	}
	fmt.Print(tool.Report(c.Template, text, findings))
	if len(findings) > 0 {
		return errFindings
	}
	return nil
}

// vtlBatchCommand answers cases.
type vtlBatchCommand struct{}

// Run implements the command.
func (vtlBatchCommand) Run() error { return tool.Batch(os.Stdin, os.Stdout) }

// vtlBenchCommand measures cases.
type vtlBenchCommand struct{}

// Run implements the command.
func (vtlBenchCommand) Run() error { return tool.Bench(os.Stdin, os.Stdout) }
