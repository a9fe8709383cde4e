package javavalue

import (
	"strings"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// callStatic calls a static method of String, which templates reach through any
// text.
func (h *Heap) callStatic(name string, args arguments) result {
	switch name {
	case "format":
		if len(args) > 0 && args.text(0) {
			return h.format(args.s(0), args[1:])
		}
		if len(args) > 0 && args.nullAt(0) {
			return null(name)
		}
	case "join":
		return h.join(args)
	case "valueOf", "copyValueOf":
		if len(args) != 1 {
			return none()
		}
		array, java := args[0].Foreign().(*Array)
		if java && array.class == "[C" {
			return h.characters(array)
		}
		if name == "copyValueOf" {
			return none()
		}
		s, err := h.Text(stored(args[0]))
		if err != nil {
			return failed(err)
		}
		return giveText(s)
	}
	return none()
}

func (h *Heap) characters(array *Array) result {
	if err := h.Charge(len(array.elems)); err != nil {
		return failed(err)
	}
	all := make([]uint16, 0, len(array.elems))
	for _, v := range array.elems {
		c, _ := v.Foreign().(Char)
		all = append(all, uint16(c))
	}
	return giveText(h.fromUnits(all))
}

// join is String.join: of a list, an array or several arguments.
func (h *Heap) join(args arguments) result {
	if len(args) == 1 && args.nullAt(0) {
		return null("join")
	}
	if len(args) == 0 || !args.text(0) {
		return none()
	}
	parts := []Value(args[1:])
	if len(args) == 2 && !args.text(1) {
		elems, ok := collection(args[1])
		if array, java := args[1].Foreign().(*Array); java && array.class == "[Ljava.lang.String;" {
			elems, ok = array.elems, true
		}
		if !ok {
			return none()
		}
		parts = elems
	} else {
		for i := range args {
			if !args.text(i) {
				return none()
			}
		}
	}
	var b strings.Builder
	for i, v := range parts {
		if i > 0 {
			b.WriteString(args.s(0))
		}
		if v.Kind() != jsonvalue.KindString && !IsNull(v) {
			return failed(throw("ClassCastException", "only text can be joined"))
		}
		text, err := h.Text(stored(v))
		if err != nil {
			return failed(err)
		}
		if err := h.Charge(len(text) + len(args.s(0))); err != nil {
			return failed(err)
		}
		b.WriteString(text)
	}
	return giveText(b.String())
}
