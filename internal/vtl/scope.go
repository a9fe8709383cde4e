package vtl

import (
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/vtl/javamethod"
	"github.com/sluice-gateway/sluice/internal/vtl/javavalue"
)

// scope is $foreach: what a loop tells of its round, and a map that the template
// may put things into.
type scope struct {
	// loop is the loop that it belongs to.
	loop     int
	index    int
	hasNext  bool
	parent   *scope
	replaced value
	storage  *jsonvalue.Object
	heap     *javavalue.Heap
}

var (
	_ javavalue.Object  = (*scope)(nil)
	_ javamethod.Setter = (*scope)(nil)
)

// value gives the scope as a value; a nil scope is null.
func (s *scope) value() value {
	if s == nil {
		return value{}
	}
	return jsonvalue.FromForeign(s)
}

func (s *scope) members() *jsonvalue.Object {
	if s.storage == nil {
		s.storage = jsonvalue.NewObject()
	}
	return s.storage
}

// String is the text of the map.
func (s *scope) String() string { return jsonvalue.FromObject(s.members()).String() }

// Property implements javavalue.Object.
func (s *scope) Property(name string) (value, bool, error) {
	switch name {
	case "index", "Index":
		return jsonvalue.Int(int64(s.index)), true, nil
	case "count", "Count":
		return jsonvalue.Int(int64(s.index + 1)), true, nil
	case "hasNext", "HasNext":
		return jsonvalue.Bool(s.hasNext), true, nil
	case "first", "First":
		return jsonvalue.Bool(s.index < 1), true, nil
	case "last", "Last":
		return jsonvalue.Bool(!s.hasNext), true, nil
	case "parent", "Parent":
		return s.parent.value(), true, nil
	case "topmost", "Topmost":
		top := s
		for top.parent != nil {
			top = top.parent
		}
		return top.value(), true, nil
	case "replaced", "Replaced":
		for s.parent != nil && isNull(s.replaced) {
			s = s.parent
		}
		return s.replaced, true, nil
	}
	for o := s; o != nil; o = o.parent {
		if v, ok := o.members().Get(name); ok {
			return v, true, nil
		}
	}
	return value{}, true, nil
}

// SetProperty implements javamethod.Setter.
func (s *scope) SetProperty(name string, v value) error {
	s.members().Put(name, v)
	return nil
}

// Call implements javavalue.Object.
func (s *scope) Call(name string, args []value) (value, bool, error) {
	if len(args) == 0 {
		switch name {
		case "hasNext", "getHasNext":
			return s.Property("hasNext")
		case "isFirst", "getFirst":
			return s.Property("first")
		case "isLast", "getLast":
			return s.Property("last")
		case "getIndex", "getCount", "getParent", "getTopmost", "getReplaced":
			return s.Property(name[len("get"):])
		}
	}
	if name == "get" && len(args) == 1 && args[0].Kind() == jsonvalue.KindString {
		for o := s; o != nil; o = o.parent {
			if v, ok := o.members().Get(args[0].Text()); ok {
				return v, true, nil
			}
		}
		return value{}, true, nil
	}
	return javamethod.Call(s.heap, jsonvalue.FromObject(s.members()), name, args)
}

// TakesNone implements javamethod.NoArguments.
func (*scope) TakesNone(name string) bool {
	switch name {
	case "hasNext", "getHasNext", "isFirst", "getFirst", "isLast", "getLast", "getIndex", "getCount", "getParent", "getTopmost", "getReplaced", "getInfo",
		"size", "isEmpty", "keySet", "values", "entrySet", "clear":
		return true
	default:
		return false
	}
}
