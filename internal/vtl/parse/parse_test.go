package parse_test

import (
	"errors"
	"testing"

	"github.com/sluice-gateway/sluice/internal/vtl/ast"
	"github.com/sluice-gateway/sluice/internal/vtl/parse"
)

// FuzzTemplate parses any text: no panic, errors with a place within the text, and
// positions of nodes within it too.
func FuzzTemplate(f *testing.F) {
	for _, seed := range []string{
		"$a", "${a.b[0].c('x', [1..3], {'k': 1.5})}", `\\$!{a}`, "#if($a && !true)x#elseif(1 <= 2)y#else z#end", "#foreach($i in [1,2])$i#end ##\n", "#set( $x = \"a $y #if(true)b#end\" )",
		"#macro(m $a)$a#end#m('x')#@m()b#end", "#[[ raw ]]# #* c *# #** d *#", `\#if \\#set`, "$x[", "$", "#", "$!", "a.b #5 -.5e3 #{else}", `#set($x = "\u0041""b")`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, src string) {
		tree, err := parse.Template(src)
		if err != nil {
			bad, ok := errors.AsType[*parse.Error](err)
			if !ok || bad.Offset < 0 || bad.Offset > 2*len(src)+2 {
				t.Fatalf("%#v", err)
			}
			return
		}
		ast.Walk(tree, func(n ast.Node) {
			if n.Pos() < 0 {
				t.Fatalf("%T at %d", n, n.Pos())
			}
		})
	})
}
