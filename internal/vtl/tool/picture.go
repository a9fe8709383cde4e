package tool

import (
	"errors"
	"fmt"
	"strings"

	"github.com/sluice-gateway/sluice/internal/vtl"
)

// Picture shows an error with the line that it is in and a caret under the place.
// An error without a place is shown as it is.
func Picture(text string, err error) string {
	bad, ok := errors.AsType[*vtl.Error](err)
	if !ok {
		return err.Error()
	}
	return fmt.Sprintf("%s: %s error\n%s", bad.Error(), bad.Kind, caret(text, bad.Line, bad.Column))
}

// around is the number of lines shown before the one in question.
const around = 1

// caret draws a line of a text and a caret under one of its columns.
func caret(text string, line, column int) string {
	lines := strings.Split(text, "\n")
	if line < 1 || line > len(lines) {
		return ""
	}
	var b strings.Builder
	width := len(fmt.Sprint(line))
	for n := max(line-around, 1); n <= line; n++ {
		fmt.Fprintf(&b, " %*d | %s\n", width, n, strings.TrimSuffix(lines[n-1], "\r"))
	}
	fmt.Fprintf(&b, " %*s | %s^\n", width, "", indent(lines[line-1], column))
	return b.String()
}

// indent gives what stands above the columns before one: tabs stay tabs, so that
// the caret stands right whatever a tab's width.
func indent(line string, column int) string {
	var b strings.Builder
	for _, r := range line {
		if column--; column <= 0 {
			break
		}
		if r == '\t' {
			b.WriteByte('\t')
		} else {
			b.WriteByte(' ')
		}
	}
	for ; column > 1; column-- {
		b.WriteByte(' ')
	}
	return b.String()
}
