package vtl_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sluice-gateway/sluice/internal/vtl"
)

// TestErrors holds the place and kind of errors.
func TestErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, template, want string
		kind                 vtl.ErrorKind
	}{
		{"a directive without its end", "a\n#if(true)\nb", "t:3:2: unexpected end of the template", vtl.ParseError},
		{"an expression that stops", "é #set($x = )", "t:1:13: unexpected ')'", vtl.ParseError},
		{"a dollar at the end", "price: $", "t:1:8: the template ends within '$'", vtl.ParseError},
		{"an index out of range", "x\n  $input.path('$.a').get(3)", "t:2:22: IndexOutOfBoundsException: Index 3 out of bounds for length 1", vtl.RuntimeError},
		{"an include", "#include('a')", "t:1:1: #include is not allowed", vtl.RuntimeError},
		{"text that is evaluated", "#evaluate($input.body)", "t:1:1: #evaluate of text that is made while rendering is not allowed", vtl.RuntimeError},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			err := render(c.template, `{"a":[1]}`)
			if err == nil || err.Error() != c.want {
				t.Fatalf("%v, want %s", err, c.want)
			}
			if bad, ok := errors.AsType[*vtl.Error](err); !ok || bad.Kind != c.kind {
				t.Errorf("%#v, want kind %v", err, c.kind)
			}
		})
	}
}

func render(template, body string) error {
	parsed, err := vtl.Parse("t", template)
	if err != nil {
		return err
	}
	_, err = parsed.Render(nil, &vtl.Env{Body: []byte(body)})
	return err
}

// TestLimits holds that nothing runs or grows without bound.
func TestLimits(t *testing.T) {
	t.Parallel()
	nested := func(n int) string { return strings.Repeat("#if(true)", n) + "x" + strings.Repeat("#end", n) }
	for name, template := range map[string]string{
		"a large template":         strings.Repeat("a", vtl.MaxTemplate+1),
		"deep directives":          nested(1000),
		"deep parentheses":         "#if(" + strings.Repeat("(", 5000) + "true" + strings.Repeat(")", 5000) + ")x#end",
		"deep lists":               "#set($x = " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + ")",
		"a long sum":               "#set($x = 1" + strings.Repeat(" + 1", 5000) + ")",
		"text that doubles":        "#set($s='aaaaaaaaaaaaaaaa')#foreach($i in [1..60])#set($s=$s+$s)#end",
		"output that grows":        "#set($s='" + strings.Repeat("a", 1000) + "')#foreach($i in [1..1000])#foreach($j in [1..1000])$s#end#end",
		"loops in loops":           "#foreach($a in [1..1000])#foreach($b in [1..1000])#foreach($c in [1..1000])#set($x=$c)#end#end#end",
		"a list within itself":     "#set($l=[])#set($x=$l.add([$l]))$l",
		"a list of lists of lists": "#set($l=[1])#foreach($i in [1..60])#set($l=[$l,$l])#end#set($m=[1])#foreach($i in [1..60])#set($m=[$m,$m])#end#if($l==$m)x#end",
		"a huge range":             "#set($l=[1..2000000000])$l.size()",
		"a macro within itself":    "#macro(m)#m()#end#m()",
		"arguments by name":        "#macro(m $a $n)#if($n>0)#m(\"$a$a\" $n)#end#end#m('x' 5)",
		"repetition":               "#set($s='aaaaaaaaaa'.repeat(1))$input.body.repeat(2000000000)",
		"a power of a power":       "#set($n=9223372036854775807)#foreach($i in [1..100])#set($n=$n*$n)#end",
		"an evil expression":       "#set($s='" + strings.Repeat("a", 5000) + "')#foreach($i in [1..1000])#set($x=$s.matches('(a*)*(a*)*(a*)*b|(?=a)x'))#end",
		"padding":                  "#set($s=$input.body.format('%1000000000d', 1))$s",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := render(template, "{}")
			if name == "a macro within itself" || name == "a list within itself" || name == "arguments by name" || name == "repetition" {
				if err == nil {
					t.Fatal("no error")
				}
				return
			}
			if bad, ok := errors.AsType[*vtl.Error](err); !ok && name != "a huge range" && name != "padding" || ok && bad.Kind != vtl.LimitError {
				t.Fatalf("%v, want a limit's error", err)
			}
		})
	}
	if err := render(nested(150), "{}"); err != nil {
		t.Errorf("150 directives deep: %v", err)
	}
}

// TestReads holds what templates are said to read.
func TestReads(t *testing.T) {
	t.Parallel()
	params := vtl.Reads{Path: true, Query: true, Header: true}
	for template, want := range map[string]vtl.Reads{
		"text $x #set($y = 1)":                         {},
		"$input.body":                                  {Body: true},
		"#if($input.path('$.a') == 1)x#end":            {Body: true},
		`"$input.json('$')"`:                           {Body: true},
		"$input.params('id')":                          params,
		"$input.params().header.Host":                  {Header: true},
		"$input.params().get('querystring').keySet()":  {Query: true},
		"$input.params()['path']":                      {Path: true},
		"#set($p = $input.params())":                   params,
		"#set($i = $input)":                            params.Union(vtl.Reads{Body: true}),
		"$context.requestId":                           {Context: true},
		"#set($context.responseOverride.status = 404)": {Overrides: true},
		"$context.requestOverride.path.x":              {Overrides: true},
		"#foreach($k in $context.keySet())$k#end":      {Context: true, Overrides: true},
		"$stageVariables.x":                            {StageVariables: true},
		"#evaluate('$stageVariables.x')":               {StageVariables: true},
		`#set($s = "a $context.stage")`:                {Context: true},
		"#macro(m)$input.body#end#m()":                 {Body: true},
	} {
		parsed, err := vtl.Parse("t", template)
		if err != nil {
			t.Fatalf("%s: %v", template, err)
		}
		if diff := cmp.Diff(want, parsed.Reads()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", template, diff)
		}
	}
}

// TestStatic tells templates that are the same for every request.
func TestStatic(t *testing.T) {
	t.Parallel()
	for template, want := range map[string]string{
		`{"statusCode": 200}`:             `{"statusCode": 200}`,
		"## a note\n{\"a\": 1}#* more *#": `{"a": 1}`,
		`#[[ $raw ]]#`:                    ` $raw `,
		"":                                "",
		"costs 5 $ a piece":               "costs 5 $ a piece",
	} {
		parsed, err := vtl.Parse("t", template)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := parsed.Static(); !ok || got != want {
			t.Errorf("%q is %q, %v; want %q", template, got, ok, want)
		}
	}
	for _, template := range []string{"$x", "#set($a = 1)", "#if(true)a#end", `\$x`, "#m()"} {
		parsed, err := vtl.Parse("t", template)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := parsed.Static(); ok && template != "#m()" {
			t.Errorf("%q is said to be static", template)
		}
	}
}

// TestOverrides holds what the exchange learns of overrides, and that one template
// reads what another set.
func TestOverrides(t *testing.T) {
	t.Parallel()
	var overrides vtl.Overrides
	first, err := vtl.Parse("request", `#set($context.requestOverride.header.X-A = 'a')#set($context.requestOverride.querystring.q = ['1', 2])`+
		`#set($context.requestOverride.path.id = $input.path('$.id'))#set($context.responseOverride.status = 404)#set($context.responseOverride.header['k'] = $input.path('$').keySet())`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := first.Render(nil, &vtl.Env{Body: []byte(`{"id":7}`), Overrides: &overrides}); err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for name, values := range overrides.RequestHeaders() {
		got["header "+name] = values
	}
	for name, values := range overrides.RequestQuery() {
		got["query "+name] = values
	}
	for name, values := range overrides.RequestPath() {
		got["path "+name] = values
	}
	for name, values := range overrides.ResponseHeaders() {
		got["response "+name] = values
	}
	want := map[string][]string{"header X-A": {"a"}, "query q": {"1", "2"}, "path id": {"7"}, "response k": {"id"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("overrides (-want +got):\n%s", diff)
	}
	if status, ok := overrides.Status(); !ok || status != 404 {
		t.Errorf("status %d %v, want 404", status, ok)
	}
	second, err := vtl.Parse("response", `$context.requestOverride.path.id $context.responseOverride.status`)
	if err != nil {
		t.Fatal(err)
	}
	out, err := second.Render(nil, &vtl.Env{Overrides: &overrides})
	if err != nil || string(out) != "7 404" {
		t.Errorf("the second template rendered %q, %v", out, err)
	}
}
