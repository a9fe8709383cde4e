package render

import (
	"strings"

	"github.com/sluice-gateway/sluice/internal/vtl/javamethod"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/vtl/javavalue"
)

// The variables that a template is given.
const (
	RootInput   = "input"
	RootUtil    = "util"
	RootContext = "context"
	RootStage   = "stageVariables"
)

// The two members of $context that templates write to.
const (
	RequestOverride  = "requestOverride"
	ResponseOverride = "responseOverride"
)

// bind puts our variables into the slots of those that the template sets itself.
func (st *State) bind(roots map[string]int) {
	for name, slot := range roots {
		switch name {
		case RootInput:
			st.Vars[slot] = st.Input.Value()
		case RootUtil:
			st.Vars[slot] = st.Util.Value()
		case RootContext:
			st.Vars[slot] = jsonvalue.FromObject(st.ContextObject())
		case RootStage:
			st.Vars[slot] = jsonvalue.FromObject(st.StageObject())
		}
	}
}

// contextObject makes $context, overrides included, for templates that walk over
// it or change it.
func (st *State) ContextObject() *jsonvalue.Object {
	if st.Context == nil {
		if st.Env.Context != nil {
			st.Context = st.Env.Context.Object()
		}
		if st.Context == nil {
			st.Context = jsonvalue.NewSilentObject()
		}
		o := st.exchanged()
		st.Context.Put(RequestOverride, jsonvalue.FromObject(o.requestObject()))
		st.Context.Put(ResponseOverride, jsonvalue.FromObject(o.responseObject()))
	}
	return st.Context
}

// exchanged gives the exchange's overrides, or ones to be forgotten.
func (st *State) exchanged() *Overrides {
	if st.Env.Overrides != nil {
		return st.Env.Overrides
	}
	return &st.Overrides
}

// override gives $context.RequestOverride or ResponseOverride.
func (st *State) Override(request bool) value {
	if st.Context != nil {
		if request {
			return memberOf(st.Context, RequestOverride)
		}
		return memberOf(st.Context, ResponseOverride)
	}
	if request {
		return jsonvalue.FromObject(st.exchanged().requestObject())
	}
	return jsonvalue.FromObject(st.exchanged().responseObject())
}

// contextAt reads a path of names below $context. One whose value the template
// may change is read from $context as made for the rendering.
func (st *State) ContextAt(pos int, path string, changes bool) value {
	if st.Context == nil && changes {
		st.ContextObject()
	}
	if st.Context != nil {
		v := jsonvalue.FromObject(st.Context)
		for name := range strings.SplitSeq(path, ".") {
			if javavalue.IsNull(v) {
				return value{}
			}
			member, err := javamethod.Property(&st.Heap, v, name)
			if err != nil {
				st.Fail(pos, err)
			}
			v = member
		}
		return v
	}
	if st.Env.Context == nil {
		return value{}
	}
	v := st.Env.Context.Get(path)
	if !javavalue.IsNull(v) {
		return v
	}
	// A text has properties too, if few: $context.stage.empty.
	i := strings.LastIndexByte(path, '.')
	if i < 0 || !javamethod.IsGetter(path[i+1:]) {
		return value{}
	}
	owner := st.Env.Context.Get(path[:i])
	if javavalue.IsNull(owner) || owner.Object() != nil {
		return value{}
	}
	v, err := javamethod.Property(&st.Heap, owner, path[i+1:])
	if err != nil {
		st.Fail(pos, err)
	}
	return v
}

// stageObject makes $stageVariables as a map.
func (st *State) StageObject() *jsonvalue.Object {
	if st.Stage == nil {
		st.Stage = st.TextsOf(st.Env.StageVariables).Object()
	}
	return st.Stage
}

// stageVariable reads one stage variable.
func (st *State) StageVariable(name string) value {
	if st.Stage != nil {
		v, _ := st.Stage.Get(name)
		return v
	}
	if st.Env.StageVariables == nil {
		return value{}
	}
	text, ok := st.Env.StageVariables.Get(name)
	if !ok {
		return value{}
	}
	return jsonvalue.String(text)
}

// ObjectContext is a Context whose whole tree is at hand, for tools and tests. It
// copies the tree for templates that may change it.
type ObjectContext struct{ Tree *jsonvalue.Object }

// Get implements Context.
func (c ObjectContext) Get(path string) value {
	v := jsonvalue.FromObject(c.Tree)
	for rest := true; rest; {
		var name string
		name, path, rest = strings.Cut(path, ".")
		v = v.Get(name)
	}
	if o := v.Object(); o != nil {
		return jsonvalue.FromObject(silent(o))
	}
	return v
}

// Object implements Context.
func (c ObjectContext) Object() *jsonvalue.Object { return silent(c.Tree) }

// silent copies a tree of objects as one that has no text.
func silent(o *jsonvalue.Object) *jsonvalue.Object {
	result := jsonvalue.NewSilentObject()
	if o == nil {
		return result
	}
	for name, v := range o.All() {
		if inner := v.Object(); inner != nil {
			v = jsonvalue.FromObject(silent(inner))
		}
		result.Put(name, v)
	}
	return result
}

func memberOf(o *jsonvalue.Object, name string) value {
	v, _ := o.Get(name)
	return v
}
