package compile

import (
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/vtl/ast"
	"github.com/sluice-gateway/sluice/internal/vtl/javamethod"
	"github.com/sluice-gateway/sluice/internal/vtl/javatext"
	"github.com/sluice-gateway/sluice/internal/vtl/javavalue"
	"github.com/sluice-gateway/sluice/internal/vtl/render"
)

// The methods that templates call most have code of their own for the receivers
// that they are meant for; for others there is the general call.

// common compiles a call of such a method; nil for any other.
func (c *compiler) common(s *ast.Method, general step) step {
	switch {
	case s.Name == "length" && len(s.Args) == 0:
		return lengthStep(s.Pos(), general)
	case s.Name == "size" && len(s.Args) == 0:
		return sizeStep(general)
	case s.Name == "split" && len(s.Args) == 1:
		if text, ok := ast.ConstantText(s.Args[0]); ok {
			return splitStep(s.Pos(), c.code.Patterns.Add(text), general)
		}
	case s.Name == "replace" && len(s.Args) == 2:
		old, ok := ast.ConstantText(s.Args[0])
		replacement, also := ast.ConstantText(s.Args[1])
		if ok && also {
			return replaceStep(s.Pos(), old, replacement, general)
		}
	case s.Name == "get" && len(s.Args) == 1:
		return c.getStep(s)
	case s.Name == "add" && len(s.Args) == 1:
		return c.addStep(s)
	}
	return nil
}

func lengthStep(pos int, general step) step {
	return func(st *render.State, v value) value {
		if v.Kind() != jsonvalue.KindString {
			return general(st, v)
		}
		st.Step(pos, len(v.Text())/16)
		return jsonvalue.Int(int64(javavalue.Length(v.Text())))
	}
}

func sizeStep(general step) step {
	return func(st *render.State, v value) value {
		switch v.Kind() {
		case jsonvalue.KindArray, jsonvalue.KindObject:
			return jsonvalue.Int(int64(v.Len()))
		default:
			return general(st, v)
		}
	}
}

func splitStep(pos int, pattern *javavalue.Pattern, general step) step {
	return func(st *render.State, v value) value {
		if v.Kind() != jsonvalue.KindString {
			return general(st, v)
		}
		parts, err := javatext.Split(&st.Heap, v.Text(), pattern)
		if err != nil {
			st.Fail(pos, err)
		}
		return parts
	}
}

func replaceStep(pos int, old, replacement string, general step) step {
	return func(st *render.State, v value) value {
		if v.Kind() != jsonvalue.KindString {
			return general(st, v)
		}
		text, err := javatext.Replace(&st.Heap, v.Text(), old, replacement)
		if err != nil {
			st.Fail(pos, err)
		}
		return jsonvalue.String(text)
	}
}

func (c *compiler) getStep(s *ast.Method) step {
	pos, argument := s.Pos(), c.value(s.Args[0])
	return func(st *render.State, v value) value {
		a := argument(st)
		if st.Signal != render.Running {
			return value{}
		}
		var member value
		var err error
		if o := v.Object(); o != nil {
			if a.Kind() == jsonvalue.KindString && !st.Heap.HasTypedKeys() {
				member, _ = o.Get(a.Text())
				return member
			}
			member, _, err = st.Heap.Get(o, a)
		} else {
			from := len(st.Args)
			st.Args = append(st.Args, a)
			member, _, err = javamethod.Call(&st.Heap, v, "get", st.Args[from:])
			st.Args = st.Args[:from]
		}
		if err != nil {
			st.Fail(pos, err)
		}
		return member
	}
}

func (c *compiler) addStep(s *ast.Method) step {
	pos, argument := s.Pos(), c.value(s.Args[0])
	return func(st *render.State, v value) value {
		a := argument(st)
		if st.Signal != render.Running {
			return value{}
		}
		if list := v.Array(); list != nil && !list.IsSet() && !isNull(a) {
			if !st.Step(pos, javavalue.ValueSize) {
				return value{}
			}
			list.Append(a)
			return jsonvalue.Bool(true)
		}
		from := len(st.Args)
		st.Args = append(st.Args, a)
		result, _, err := javamethod.Call(&st.Heap, v, s.Name, st.Args[from:])
		st.Args = st.Args[:from]
		if err != nil {
			st.Fail(pos, err)
		}
		return result
	}
}
