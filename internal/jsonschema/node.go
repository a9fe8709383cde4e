package jsonschema

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	tekuri "github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

// node is one schema made ready to check a value: each keyword in the form that the check wants, nil where it is not set.
type node struct {
	// loop marks a reference that leads to itself alone: to reach it fails.
	loop bool

	types     typeSet // 0 allows all
	typeNames string  // as the message lists them

	enum      map[string]bool // by canonical text
	enumNames string
	all       []*node
	any       []*node
	one       []*node
	not       *node

	maximum, minimum, multiple *bound
	maxLength, minLength       *int
	pattern                    pattern
	format                     format

	maxItems, minItems *int
	unique             bool
	items              *node
	tuple              []*node
	isTuple            bool
	moreItems          *node
	noMoreItems        bool

	maxProperties, minProperties *int
	required                     []string // sorted
	properties                   map[string]*node
	patterns                     []patternNode // sorted
	moreProperties               *node
	noMoreProperties             bool
	needs                        []need // sorted
}

// bound is a limit of numbers and its text.
type bound struct {
	decimal   jsonvalue.Decimal
	int       int64
	isInt     bool
	text      string
	exclusive bool
}

// patternNode is the schema of all properties whose names match.
type patternNode struct {
	pattern pattern
	node    *node
}

// need is what a property's presence asks for: other properties or a schema.
type need struct {
	name     string
	required []string // sorted
	node     *node
}

// builder turns the compiler's schemas into nodes, each once, so that circles close.
type builder struct {
	docs  map[string]jsonvalue.Value
	nodes map[*tekuri.Schema]*node
}

// node returns the node of a schema, following its reference; nil of none.
func (b *builder) node(s *tekuri.Schema) (n *node, err error) {
	for range 1000 {
		if s == nil || s.Ref == nil {
			break
		}
		s = s.Ref
	}
	if s == nil {
		return n, nil
	}
	if s.Ref != nil {
		return &node{loop: true}, nil
	}
	if known, ok := b.nodes[s]; ok {
		return known, nil
	}
	raw, err := b.raw(s.Location)
	if err != nil {
		return nil, err
	}
	n = &node{}
	b.nodes[s] = n
	for _, fill := range []func(*node, *tekuri.Schema, *jsonvalue.Object) error{b.any, b.numbers, b.strings, b.arrays, b.objects} {
		if err := fill(n, s, raw); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// raw finds a schema's own text.
func (b *builder) raw(location string) (*jsonvalue.Object, error) {
	address, fragment, _ := strings.Cut(location, "#")
	v, ok := b.docs[address]
	if !ok {
		return nil, fmt.Errorf("%s was not loaded", address)
	}
	if fragment != "" {
		for token := range strings.SplitSeq(strings.TrimPrefix(fragment, "/"), "/") {
			name, err := url.PathUnescape(token)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", location, err)
			}
			name = strings.ReplaceAll(strings.ReplaceAll(name, "~1", "/"), "~0", "~")
			if v.Array() != nil {
				i, _ := strconv.Atoi(name)
				v = v.At(i)
				continue
			}
			v = v.Get(name)
		}
	}
	if v.Object() == nil {
		return nil, fmt.Errorf("%s is no schema", location)
	}
	return v.Object(), nil
}

func (b *builder) list(schemas []*tekuri.Schema) ([]*node, error) {
	var nodes []*node
	for _, s := range schemas {
		n, err := b.node(s)
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, n)
	}
	return nodes, nil
}

// any fills the keywords that hold for every type.
func (b *builder) any(n *node, s *tekuri.Schema, raw *jsonvalue.Object) error {
	if s.Types != nil {
		n.types, n.typeNames = typesOf(s.Types.ToStrings())
	}
	if values, _ := raw.Get("enum"); values.Array() != nil {
		n.enum = map[string]bool{}
		for _, v := range values.Array().All() {
			n.enum[string(appendCanonical(nil, v))] = true
		}
		n.enumNames = jsonText(values)
	}
	var err error
	if n.all, err = b.list(s.AllOf); err != nil {
		return err
	}
	if n.any, err = b.list(s.AnyOf); err != nil {
		return err
	}
	if n.one, err = b.list(s.OneOf); err != nil {
		return err
	}
	n.not, err = b.node(s.Not)
	return err
}

func (b *builder) numbers(n *node, _ *tekuri.Schema, raw *jsonvalue.Object) error {
	n.maximum = boundOf(raw, "maximum", "exclusiveMaximum")
	n.minimum = boundOf(raw, "minimum", "exclusiveMinimum")
	n.multiple = boundOf(raw, "multipleOf", "")
	return nil
}

func boundOf(raw *jsonvalue.Object, key, exclusive string) *bound {
	v, _ := raw.Get(key)
	if !v.IsNumber() {
		return nil
	}
	b := &bound{}
	b.decimal, _ = jsonvalue.ParseDecimal(v.NumberText())
	b.text = b.decimal.Reduced().Plain(18 - len(v.NumberText())) // as a long, where it is one
	b.int, b.isInt = v.Int64()
	if exclusive != "" {
		e, _ := raw.Get(exclusive)
		b.exclusive = e.Bool()
	}
	return b
}

func (b *builder) strings(n *node, s *tekuri.Schema, raw *jsonvalue.Object) error {
	n.maxLength, n.minLength = s.MaxLength, s.MinLength
	if p, ok := s.Pattern.(pattern); ok {
		n.pattern = p
	}
	if f, _ := raw.Get("format"); f.Kind() == jsonvalue.KindString {
		n.format = formatNamed(f.Text())
	}
	return nil
}

func (b *builder) arrays(n *node, s *tekuri.Schema, _ *jsonvalue.Object) error {
	n.maxItems, n.minItems, n.unique = s.MaxItems, s.MinItems, s.UniqueItems
	var err error
	switch items := s.Items.(type) {
	case *tekuri.Schema:
		n.items, err = b.node(items)
	case []*tekuri.Schema:
		n.isTuple = true
		n.tuple, err = b.list(items)
	}
	if err != nil {
		return err
	}
	switch more := s.AdditionalItems.(type) {
	case *tekuri.Schema:
		n.moreItems, err = b.node(more)
	case bool:
		n.noMoreItems = !more
	}
	return err
}

func (b *builder) objects(n *node, s *tekuri.Schema, _ *jsonvalue.Object) error {
	n.maxProperties, n.minProperties = s.MaxProperties, s.MinProperties
	n.required = slices.Sorted(slices.Values(s.Required))
	if len(s.Properties) > 0 {
		n.properties = make(map[string]*node, len(s.Properties))
	}
	for name, p := range s.Properties {
		child, err := b.node(p)
		if err != nil {
			return err
		}
		n.properties[name] = child
	}
	for re, p := range s.PatternProperties {
		child, err := b.node(p)
		if err != nil {
			return err
		}
		if compiled, ok := re.(pattern); ok {
			n.patterns = append(n.patterns, patternNode{compiled, child})
		}
	}
	slices.SortFunc(n.patterns, func(a, b patternNode) int { return strings.Compare(a.pattern.String(), b.pattern.String()) })
	var err error
	switch more := s.AdditionalProperties.(type) {
	case *tekuri.Schema:
		n.moreProperties, err = b.node(more)
	case bool:
		n.noMoreProperties = !more
	}
	if err != nil {
		return err
	}
	return b.dependencies(n, s)
}

func (b *builder) dependencies(n *node, s *tekuri.Schema) error {
	for name, d := range s.Dependencies {
		dep := need{name: name}
		switch d := d.(type) {
		case []string:
			dep.required = slices.Sorted(slices.Values(d))
		case *tekuri.Schema:
			child, err := b.node(d)
			if err != nil {
				return err
			}
			dep.node = child
		}
		n.needs = append(n.needs, dep)
	}
	slices.SortFunc(n.needs, func(a, b need) int { return strings.Compare(a.name, b.name) })
	return nil
}
