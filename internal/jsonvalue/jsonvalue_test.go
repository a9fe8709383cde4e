package jsonvalue

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestStrict(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		`{"b":1,"a":[1.50,true,null,"xé\n"],"c":{}}`, `[]`, `"s"`, `12345678901234567890`, `-0`, `1E+2`, `"\u0000\\\""`, `"😀"`, `{"":{"":[[[]]]}}`, "\"\u007f\u2028\"",
	} {
		v, err := ParseString(s, Options{})
		if err != nil {
			t.Errorf("%s: %v", s, err)
			continue
		}
		if got, err := v.JSON(Verbatim); err != nil || got != s {
			t.Errorf("%s -> %s, %v", s, got, err)
		}
	}
	for _, s := range []string{
		``, ` `, `{a:1}`, `{'a':1}`, `[1,]`, `{"a":1,}`, `01`, `-`, `1.`, `.5`, `1e`, `"a`, "\"\x01\"", `"\x"`, `"\u12"`, `[1] 2`, `tru`, `nulls`, `{"a" 1}`, `[1 2]`, `NaN`,
		`1.0000000000000000000e99999999999`,
	} {
		if v, err := ParseString(s, Options{}); err == nil {
			t.Errorf("%q is taken for %s", s, v)
		}
	}
}

// TestLenient holds what json-smart's permissive mode makes of texts; the oracle test of jsonpath holds many more.
func TestLenient(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		`not json`:                 `"not json"`,
		``:                         `""`,
		`{a:b}`:                    `{"a":"b"}`,
		`{'a':'b',}`:               `{"a":"b"}`,
		`[,1,,2,]`:                 `[1,2]`,
		`007`:                      `7`,
		`-`:                        `0`,
		`{"a":1,"b":2,"a":3}`:      `{"a":3,"b":2}`,
		`{"a":1} and more`:         `{"a":1}`,
		"\"a\tb\"":                 `"a\tb"`,
		"\"a\tb\\u0041\\q\"":       `"abA"`,
		`{a: b c , d:null }`:       `{"a":"b c","d":null}`,
		`1.50`:                     `1.5`,
		`1e400`:                    `null`,
		`"\x41\u00e9\/"`:           `"Aé/"`,
		`[1x, 1e, 1e5x, tru, NaN]`: `["1x","1e","1e5x","tru",NaN]`,
		"{\"a\":1}\x1a":            `{"a":1}`,
	} {
		v, err := ParseString(s, Options{Lenient: true})
		if err != nil {
			t.Errorf("%q: %v", s, err)
			continue
		}
		if got, err := v.JSON(Smart); err != nil || got != want {
			t.Errorf("%q -> %s, %v; want %s", s, got, err, want)
		}
	}
	for _, s := range []string{`{`, `[`, `}`, `{"a"}`, `{"a":}`, `{"a":1 2`, `"a`, `"\u12"`, `{[]:1}`} {
		if v, err := ParseString(s, Options{Lenient: true}); err == nil {
			t.Errorf("%q is taken for %s", s, v)
		}
	}
}

func TestJavaText(t *testing.T) {
	t.Parallel()
	v, err := ParseString(`{"a":1,"b":"x","c":[{"d":"/€"}],"e":{"f":null},"g":1E10,"h":-0.0,"i":0.0001,"j":123456789.0}`, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := `{a=1, b=x, c=[{"d":"\/\u20AC"}], e={f=null}, g=1.0E10, h=-0.0, i=1.0E-4, j=1.23456789E8}`
	if got := v.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	l := NewList(String("a"), Int(1), FromArray(NewArray(String("b"))))
	if got := FromArray(l).String(); got != `[a, 1, ["b"]]` {
		t.Error(got)
	}
	o := NewObject()
	o.Put("self", FromObject(o))
	l.Append(FromArray(l))
	if got := FromObject(o).String() + FromArray(l).String(); got != `{self=(this Map)}[a, 1, ["b"], (this Collection)]` {
		t.Error(got)
	}
}

func TestDoubles(t *testing.T) {
	t.Parallel()
	for f, want := range map[float64]string{
		1: "1.0", 0.001: "0.001", 0.0009: "9.0E-4", 1e7: "1.0E7", 9999999: "9999999.0", 1e23: "9.999999999999999E22", 2e23: "1.9999999999999998E23", 5e-324: "4.9E-324", 1e-323: "1.0E-323",
		1 << 60: "1.15292150460684698E18", 1.7976931348623157e308: "1.7976931348623157E308", 0x1p-1022: "2.2250738585072014E-308", 9007199254740993: "9.007199254740992E15",
	} {
		if got := string(AppendDouble(nil, f)); got != want {
			t.Errorf("%g: got %s, want %s", f, got, want)
		}
	}
}

func TestEqual(t *testing.T) {
	t.Parallel()
	value := func(s string) Value {
		v, err := ParseString(s, Options{})
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{`1`, `1`, true},
		{`1`, `1.0`, false},
		{`1`, `2147483648`, false},
		{`{"a":1,"b":[2]}`, `{"b":[2],"a":1}`, true},
		{`[1,2]`, `[2,1]`, false},
		{`null`, `null`, true},
		{`1.0000000000000000000`, `1.00000000000000000000`, false},
	} {
		if got := Equal(value(c.a), value(c.b)); got != c.want {
			t.Errorf("%s = %s: %v", c.a, c.b, got)
		}
	}
	// Two towers in which each floor stands twice on the one below would take 2^60 comparisons.
	tower := func() Value {
		v := Int(1)
		for range 60 {
			v = FromArray(NewArray(v, v))
		}
		return v
	}
	if Equal(tower(), tower()) {
		t.Error("equal beyond the limit")
	}
}

func TestObject(t *testing.T) {
	t.Parallel()
	o := NewObject()
	for i := range 100 {
		o.Put(fmt.Sprint(i%50), Int(int64(i)))
	}
	for i := range 25 {
		o.Remove(fmt.Sprint(i * 2))
	}
	if o.Len() != 25 || o.Entries()[0].Key != "1" || o.Has("2") {
		t.Errorf("%v", o.Entries())
	}
	if v, ok := o.Get("49"); !ok || v.NumberText() != "99" {
		t.Error(v)
	}
	o.Clear()
	if o.Len() != 0 || o.Has("1") {
		t.Error("not clear")
	}
	a := NewArray(Int(1), Int(3))
	a.Insert(1, Int(2))
	a.Remove(0)
	if got := FromArray(a).String(); got != "[2,3]" || !a.At(7).IsUndefined() || a.Insert(9, Null()) {
		t.Error(got)
	}
}

func TestBounded(t *testing.T) {
	t.Parallel()
	for _, lenient := range []bool{false, true} {
		for _, s := range []string{strings.Repeat("[", 1_000_000), strings.Repeat(`{"a":`, 1_000_000)} {
			if _, err := ParseString(s, Options{Lenient: lenient}); !errors.Is(err, ErrTooDeep) {
				t.Error(err)
			}
		}
		if _, err := ParseString(`[1,2]`, Options{Lenient: lenient, MaxBytes: 4}); !errors.Is(err, ErrTooLarge) {
			t.Error(err)
		}
	}
	deep := strings.Repeat("[", DefaultDepth) + strings.Repeat("]", DefaultDepth)
	v, err := ParseString(deep, Options{})
	if err != nil || v.String() != deep {
		t.Error(err)
	}
	cycle := NewArray()
	cycle.Append(FromObject(NewObject(Entry{"a", FromArray(cycle)})))
	if _, err := FromArray(cycle).JSON(Smart); !errors.Is(err, ErrTooDeep) {
		t.Error(err)
	}
	bomb := String("x")
	for range 60 {
		bomb = FromArray(NewArray(bomb, bomb))
	}
	if _, err := AppendText(nil, bomb, 1<<20); !errors.Is(err, ErrTooLarge) {
		t.Error(err)
	}
}

const example = `{"store":{"book":[{"category":"reference","author":"Nigel Rees","title":"Sayings of the Century","price":8.95},` +
	`{"category":"fiction","author":"Evelyn Waugh","title":"Sword of Honour","price":12.99},` +
	`{"category":"fiction","author":"Herman Melville","title":"Moby Dick","isbn":"0-553-21311-3","price":8.99}],` +
	`"bicycle":{"color":"red","price":19.95,"sold":false,"owner":null}},"expensive":10,"text":"line\nbreak \"quoted\""}`

func BenchmarkParse(b *testing.B) {
	for name, o := range map[string]Options{"strict": {}, "lenient": {Lenient: true}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(example)))
			for b.Loop() {
				if _, err := ParseString(example, o); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkPrint(b *testing.B) {
	v, err := ParseString(example, Options{})
	if err != nil {
		b.Fatal(err)
	}
	buf := make([]byte, 0, 1024)
	b.Run("json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			buf, _ = AppendJSON(buf[:0], v, Smart, 0)
		}
	})
	b.Run("text", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			buf, _ = AppendText(buf[:0], v, 0)
		}
	})
}
