package javatext

import (
	"strings"

	"github.com/sluice-gateway/sluice/internal/vtl/javavalue"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// callStatic calls a static method of String, which templates reach through any
// text.
func callStatic(h *javavalue.Heap, name string, args javavalue.Args) javavalue.Result {
	switch name {
	case "format":
		if len(args) > 0 && args.Text(0) {
			return format(h, args.S(0), args[1:])
		}
		if len(args) > 0 && args.Null(0) {
			return javavalue.Null(name)
		}
	case "join":
		return join(h, args)
	case "valueOf", "copyValueOf":
		if len(args) != 1 {
			return javavalue.None()
		}
		array, java := args[0].Foreign().(*javavalue.Array)
		if java && array.Class == "[C" {
			return characters(h, array)
		}
		if name == "copyValueOf" {
			return javavalue.None()
		}
		s, err := h.Text(javavalue.Stored(args[0]))
		if err != nil {
			return javavalue.Failed(err)
		}
		return javavalue.GiveText(s)
	}
	return javavalue.None()
}

func characters(h *javavalue.Heap, array *javavalue.Array) javavalue.Result {
	if err := h.Charge(len(array.Elems)); err != nil {
		return javavalue.Failed(err)
	}
	all := make([]uint16, 0, len(array.Elems))
	for _, v := range array.Elems {
		c, _ := v.Foreign().(javavalue.Char)
		all = append(all, uint16(c))
	}
	return javavalue.GiveText(h.FromUnits(all))
}

// join is String.join: of a list, an array or several arguments.
func join(h *javavalue.Heap, args javavalue.Args) javavalue.Result {
	if len(args) == 1 && args.Null(0) {
		return javavalue.Null("join")
	}
	if len(args) == 0 || !args.Text(0) {
		return javavalue.None()
	}
	parts := []javavalue.Value(args[1:])
	if len(args) == 2 && !args.Text(1) {
		elems, ok := javavalue.Collection(args[1])
		if array, java := args[1].Foreign().(*javavalue.Array); java && array.Class == "[Ljava.lang.String;" {
			elems, ok = array.Elems, true
		}
		if !ok {
			return javavalue.None()
		}
		parts = elems
	} else {
		for i := range args {
			if !args.Text(i) {
				return javavalue.None()
			}
		}
	}
	var b strings.Builder
	for i, v := range parts {
		if i > 0 {
			b.WriteString(args.S(0))
		}
		if v.Kind() != jsonvalue.KindString && !javavalue.IsNull(v) {
			return javavalue.Failed(javavalue.Throw("ClassCastException", "only text can be joined"))
		}
		text, err := h.Text(javavalue.Stored(v))
		if err != nil {
			return javavalue.Failed(err)
		}
		if err := h.Charge(len(text) + len(args.S(0))); err != nil {
			return javavalue.Failed(err)
		}
		b.WriteString(text)
	}
	return javavalue.GiveText(b.String())
}
