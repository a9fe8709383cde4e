package jsonpath

import "github.com/sluice-gateway/sluice/internal/jsonvalue"

// scan walks v and all that is in it, parents first, and applies the token behind ".." wherever it fits.
func (r *reading) scan(t *token, v jsonvalue.Value) error {
	if t.leaf() {
		return failed("nothing stands behind '..'")
	}
	return r.walk(t.next, v)
}

func (r *reading) walk(target *token, v jsonvalue.Value) error {
	r.depth++
	defer func() { r.depth-- }()
	if r.depth > maxDepth {
		return errDepth
	}
	if o := v.Object(); o != nil {
		return r.walkObject(target, o, v)
	}
	if a := list(v); a != nil {
		return r.walkArray(target, a, v)
	}
	return nil
}

func (r *reading) walkObject(target *token, o *jsonvalue.Object, v jsonvalue.Value) error {
	if err := r.ev.spend(1); err != nil {
		return err
	}
	fits, err := r.fits(target, v)
	if err != nil {
		return err
	}
	if fits {
		if err := r.visit(target, v); err != nil {
			return err
		}
	}
	for _, e := range o.Entries() {
		if err := r.walk(target, e.Value); err != nil {
			return err
		}
	}
	return nil
}

// walkArray applies a last target to the array; of any other it skips the target and applies the token behind to every
// element, as Jayway does, noting the index.
func (r *reading) walkArray(target *token, a *jsonvalue.Array, v jsonvalue.Value) error {
	if err := r.ev.spend(1); err != nil {
		return err
	}
	fits, err := r.fits(target, v)
	if err != nil {
		return err
	}
	switch {
	case fits && target.leaf():
		if err := r.visit(target, v); err != nil {
			return err
		}
	case fits:
		next := target.next
		for i := range a.Len() {
			next.arrayIndex = i
			if err := r.visit(next, a.At(i)); err != nil {
				return err
			}
		}
	}
	for i := range a.Len() {
		if err := r.walk(target, a.At(i)); err != nil {
			return err
		}
	}
	return nil
}

// fits reports whether the target of a descent is worth applying to v.
func (r *reading) fits(target *token, v jsonvalue.Value) (bool, error) {
	switch target.kind {
	case tokenProperty:
		o := v.Object()
		if o == nil {
			return false, nil
		}
		if !target.definite() {
			return true, nil
		}
		for _, name := range target.names {
			if !o.Has(name) {
				return false, nil
			}
		}
		return true, nil
	case tokenIndex, tokenSlice:
		return list(v) != nil, nil
	case tokenWildcard:
		return true, nil
	case tokenFilter:
		return r.accepts(target, v)
	default:
		return false, nil
	}
}
