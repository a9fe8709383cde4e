package vtl

import (
	"github.com/sluice-gateway/sluice/internal/vtl/javamethod"
	"strings"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// The two members of $context that templates write to.
const (
	requestOverride  = "requestOverride"
	responseOverride = "responseOverride"
)

// bind puts our variables into the slots of those that the template sets itself.
func (st *state) bind() {
	for name, slot := range st.template.roots {
		switch name {
		case rootInput:
			st.vars[slot] = st.input.value()
		case rootUtil:
			st.vars[slot] = st.util.value()
		case rootContext:
			st.vars[slot] = jsonvalue.FromObject(st.contextObject())
		case rootStage:
			st.vars[slot] = jsonvalue.FromObject(st.stageObject())
		}
	}
}

// contextObject makes $context, overrides included, for templates that walk over
// it or change it.
func (st *state) contextObject() *jsonvalue.Object {
	if st.context == nil {
		if st.env.Context != nil {
			st.context = st.env.Context.Object()
		}
		if st.context == nil {
			st.context = jsonvalue.NewSilentObject()
		}
		o := st.exchanged()
		st.context.Put(requestOverride, jsonvalue.FromObject(o.requestObject()))
		st.context.Put(responseOverride, jsonvalue.FromObject(o.responseObject()))
	}
	return st.context
}

// exchanged gives the exchange's overrides, or ones to be forgotten.
func (st *state) exchanged() *Overrides {
	if st.env.Overrides != nil {
		return st.env.Overrides
	}
	return &st.overrides
}

// override gives $context.requestOverride or responseOverride.
func (st *state) override(request bool) value {
	if st.context != nil {
		if request {
			return memberOf(st.context, requestOverride)
		}
		return memberOf(st.context, responseOverride)
	}
	if request {
		return jsonvalue.FromObject(st.exchanged().requestObject())
	}
	return jsonvalue.FromObject(st.exchanged().responseObject())
}

// contextAt reads a path of names below $context. One whose value the template
// may change is read from $context as made for the rendering.
func (st *state) contextAt(pos int, path string, changes bool) value {
	if st.context == nil && changes {
		st.contextObject()
	}
	if st.context != nil {
		v := jsonvalue.FromObject(st.context)
		for name := range strings.SplitSeq(path, ".") {
			if isNull(v) {
				return value{}
			}
			member, err := javamethod.Property(&st.heap, v, name)
			if err != nil {
				st.fail(pos, err)
			}
			v = member
		}
		return v
	}
	if st.env.Context == nil {
		return value{}
	}
	v := st.env.Context.Get(path)
	if !isNull(v) {
		return v
	}
	// A text has properties too, if few: $context.stage.empty.
	i := strings.LastIndexByte(path, '.')
	if i < 0 || !javamethod.IsGetter(path[i+1:]) {
		return value{}
	}
	owner := st.env.Context.Get(path[:i])
	if isNull(owner) || owner.Object() != nil {
		return value{}
	}
	v, err := javamethod.Property(&st.heap, owner, path[i+1:])
	if err != nil {
		st.fail(pos, err)
	}
	return v
}

// stageObject makes $stageVariables as a map.
func (st *state) stageObject() *jsonvalue.Object {
	if st.stage == nil {
		st.stage = st.textsOf(st.env.StageVariables).Object()
	}
	return st.stage
}

// stageVariable reads one stage variable.
func (st *state) stageVariable(name string) value {
	if st.stage != nil {
		v, _ := st.stage.Get(name)
		return v
	}
	if st.env.StageVariables == nil {
		return value{}
	}
	text, ok := st.env.StageVariables.Get(name)
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
