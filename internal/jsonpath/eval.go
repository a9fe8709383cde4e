package jsonpath

import (
	"errors"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

var (
	errNullRoot = &ReadError{message: "the document is null"}
	errSteps    = &ReadError{message: "reading the path takes too many steps"}
	errResults  = &ReadError{message: "the path finds too many values"}
	errDepth    = &ReadError{message: "the document is nested too deeply"}
	errBounds   = &ReadError{kind: readBounds, message: "index out of bounds"}
)

func failed(message string) error { return &ReadError{message: message} }

func refused(message string) error { return &ReadError{kind: readInvalid, message: message} }

// evaluator counts the work of one Read, nested paths and filters included.
type evaluator struct {
	steps int
	found int
	// appended counts changes of the document by append, after which arguments are read anew.
	appended int
}

// spend takes n steps.
func (ev *evaluator) spend(n int) error {
	ev.steps += n
	if ev.steps > maxSteps {
		return errSteps
	}
	return nil
}

// reading is one program at work on one document.
type reading struct {
	ev   *evaluator
	prog *program
	root jsonvalue.Value
	// strict is Jayway's REQUIRE_PROPERTIES, which holds where a filter asks for existence.
	strict  bool
	depth   int
	results []jsonvalue.Value
	// cache keeps what paths from '$' within filters gave.
	cache []cached
}

type cached struct {
	prog  *program
	value jsonvalue.Value
}

// read runs a program on doc; root is the whole document.
func (ev *evaluator) read(p *program, doc, root jsonvalue.Value, strict bool) (jsonvalue.Value, error) {
	if k := root.Kind(); k == jsonvalue.KindNull || k == jsonvalue.KindUndefined {
		return jsonvalue.Value{}, errNullRoot
	}
	r := reading{ev: ev, prog: p, root: root, strict: strict}
	if err := r.visit(p.first, doc); err != nil {
		return jsonvalue.Value{}, err
	}
	if !p.definite {
		return jsonvalue.FromArray(jsonvalue.NewArray(r.results...)), nil
	}
	if len(r.results) == 0 {
		return jsonvalue.Value{}, ErrNotFound
	}
	return r.results[len(r.results)-1], nil
}

func (r *reading) add(v jsonvalue.Value) error {
	r.ev.found++
	if r.ev.found > maxResults {
		return errResults
	}
	r.results = append(r.results, v)
	return nil
}

// forward hands v to the next token, or notes it as found behind the last.
func (r *reading) forward(t *token, v jsonvalue.Value) error {
	if t.leaf() {
		return r.add(v)
	}
	return r.visit(t.next, v)
}

// visit applies one token to a value.
func (r *reading) visit(t *token, v jsonvalue.Value) error {
	if err := r.ev.spend(1); err != nil {
		return err
	}
	switch t.kind {
	case tokenRoot:
		return r.forward(t, v)
	case tokenProperty:
		return r.property(t, v)
	case tokenIndex:
		return r.indexes(t, v)
	case tokenSlice:
		return r.slice(t, v)
	case tokenWildcard:
		return r.wildcard(t, v)
	case tokenScan:
		return r.scan(t, v)
	case tokenFilter:
		return r.filter(t, v)
	default:
		return r.call(t, v)
	}
}

func (r *reading) property(t *token, v jsonvalue.Value) error {
	o := v.Object()
	if o == nil {
		if !t.upstream {
			return nil
		}
		return ErrNotFound
	}
	if len(t.names) == 1 {
		return r.member(t, o, t.names[0])
	}
	if t.leaf() {
		return r.union(t, o)
	}
	for _, name := range t.names {
		if err := r.member(t, o, name); err != nil {
			return err
		}
	}
	return nil
}

// member follows one name.
func (r *reading) member(t *token, o *jsonvalue.Object, name string) error {
	v, ok := o.Get(name)
	if !ok {
		if r.strict || !t.leaf() && t.upstream && t.definite() {
			return ErrNotFound
		}
		return nil
	}
	return r.memberValue(t, v)
}

func (r *reading) memberValue(t *token, v jsonvalue.Value) error {
	if t.leaf() && !t.leafWanted(r.prog) {
		return nil
	}
	return r.forward(t, v)
}

// union makes an object of the names that are there.
func (r *reading) union(t *token, o *jsonvalue.Object) error {
	merged := jsonvalue.NewObject()
	for _, name := range t.names {
		v, ok := o.Get(name)
		switch {
		case ok:
			merged.Put(name, v)
		case r.strict:
			return ErrNotFound
		}
	}
	if err := r.ev.spend(len(t.names)); err != nil {
		return err
	}
	return r.add(jsonvalue.FromObject(merged))
}

// noArray is what an array token makes of a value that is none: nothing found, or nothing to do below a descent.
func noArray(t *token) error {
	if t.upstream {
		return ErrNotFound
	}
	return nil
}

func (r *reading) indexes(t *token, v jsonvalue.Value) error {
	a := list(v)
	if a == nil {
		return noArray(t)
	}
	for _, i := range t.indexes {
		if err := r.element(t, a, i); err != nil {
			return err
		}
	}
	return nil
}

// element follows one index. Jayway takes any index out of bounds further down for nothing found here.
func (r *reading) element(t *token, a *jsonvalue.Array, i int) error {
	if i < 0 {
		i += a.Len()
	}
	v := a.At(i)
	if v.IsUndefined() {
		return nil
	}
	err := r.forward(t, v)
	if err != nil && isKind(err, readBounds) {
		return nil
	}
	return err
}

func isKind(err error, k readErrorKind) bool {
	var e *ReadError
	return errors.As(err, &e) && e.kind == k
}

func (r *reading) slice(t *token, v jsonvalue.Value) error {
	a := list(v)
	if a == nil {
		return noArray(t)
	}
	from, to, n := 0, a.Len(), a.Len()
	s := t.slice
	switch {
	case s.HasFrom && s.HasTo: // a negative end gives nothing, a negative start counts as far as it reaches
		from, to = s.From, min(n, s.To)
	case s.HasFrom:
		from = s.From
		if from < 0 {
			from = max(0, n+from)
		}
	default:
		to = s.To
		if to < 0 {
			to += n
		}
		to = min(n, to)
	}
	if n == 0 {
		return nil
	}
	from = max(from, -n) // below, every index is out of bounds
	for i := from; i < to; i++ {
		if err := r.element(t, a, i); err != nil {
			return err
		}
	}
	return nil
}

func (r *reading) wildcard(t *token, v jsonvalue.Value) error {
	if o := v.Object(); o != nil {
		for _, e := range o.Entries() {
			if err := r.memberValue(t, e.Value); err != nil {
				return err
			}
		}
		return nil
	}
	a := list(v)
	if a == nil {
		return nil
	}
	for i := range a.Len() {
		err := r.element(t, a, i)
		if err != nil && (r.strict || !errors.Is(err, ErrNotFound)) {
			return err
		}
	}
	return nil
}

func (r *reading) filter(t *token, v jsonvalue.Value) error {
	if v.Object() != nil {
		ok, err := r.accepts(t, v)
		if err != nil || !ok {
			return err
		}
		return r.forward(t, v)
	}
	a := list(v)
	if a == nil {
		if t.upstream {
			return refused("a filter cannot be applied to a primitive")
		}
		return nil
	}
	for i := range a.Len() {
		ok, err := r.accepts(t, a.At(i))
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if err := r.element(t, a, i); err != nil {
			return err
		}
	}
	return nil
}

// accepts evaluates a filter's condition; what Jayway calls an invalid path there is false.
func (r *reading) accepts(t *token, item jsonvalue.Value) (bool, error) {
	if err := r.ev.spend(1); err != nil {
		return false, err
	}
	ok, err := t.condition.holds(r, item)
	if err != nil && (errors.Is(err, ErrNotFound) || isKind(err, readInvalid)) {
		return false, nil
	}
	return ok, err
}
