package jsonschema

import "github.com/sluice-gateway/sluice/internal/jsonvalue"

func (c *checker) object(n *node, v jsonvalue.Value, r *report) {
	o := v.Object()
	if n.noMoreProperties {
		if extra := c.extra(n, o); len(extra) > 0 {
			r.add(func() string { return notAllowed(extra) })
		}
	}
	c.first(n, v, r)
	c.needs(n, o, v, r)
	c.enum(n, v, r)
	if n.maxProperties != nil && o.Len() > *n.maxProperties {
		r.add(func() string { return tooManyProperties(o.Len(), *n.maxProperties) })
	}
	if n.minProperties != nil && o.Len() < *n.minProperties {
		r.add(func() string { return tooFewProperties(o.Len(), *n.minProperties) })
	}
	c.notAndOne(n, v, r)
	if missing := absent(o, n.required); len(missing) > 0 {
		r.add(func() string { return missingProperties(missing) })
	}
	c.kind(n, v, r)
	if r.failed || n.properties == nil && n.patterns == nil && n.moreProperties == nil {
		return
	}
	for _, name := range sortedNames(o) {
		e, _ := o.Get(name)
		c.member(n, name, e, r)
	}
}

// member applies the schemas of one property; additionalProperties only when no other holds.
func (c *checker) member(n *node, name string, v jsonvalue.Value, r *report) {
	child, known := n.properties[name]
	if known {
		c.check(child, v, r)
	}
	for _, p := range n.patterns {
		if c.matches(p.pattern, name) {
			known = true
			c.check(p.node, v, r)
		}
	}
	if !known {
		c.check(n.moreProperties, v, r)
	}
}

// needs applies dependencies: those on properties first, then those on schemas.
func (c *checker) needs(n *node, o *jsonvalue.Object, v jsonvalue.Value, r *report) {
	for _, d := range n.needs {
		if d.node != nil || !o.Has(d.name) {
			continue
		}
		if missing := absent(o, d.required); len(missing) > 0 {
			r.add(func() string { return missingNeeds(d.name, d.required, missing) })
		}
	}
	for _, d := range n.needs {
		if d.node != nil && o.Has(d.name) {
			c.check(d.node, v, r)
		}
	}
}

func absent(o *jsonvalue.Object, names []string) []string {
	var missing []string
	for _, name := range names {
		if !o.Has(name) {
			missing = append(missing, name)
		}
	}
	return missing
}

// extra returns the names, sorted, that neither properties nor patternProperties know.
func (c *checker) extra(n *node, o *jsonvalue.Object) []string {
	var extra []string
	for _, name := range sortedNames(o) {
		if _, ok := n.properties[name]; ok || c.known(n, name) {
			continue
		}
		extra = append(extra, name)
	}
	return extra
}

func (c *checker) known(n *node, name string) bool {
	for _, p := range n.patterns {
		if c.matches(p.pattern, name) {
			return true
		}
	}
	return false
}
