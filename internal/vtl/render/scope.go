package render

import (
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/vtl/javamethod"
	"github.com/sluice-gateway/sluice/internal/vtl/javavalue"
)

// Scope is $foreach: what a loop tells of its round, and a map that the template
// may put things into.
type Scope struct {
	// loop is the loop that it belongs to.
	Loop     int
	Index    int
	HasNext  bool
	Parent   *Scope
	Replaced value
	storage  *jsonvalue.Object
	Heap     *javavalue.Heap
}

var (
	_ javavalue.Object  = (*Scope)(nil)
	_ javamethod.Setter = (*Scope)(nil)
)

// Value gives the scope as a value; a nil scope is null.
func (s *Scope) Value() value {
	if s == nil {
		return value{}
	}
	return jsonvalue.FromForeign(s)
}

// Members is the map.
func (s *Scope) Members() *jsonvalue.Object {
	if s.storage == nil {
		s.storage = jsonvalue.NewObject()
	}
	return s.storage
}

// String is the text of the map.
func (s *Scope) String() string { return jsonvalue.FromObject(s.Members()).String() }

// Property implements javavalue.Object.
func (s *Scope) Property(name string) (value, bool, error) {
	switch name {
	case "index", "Index":
		return jsonvalue.Int(int64(s.Index)), true, nil
	case "count", "Count":
		return jsonvalue.Int(int64(s.Index + 1)), true, nil
	case "hasNext", "HasNext":
		return jsonvalue.Bool(s.HasNext), true, nil
	case "first", "First":
		return jsonvalue.Bool(s.Index < 1), true, nil
	case "last", "Last":
		return jsonvalue.Bool(!s.HasNext), true, nil
	case "parent", "Parent":
		return s.Parent.Value(), true, nil
	case "topmost", "Topmost":
		top := s
		for top.Parent != nil {
			top = top.Parent
		}
		return top.Value(), true, nil
	case "replaced", "Replaced":
		for s.Parent != nil && javavalue.IsNull(s.Replaced) {
			s = s.Parent
		}
		return s.Replaced, true, nil
	}
	for o := s; o != nil; o = o.Parent {
		if v, ok := o.Members().Get(name); ok {
			return v, true, nil
		}
	}
	return value{}, true, nil
}

// SetProperty implements javamethod.Setter.
func (s *Scope) SetProperty(name string, v value) error {
	s.Members().Put(name, v)
	return nil
}

// Call implements javavalue.Object.
func (s *Scope) Call(name string, args []value) (value, bool, error) {
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
		for o := s; o != nil; o = o.Parent {
			if v, ok := o.Members().Get(args[0].Text()); ok {
				return v, true, nil
			}
		}
		return value{}, true, nil
	}
	return javamethod.Call(s.Heap, jsonvalue.FromObject(s.Members()), name, args)
}

// TakesNone implements javamethod.NoArguments.
func (*Scope) TakesNone(name string) bool {
	switch name {
	case "hasNext", "getHasNext", "isFirst", "getFirst", "isLast", "getLast", "getIndex", "getCount", "getParent", "getTopmost", "getReplaced", "getInfo",
		"size", "isEmpty", "keySet", "values", "entrySet", "clear":
		return true
	default:
		return false
	}
}
