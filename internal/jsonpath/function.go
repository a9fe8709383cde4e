package jsonpath

import (
	"math"
	"strings"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// paramValue is what a path argument gave.
type paramValue = jsonvalue.Value

// call applies a function. Its result counts as found even when more tokens follow, as in Jayway.
func (r *reading) call(t *token, v jsonvalue.Value) error {
	r.depth++
	defer func() { r.depth-- }()
	if r.depth > maxDepth {
		return errDepth
	}
	f, ok := functionNamed(t.call)
	if !ok {
		return refused("unknown function " + t.call)
	}
	if err := r.readParams(t); err != nil {
		return err
	}
	result, err := f(r, t.params, v)
	if err != nil {
		return err
	}
	if err := r.add(result); err != nil {
		return err
	}
	dropWildcard(t.params)
	if t.leaf() {
		return nil
	}
	return r.visit(t.next, result)
}

// readParams reads the arguments that are paths, always from the root. The first value stays until the document changes.
func (r *reading) readParams(t *token) error {
	for _, p := range t.params {
		if p.path == nil {
			continue
		}
		v, err := r.ev.read(p.path, r.root, r.root, r.strict)
		if err != nil {
			return err
		}
		if !p.read || p.appended != r.ev.appended {
			p.value, p.read, p.appended = v, true, r.ev.appended
		}
	}
	return nil
}

// dropWildcard takes the first wildcard out of the first argument's path: Jayway does so after every call, in order to
// undo what length added.
func dropWildcard(params []*param) {
	if len(params) == 0 || params[0].path == nil || params[0].path.function {
		return
	}
	for t := params[0].path.first.next; t != nil && t.next != nil; t = t.next {
		if t.next.kind == tokenWildcard {
			t.next = t.next.next
			return
		}
	}
}

type function func(r *reading, params []*param, v jsonvalue.Value) (jsonvalue.Value, error)

func functionNamed(name string) (function, bool) {
	switch name {
	case "min", "max", "avg", "sum", "stddev":
		return func(r *reading, params []*param, v jsonvalue.Value) (jsonvalue.Value, error) {
			return aggregate(r, name, params, v)
		}, true
	case "length", "size":
		return length, true
	case "concat":
		return concat, true
	case "append":
		return appendTo, true
	case "keys":
		return keys, true
	case "first", "last", "index":
		return func(r *reading, params []*param, v jsonvalue.Value) (jsonvalue.Value, error) {
			return pick(r, name, params, v)
		}, true
	default:
		return nil, false
	}
}

// get returns an argument's value; JSON is read anew each time, as each may be changed.
func (p *param) get(ev *evaluator) (jsonvalue.Value, error) {
	if p.path != nil {
		return p.value, nil
	}
	if err := ev.spend(len(p.json)/64 + 1); err != nil {
		return jsonvalue.Value{}, err
	}
	v, err := jsonvalue.ParseString(p.json, jsonvalue.Options{Lenient: true})
	if err != nil {
		return v, failed("argument: " + err.Error())
	}
	return v, nil
}

// items yields the arguments' values, those of arrays one by one, nulls left out.
func (r *reading) items(params []*param, use func(jsonvalue.Value) error) error {
	for _, p := range params {
		v, err := p.get(r.ev)
		if err != nil {
			return err
		}
		a := list(v)
		if a == nil {
			a = jsonvalue.NewArray(v)
		}
		if err := r.ev.spend(a.Len()); err != nil {
			return err
		}
		for _, e := range a.Elems() {
			if e.IsNull() {
				continue
			}
			if err := use(e); err != nil {
				return err
			}
		}
	}
	return nil
}

// numbers calls use for each number of the array v and of the arguments, in Jayway's order.
func (r *reading) numbers(params []*param, v jsonvalue.Value, use func(float64)) error {
	if a := list(v); a != nil {
		if err := r.ev.spend(a.Len()); err != nil {
			return err
		}
		for _, e := range a.Elems() {
			if e.IsNumber() {
				use(e.Float64())
			}
		}
	}
	return r.items(params, func(e jsonvalue.Value) error {
		if e.IsNumber() {
			use(e.Float64())
		}
		return nil
	})
}

// aggregate computes min, max, avg, sum and stddev in doubles, with Jayway's start values: max of negative numbers is
// Double.MIN_VALUE.
func aggregate(r *reading, name string, params []*param, v jsonvalue.Value) (jsonvalue.Value, error) {
	count, sum, squares := 0.0, 0.0, 0.0
	low, high := math.MaxFloat64, math.SmallestNonzeroFloat64
	err := r.numbers(params, v, func(f float64) {
		count++
		sum += f
		squares += f * f
		if low > f {
			low = f
		}
		if high < f {
			high = f
		}
	})
	if err != nil {
		return jsonvalue.Value{}, err
	}
	if count == 0 {
		return jsonvalue.Value{}, failed(name + "() of no numbers")
	}
	switch name {
	case "min":
		return jsonvalue.Float(low), nil
	case "max":
		return jsonvalue.Float(high), nil
	case "avg":
		return jsonvalue.Float(sum / count), nil
	case "sum":
		return jsonvalue.Float(sum), nil
	default:
		return jsonvalue.Float(math.Sqrt(float64(squares/count) - float64(sum*sum/count/count))), nil
	}
}

// length counts an array or object. With an argument Jayway puts a wildcard behind the argument's path, reads that from v
// and counts the array that comes out.
func length(r *reading, params []*param, v jsonvalue.Value) (jsonvalue.Value, error) {
	if len(params) > 0 {
		p := params[0].path
		if p == nil {
			return jsonvalue.Value{}, failed("length() of JSON")
		}
		if !p.function {
			addWildcard(p)
		}
		inner, err := r.ev.read(p, v, v, r.strict)
		if err != nil {
			return jsonvalue.Value{}, err
		}
		if a := list(inner); a != nil {
			return jsonvalue.Int(int64(a.Len())), nil
		}
	}
	if list(v) != nil || v.Object() != nil {
		return jsonvalue.Int(int64(v.Len())), nil
	}
	return jsonvalue.Null(), nil
}

func addWildcard(p *program) {
	t := p.first.next
	if t == nil {
		return
	}
	for t.next != nil {
		t = t.next
	}
	t.next = &token{kind: tokenWildcard, upstream: true, arrayIndex: -1}
}

// concat joins the strings of the array v and the arguments' values as text.
func concat(r *reading, params []*param, v jsonvalue.Value) (jsonvalue.Value, error) {
	var b strings.Builder
	if a := list(v); a != nil {
		if err := r.ev.spend(a.Len()); err != nil {
			return jsonvalue.Value{}, err
		}
		for _, e := range a.Elems() {
			b.WriteString(e.Text())
		}
	}
	err := r.items(params, func(e jsonvalue.Value) error {
		text, err := jsonvalue.AppendText(nil, e, 0)
		if err != nil {
			return failed("concat(): " + err.Error())
		}
		b.Write(text)
		if b.Len() > jsonvalue.MaxOutput {
			return errResults
		}
		return nil
	})
	return jsonvalue.String(b.String()), err
}

// appendTo adds the arguments to the document's own array, as Jayway does.
func appendTo(r *reading, params []*param, v jsonvalue.Value) (jsonvalue.Value, error) {
	a := list(v)
	for _, p := range params {
		if a == nil {
			break
		}
		e, err := p.get(r.ev)
		if err != nil {
			return jsonvalue.Value{}, err
		}
		r.ev.found++
		if r.ev.found > maxResults {
			return jsonvalue.Value{}, errResults
		}
		a.Append(e)
		r.ev.appended++
	}
	return v, nil
}

// keys returns the names of an object as a set.
func keys(r *reading, _ []*param, v jsonvalue.Value) (jsonvalue.Value, error) {
	o := v.Object()
	if o == nil {
		return jsonvalue.Null(), nil
	}
	if err := r.ev.spend(o.Len()); err != nil {
		return jsonvalue.Value{}, err
	}
	names := make([]jsonvalue.Value, 0, o.Len())
	for _, e := range o.Entries() {
		names = append(names, jsonvalue.String(e.Key))
	}
	return jsonvalue.FromArray(jsonvalue.NewSet(names...)), nil
}

// pick returns one element of an array. Jayway refuses a negative index that reaches the first element, so last() of one
// element fails.
func pick(r *reading, name string, params []*param, v jsonvalue.Value) (jsonvalue.Value, error) {
	a := list(v)
	if a == nil {
		return jsonvalue.Value{}, failed(name + "() of no array")
	}
	i, err := pickIndex(r, name, params)
	if err != nil {
		return jsonvalue.Value{}, err
	}
	if i < 0 {
		i += a.Len()
		if i <= 0 {
			return jsonvalue.Value{}, failed(name + "() beyond the array")
		}
	}
	e := a.At(i)
	if e.IsUndefined() {
		return e, errBounds
	}
	return e, nil
}

func pickIndex(r *reading, name string, params []*param) (int, error) {
	switch name {
	case "first":
		return 0, nil
	case "last":
		return -1, nil
	}
	index, found := int32(0), false
	err := r.items(params, func(e jsonvalue.Value) error {
		if !e.IsNumber() || found {
			return nil
		}
		index, found = intValue(e), true
		return nil
	})
	if err != nil {
		return 0, err
	}
	if !found {
		return 0, errBounds
	}
	return int(index), nil
}

// intValue is Number.intValue: low bits of an integer, a double cut to the range.
func intValue(v jsonvalue.Value) int32 {
	switch v.NumberKind() {
	case jsonvalue.Integer, jsonvalue.Long:
		i, _ := v.Int64()
		return int32(i)
	case jsonvalue.Double:
		f := v.Float64()
		switch {
		case math.IsNaN(f):
			return 0
		case f >= math.MaxInt32:
			return math.MaxInt32
		case f <= math.MinInt32:
			return math.MinInt32
		}
		return int32(f)
	default:
		d, _ := jsonvalue.ParseDecimal(v.NumberText())
		return d.Int32()
	}
}
