package render

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/sluice-gateway/sluice/internal/jsonpath"
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/vtl/javavalue"
)

// Input is $input. What is asked for is made once a rendering.
type Input struct {
	state *State
	body  string
	// read says that body is set, parsed that document is.
	hasBody, parsed bool
	document        value
	all             *jsonvalue.Object
	paths           map[string]*jsonpath.Path
}

var _ javavalue.Object = (*Input)(nil)

// Value is the object itself.
func (in *Input) Value() value { return jsonvalue.FromForeign(in) }

// String is the object's class and, in Java, an address.
func (*Input) String() string { return "input" }

// Text is the payload, {} for an empty one, as recorded from AWS.
func (in *Input) Text() string {
	if !in.hasBody {
		in.hasBody = true
		switch body := in.state.Env.Body; {
		case len(body) == 0:
			in.body = "{}"
		case utf8.Valid(body):
			in.body = string(body)
		default:
			in.body = strings.ToValidUTF8(string(body), "\uFFFD")
		}
	}
	return in.body
}

// doc is the payload as JSON, read as leniently as Jayway does; null when that
// fails.
func (in *Input) doc() value {
	if !in.parsed {
		in.parsed = true
		in.document = parseLeniently(in.Text())
	}
	return in.document
}

// parseLeniently reads JSON. What is good JSON reads the same strictly, and faster.
func parseLeniently(text string) value {
	v, err := jsonvalue.ParseString(text, jsonvalue.Options{})
	if err != nil {
		v, _ = jsonvalue.ParseString(text, jsonvalue.Options{Lenient: true}) // a failure is null
	}
	return v
}

// CompilePath compiles a path; the error is for the time when it is read.
func CompilePath(text string) (*jsonpath.Path, error) {
	path, err := jsonpath.Compile(text)
	if err != nil {
		return nil, &javavalue.Exception{Class: "InvalidPathException", Text: err.Error()}
	}
	return path, nil
}

// Read gives what a path leads to; null when there is nothing or no JSON.
func (in *Input) Read(path *jsonpath.Path, bad error) (value, error) {
	doc := in.doc()
	if javavalue.IsNull(doc) {
		return value{}, nil
	}
	if bad != nil {
		return value{}, bad
	}
	v, err := path.Read(doc)
	if errors.Is(err, jsonpath.ErrNotFound) {
		return value{}, nil
	}
	return v, err
}

// find is read for a path that is made while rendering.
func (in *Input) find(v value) (value, error) {
	if javavalue.IsNull(in.doc()) {
		return value{}, nil
	}
	text := v.Text()
	path := in.paths[text]
	if path == nil {
		compiled, err := CompilePath(text)
		if err != nil {
			return value{}, err
		}
		if in.paths == nil {
			in.paths = map[string]*jsonpath.Path{}
		}
		path = compiled
		in.paths[text] = path
	}
	if err := in.state.Heap.Charge(pathCost + len(text)); err != nil {
		return value{}, err
	}
	return in.Read(path, nil)
}

// pathCost is what a look-up of a path is charged.
const pathCost = 64

// Params is $input.params(): the three kinds of parameters.
func (in *Input) Params() *jsonvalue.Object {
	if in.all == nil {
		st := in.state
		in.all = jsonvalue.NewObject(
			jsonvalue.Entry{Key: "path", Value: st.TextsOf(st.Env.Path)},
			jsonvalue.Entry{Key: "querystring", Value: st.TextsOf(st.Env.Query)},
			jsonvalue.Entry{Key: "header", Value: st.TextsOf(st.Env.Header)},
		)
	}
	return in.all
}

// textsOf makes a map of named texts.
func (st *State) TextsOf(s Strings) value {
	st.Entries = st.Entries[:0]
	if s != nil {
		for name, text := range s.All() {
			st.Entries = append(st.Entries, jsonvalue.Entry{Key: name, Value: jsonvalue.String(text)})
		}
	}
	return jsonvalue.FromObject(jsonvalue.NewObject(st.Entries...))
}

// Param is $input.params(name): the first of path, query string and header that
// has it, "" for none.
func (in *Input) Param(name string) value {
	if in.all != nil {
		return in.paramOf(name)
	}
	env := in.state.Env
	for _, s := range [...]Strings{env.Path, env.Query, env.Header} {
		if s == nil {
			continue
		}
		if text, ok := s.Get(name); ok {
			return jsonvalue.String(text)
		}
	}
	return jsonvalue.String("")
}

// paramOf is param for parameters that the template may have changed.
func (in *Input) paramOf(name string) value {
	for _, e := range in.all.Entries() {
		if v := e.Value.Get(name); !javavalue.IsNull(v) {
			return v
		}
	}
	return jsonvalue.String("")
}

// Property implements javavalue.Object.
func (in *Input) Property(name string) (value, bool, error) {
	if name == "body" || name == "Body" {
		return jsonvalue.String(in.Text()), true, nil
	}
	return value{}, false, nil
}

// Call implements javavalue.Object.
func (in *Input) Call(name string, args []value) (value, bool, error) {
	switch len(args) {
	case 0:
		switch name {
		case "getBody":
			return jsonvalue.String(in.Text()), true, nil
		case "params":
			return jsonvalue.FromObject(in.Params()), true, nil
		}
	case 1:
		if !javavalue.IsNull(args[0]) && args[0].Kind() != jsonvalue.KindString {
			return value{}, false, nil
		}
		return in.call1(name, args[0])
	}
	return value{}, false, nil
}

func (in *Input) call1(name string, argument value) (value, bool, error) {
	switch name {
	case "path":
		v, err := in.find(argument)
		return v, true, err
	case "json":
		v, err := in.find(argument)
		if err != nil {
			return value{}, true, err
		}
		text, err := in.state.AppendJSON(nil, v)
		return jsonvalue.String(string(text)), true, err
	case "params":
		return in.Param(argument.Text()), true, nil
	}
	return value{}, false, nil
}

// appendJSON appends what $input.json gives: "" in quotes for null.
func (st *State) AppendJSON(dst []byte, v value) ([]byte, error) {
	if javavalue.IsNull(v) {
		return append(dst, `""`...), nil
	}
	before := len(dst)
	dst, err := jsonvalue.AppendJSON(dst, v, jsonvalue.Smart, max(st.Heap.Budget, 1))
	if err != nil {
		return dst, javavalue.ErrLimit
	}
	return dst, st.Heap.Charge(len(dst) - before)
}

// jsonText is $input.json as a value.
func (st *State) JSONText(pos int, v value) value {
	text, err := st.AppendJSON(nil, v)
	if err != nil {
		st.Fail(pos, err)
	}
	return jsonvalue.String(string(text))
}

// printJSON is $input.json in the text.
func (st *State) PrintJSON(pos int, v value) {
	out, err := st.AppendJSON(st.Out, v)
	if err != nil {
		st.Fail(pos, err)
		return
	}
	st.Out = out
	if len(out) > st.Limit {
		st.Fail(pos, ErrTooLarge)
	}
}

// TakesNone implements javamethod.NoArguments.
func (*Input) TakesNone(name string) bool { return name == "getBody" || name == "params" }
