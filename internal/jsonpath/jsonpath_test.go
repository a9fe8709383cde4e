package jsonpath

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

func parse(t testing.TB, s string) jsonvalue.Value {
	t.Helper()
	v, err := jsonvalue.ParseString(s, jsonvalue.Options{Lenient: true})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func compile(t testing.TB, s string) *Path {
	t.Helper()
	p, err := Compile(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestQuirks holds what surprises: each was seen at Jayway 2.9.
func TestQuirks(t *testing.T) {
	t.Parallel()
	const doc = `{"a":[{"b":1,"c":"x"},{"b":2}],"d":[3,4],"e":{"f":"$.a","g":null},"h":"text","i":[7]}`
	for _, c := range []struct{ path, want string }{
		{`$..[0].b`, `[1]`},
		{`$..[*].b`, `[]`},
		{`$..b`, `[1,2]`},
		{`$.d[0]x`, `3`},
		{`$.d[0:9:5]`, `[3,4]`},
		{`$.d[-1:]`, `[4]`},
		{`$.d[0,-1,9]`, `[3,4]`},
		{`$['h','zz']`, `{"h":"text"}`},
		{`$.a[?(@.b=='2')].b`, `[2]`},
		{`$.a[?(@.c)].b`, `[1]`},
		{`$.a[?(!@.c)].b`, `[2]`},
		{`$.a[?(@.b in [2,'1'])].b`, `[1,2]`},
		{`$.a[?(@.c =~ /X/i)].b`, `[1]`},
		{`$.a[?(@.c =~ /(?=x).*/)].b`, `[1]`},
		{`$.a[?(@.b == $.a[1].b)].b`, `[2]`},
		{`$.a[?(@.b ALL [1])].b`, `[]`},
		{`$.d.sum()`, `7.0`},
		{`$.max($.d)`, `4.0`},
		{`$.d.length()`, `2`},
		{`$..d.length()`, `2`},
		{`$.h.length()`, `null`},
		{`$.e.keys()`, `["f","g"]`},
		{`$.d.first()`, `3`},
		{`$.d.index(1)`, `4`},
		{`$.concat($.h,"-",$.d)`, `"text-34"`},
		{`$.d.append(5)`, `[3,4,5]`},
		{`h`, `"text"`},
		{`$.e.g`, `null`},
		{`$.d[?(@>3)]`, `[4]`},
		{`$.e[?(@.f)]`, `[{"f":"$.a","g":null}]`},
		{`$[?(@.f)]`, `[]`},
	} {
		if got, err := Evaluate(c.path, doc); err != nil || got != c.want {
			t.Errorf("%s: got %s, %v; want %s", c.path, got, err, c.want)
		}
	}
	for path, code := range map[string]string{
		`$.zz`: "not-found", `$.d[9]`: "not-found", `$.e.g.x`: "not-found", `$.h[0]`: "not-found",
		`$.`: "invalid-path", `$[`: "invalid-path", `$x`: "invalid-path", ` $.h`: "invalid-path", `$.a[?]`: "invalid-path", `$.a[?(@.b === )]`: "invalid-path",
		`$.h[?(@.x)]`: "runtime", `$.i.last()`: "runtime", `$.h.sum()`: "runtime", `$.d.nosuch()`: "runtime", `$..length()`: "runtime",
	} {
		if got, err := Evaluate(path, doc); err == nil || ErrorCode(err) != code {
			t.Errorf("%s: got %s, %v; want %s", path, got, err, code)
		}
	}
	if _, err := compile(t, "$").Read(jsonvalue.Null()); err == nil {
		t.Error("a null document is read")
	}
}

// TestNoAllocation: a plain definite path costs nothing but its steps.
func TestNoAllocation(t *testing.T) {
	doc := parse(t, `{"a":{"b":[{"c d":"deep"}],"n":{}}}`)
	for _, path := range []string{`$.a.b[0]['c d']`, `$`, `$.a.b[-1]`, `$.a.n.zz`, `$.a.b[7].x`} {
		p := compile(t, path)
		if n := testing.AllocsPerRun(100, func() { _, _ = p.Read(doc) }); n != 0 {
			t.Errorf("%s allocates %v times", path, n)
		}
	}
}

// TestBounded: no path and no document may hang or exhaust the process.
func TestBounded(t *testing.T) {
	t.Parallel()
	wide := "[" + strings.Repeat(`{"a":[1,2,3]},`, 3000) + "1]"
	cyclic := jsonvalue.NewArray()
	cyclic.Append(jsonvalue.FromArray(cyclic))
	for _, c := range []struct {
		path string
		doc  jsonvalue.Value
	}{
		{`$..[?($..[?($..a)])]`, parse(t, wide)},
		{`$[*][?(@ in $..*)]`, parse(t, wide)},
		{`$..*..*..*..*..*`, parse(t, strings.Repeat("[", 300)+strings.Repeat("]", 300))},
		{`$..a`, jsonvalue.FromArray(cyclic)},
		{`$` + strings.Repeat("[*]", 1000), jsonvalue.FromArray(cyclic)},
		{`$[*].append($..*,$..*,$..*)`, parse(t, "["+strings.Repeat("[1],", 2000)+"1]")},
		{`$[?(@ =~ /(?=(a+)+$)(a|aa)+\1b/)]`, parse(t, `["`+strings.Repeat("a", 5000)+`"]`)},
		{`$` + strings.Repeat(`[?(@`, 15) + strings.Repeat(`)]`, 15), parse(t, wide)},
	} {
		start := time.Now()
		_, err := compile(t, c.path).Read(c.doc)
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%.60s took %v (%v)", c.path, took, err)
		}
	}
	for _, path := range []string{
		strings.Repeat("(", 10000), `$[?(` + strings.Repeat("(", 10000) + `)]`, `$[?(` + strings.Repeat("!", 60000) + `@)]`, "$." + strings.Repeat("a.", MaxPath),
		`$` + strings.Repeat(`[?(@`, 5000) + strings.Repeat(`)]`, 5000), `$.f(` + strings.Repeat(`$.f(`, 5000),
	} {
		var invalid *InvalidPathError
		if _, err := Compile(path); err != nil && !errors.As(err, &invalid) {
			t.Errorf("%.40s: %v", path, err)
		}
	}
}

func TestConcurrent(t *testing.T) {
	t.Parallel()
	doc := parse(t, `{"a":[{"b":1},{"b":2}]}`)
	p := compile(t, `$..[?(@.b > $.a[0].b)].b`)
	done := make(chan string)
	for range 8 {
		go func() {
			v, err := p.Read(doc)
			done <- fmt.Sprint(v, err)
		}()
	}
	for range 8 {
		if got := <-done; got != "[2] <nil>" {
			t.Error(got)
		}
	}
}

const store = `{"store":{"book":[{"category":"reference","author":"Nigel Rees","title":"Sayings of the Century","price":8.95},` +
	`{"category":"fiction","author":"Evelyn Waugh","title":"Sword of Honour","price":12.99},` +
	`{"category":"fiction","author":"Herman Melville","title":"Moby Dick","isbn":"0-553-21311-3","price":8.99}],"bicycle":{"color":"red","price":19.95}}}`

func BenchmarkRead(b *testing.B) {
	doc := parse(b, store)
	for _, path := range []string{"$.store.book[0].title", "$.store.book[*].author", "$..price", "$.store.book[?(@.price < 10)].title", "$..book.length()"} {
		p := compile(b, path)
		b.Run(path, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Read(doc); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	for _, path := range []string{"$.store.book[0].title", "$.store.book[?(@.price < 10)].title"} {
		b.Run(path, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Compile(path); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
