package render

import "github.com/sluice-gateway/sluice/internal/vtl/javavalue"

// Frame is a layer over the variables: a macro's call with its arguments, or the
// round of a loop whose element is null. Variables are known by their slots.
type Frame struct {
	Outer *Frame
	// Local holds constant arguments and what the macro sets.
	Local map[int]value
	// Proxies are arguments that are evaluated anew, in the outer frame, whenever
	// they are read.
	Proxies map[int]Expr
	// Literals are the sources of proxies by the parameter with its dollar, which
	// escaped references print.
	Literals map[string]string
	// Hidden is the slot that reads as null while hiding holds; -1 for a macro.
	Hidden int
	Hiding bool
}

// Get reads a variable; undefined when it is not set.
func (st *State) Get(slot int) value {
	if st.Frame == nil {
		return st.Vars[slot]
	}
	for f := st.Frame; f != nil; f = f.Outer {
		if f.Hidden >= 0 {
			if f.Hiding && f.Hidden == slot {
				return value{}
			}
			continue
		}
		if v, ok := f.Local[slot]; ok && !javavalue.IsNull(v) {
			return v
		}
		if proxy, ok := f.Proxies[slot]; ok {
			return st.Within(f.Outer, proxy)
		}
	}
	return st.Vars[slot]
}

// Within evaluates code in another frame.
func (st *State) Within(f *Frame, code Expr) value {
	if !st.Enter(st.ErrPos) {
		st.Leave()
		return value{}
	}
	inner := st.Frame
	st.Frame = f
	v := code(st)
	st.Frame = inner
	st.Leave()
	return v
}

// Put sets a variable, in all frames.
func (st *State) Put(slot int, v value) {
	for f := st.Frame; f != nil; f = f.Outer {
		if f.Hidden >= 0 {
			if f.Hidden == slot && javavalue.IsNull(v) {
				f.Hiding = true
			}
			continue
		}
		if f.Local == nil {
			f.Local = map[int]value{}
		}
		f.Local[slot] = v
	}
	st.Vars[slot] = v
}

// Remove unsets a variable, and in macros the argument of its name.
func (st *State) Remove(slot int) {
	for f := st.Frame; f != nil; f = f.Outer {
		if f.Hidden == slot {
			f.Hiding = false
		}
		delete(f.Local, slot)
		delete(f.Proxies, slot)
	}
	st.Vars[slot] = value{}
}

// Restore puts a variable back to what it was before a loop.
func (st *State) Restore(slot int, old value) {
	if javavalue.IsNull(old) {
		st.Remove(slot)
		return
	}
	st.Put(slot, old)
}

// Literal gives the source of the macro argument that a name stands for.
func (st *State) Literal(source string) string {
	for f := st.Frame; f != nil; f = f.Outer {
		if l, ok := f.Literals[source]; ok {
			return l
		}
	}
	return source
}
