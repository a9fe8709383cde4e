package vtl

import "github.com/sluice-gateway/sluice/internal/vtl/javavalue"

// frame is a layer over the variables: a macro's call with its arguments, or the
// round of a loop whose element is null. Variables are known by their slots.
type frame struct {
	outer *frame
	// local holds constant arguments and what the macro sets.
	local map[int]value
	// proxies are arguments that are evaluated anew, in the outer frame, whenever
	// they are read.
	proxies map[int]expr
	// literals are the sources of proxies by the parameter with its dollar, which
	// escaped references print.
	literals map[string]string
	// hidden is the slot that reads as null while hiding holds; -1 for a macro.
	hidden int
	hiding bool
}

// get reads a variable; undefined when it is not set.
func (st *state) get(slot int) value {
	if st.frame == nil {
		return st.vars[slot]
	}
	for f := st.frame; f != nil; f = f.outer {
		if f.hidden >= 0 {
			if f.hiding && f.hidden == slot {
				return value{}
			}
			continue
		}
		if v, ok := f.local[slot]; ok && !javavalue.IsNull(v) {
			return v
		}
		if proxy, ok := f.proxies[slot]; ok {
			return st.within(f.outer, proxy)
		}
	}
	return st.vars[slot]
}

// within evaluates code in another frame.
func (st *state) within(f *frame, code expr) value {
	if !st.enter(st.errPos) {
		st.leave()
		return value{}
	}
	inner := st.frame
	st.frame = f
	v := code(st)
	st.frame = inner
	st.leave()
	return v
}

// put sets a variable, in all frames.
func (st *state) put(slot int, v value) {
	for f := st.frame; f != nil; f = f.outer {
		if f.hidden >= 0 {
			if f.hidden == slot && javavalue.IsNull(v) {
				f.hiding = true
			}
			continue
		}
		if f.local == nil {
			f.local = map[int]value{}
		}
		f.local[slot] = v
	}
	st.vars[slot] = v
}

// remove unsets a variable, and in macros the argument of its name.
func (st *state) remove(slot int) {
	for f := st.frame; f != nil; f = f.outer {
		if f.hidden == slot {
			f.hiding = false
		}
		delete(f.local, slot)
		delete(f.proxies, slot)
	}
	st.vars[slot] = value{}
}

// restore puts a variable back to what it was before a loop.
func (st *state) restore(slot int, old value) {
	if javavalue.IsNull(old) {
		st.remove(slot)
		return
	}
	st.put(slot, old)
}

// literal gives the source of the macro argument that a name stands for.
func (st *state) literal(source string) string {
	for f := st.frame; f != nil; f = f.outer {
		if l, ok := f.literals[source]; ok {
			return l
		}
	}
	return source
}
