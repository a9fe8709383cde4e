package jsonvalue

import "iter"

// indexAt is the number of members above which an object keeps a hash index; below it a scan is faster.
const indexAt = 32

// Entry is one member of an object.
type Entry struct {
	Key   string
	Value Value
}

// Object is a map that keeps the order in which its keys first came (Java's LinkedHashMap).
type Object struct {
	entries []Entry
	index   map[string]int // nil up to indexAt members
	silent  bool
}

// NewObject returns an object of the given members; of equal keys the last value wins at the first one's place.
func NewObject(entries ...Entry) *Object {
	o := &Object{entries: make([]Entry, 0, len(entries))}
	for _, e := range entries {
		o.Put(e.Key, e.Value)
	}
	return o
}

// NewSilentObject returns an object whose Java text is empty, as that of $context and its parts is.
func NewSilentObject(entries ...Entry) *Object {
	o := NewObject(entries...)
	o.silent = true
	return o
}

// IsSilent reports whether the object's Java text is empty.
func (o *Object) IsSilent() bool { return o.silent }

// Len returns the number of members.
func (o *Object) Len() int { return len(o.entries) }

// Entries returns the members themselves in order, for reading only.
func (o *Object) Entries() []Entry { return o.entries }

// All yields key and value in order.
func (o *Object) All() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		for i := range o.entries {
			if !yield(o.entries[i].Key, o.entries[i].Value) {
				return
			}
		}
	}
}

// Get returns the value of key and whether it is there.
func (o *Object) Get(key string) (Value, bool) {
	if i := o.find(key); i >= 0 {
		return o.entries[i].Value, true
	}
	return Value{}, false
}

// Has reports whether key is there.
func (o *Object) Has(key string) bool { return o.find(key) >= 0 }

// Put sets key and returns what it was, undefined when it is new.
func (o *Object) Put(key string, v Value) Value {
	if i := o.find(key); i >= 0 {
		old := o.entries[i].Value
		o.entries[i].Value = v
		return old
	}
	o.entries = append(o.entries, Entry{Key: key, Value: v})
	switch {
	case o.index != nil:
		o.index[key] = len(o.entries) - 1
	case len(o.entries) > indexAt:
		o.reindex()
	}
	return Value{}
}

// Remove takes key out and returns its value, undefined when it was not there.
func (o *Object) Remove(key string) Value {
	i := o.find(key)
	if i < 0 {
		return Value{}
	}
	old := o.entries[i].Value
	copy(o.entries[i:], o.entries[i+1:])
	o.entries[len(o.entries)-1] = Entry{}
	o.entries = o.entries[:len(o.entries)-1]
	if o.index != nil {
		o.reindex()
	}
	return old
}

// Clear takes all members out.
func (o *Object) Clear() { o.entries, o.index = nil, nil }

func (o *Object) find(key string) int {
	if o.index != nil {
		if i, ok := o.index[key]; ok {
			return i
		}
		return -1
	}
	for i := range o.entries {
		if sameKey(o.entries[i].Key, key) {
			return i
		}
	}
	return -1
}

// sameKey compares keys, which mostly differ in length or at their first byte, without a call for those.
func sameKey(a, b string) bool {
	return len(a) == len(b) && (len(a) == 0 || a[0] == b[0] && a == b)
}

// reindex builds the index anew, or drops it when a scan will do.
func (o *Object) reindex() {
	if len(o.entries) <= indexAt {
		o.index = nil
		return
	}
	o.index = make(map[string]int, len(o.entries))
	for i := range o.entries {
		o.index[o.entries[i].Key] = i
	}
}
