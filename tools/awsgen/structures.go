package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// structures writes the structs of the shapes that are wanted, with their
// constraints. Exceptions are left out: awserror carries those.
func (e *emitter) structures(want func(string) bool) string {
	var out strings.Builder
	for _, name := range e.names(func(one *shape) bool { return one.Type == "structure" && !one.Exception }) {
		if want(name) {
			e.structure(&out, name, e.Shapes[name])
		}
	}
	return e.begin("", out.String())
}

func (e *emitter) structure(out *strings.Builder, name string, one *shape) {
	title := exported(name)
	fmt.Fprintf(out, "// %s is the shape of that name.\ntype %s struct {\n", title, title)
	for _, part := range one.Members {
		fmt.Fprintf(out, "%s %s `wire:%q`\n", exported(part.name), e.fieldType(name, part), e.tag(name, one, part))
	}
	out.WriteString("}\n\n")
	var lines []string
	for _, part := range one.Members {
		if line := e.constraint(name, one, part); line != "" {
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(out, "// Constraints lists what the framework demands of the members, in the model's order.\nfunc (*%s) Constraints() []wire.Constraint {\nreturn []wire.Constraint{\n%s\n}\n}\n\n", title, strings.Join(lines, "\n"))
}

// tag is where a member travels and under which name: "location,name[,option…]".
func (e *emitter) tag(of string, one *shape, part member) string {
	name := part.LocationName
	if name == "" {
		name = part.name
	}
	location := part.Location
	switch {
	case one.Payload == part.name:
		location = "payload"
	case location == "":
		location = "body"
	case location == "querystring":
		location = "query"
	}
	tag := location + "," + name
	used := e.Shapes[part.Shape]
	if used.Type == "timestamp" && used.Format != "" {
		tag += "," + used.Format
	}
	if (used.Type == "list" || used.Type == "map") && used.Flattened {
		tag += ",flattened"
	}
	if otherwise := recordedOtherwise(e.service, of, part.name); otherwise != "" {
		tag += ",otherwise=" + otherwise
	}
	return tag
}

// fieldType is the Go type of a member: nil means absent, but for path labels,
// which are always there.
func (e *emitter) fieldType(of string, part member) string {
	used := e.Shapes[part.Shape]
	if recordedNullable(e.service, of, part.name) {
		return "map[string]*" + e.goType(used.Value.Shape)
	}
	name := e.goType(part.Shape)
	if part.Location == "uri" {
		return name
	}
	switch used.Type {
	case "list", "map", "blob":
		return name
	default:
		return "*" + name
	}
}

func (e *emitter) goType(name string) string {
	used := e.Shapes[name]
	switch used.Type {
	case "structure":
		return exported(name)
	case "list":
		return "[]" + e.goType(used.Member.Shape)
	case "map":
		return "map[string]" + e.goType(used.Value.Shape)
	case "string":
		if len(used.Enum) > 0 {
			return exported(name)
		}
		return "string"
	case "integer":
		return "int32"
	case "long":
		return "int64"
	case "double", "float":
		return "float64"
	case "boolean":
		return "bool"
	case "timestamp":
		return "time.Time"
	case "blob":
		return "[]byte"
	default:
		return "UNKNOWN_" + used.Type
	}
}

// constraint is the literal of a member's constraint, empty when it has none.
func (e *emitter) constraint(of string, one *shape, part member) string {
	fields := e.rules(part.reference)
	if recordedUnchecked(e.service, of, part.name) {
		fields = nil
	}
	if slices.Contains(one.Required, part.name) {
		fields = append([]string{"Required: true"}, fields...)
	}
	if len(fields) == 0 {
		return ""
	}
	return fmt.Sprintf("{Member: %q, %s},", exported(part.name), strings.Join(fields, ", "))
}

// rules lists the fields of a wire.Constraint that a use of a shape makes.
func (e *emitter) rules(use reference) []string {
	used := e.Shapes[use.Shape]
	var fields []string
	switch {
	case len(use.Enum) > 0:
		fields = append(fields, "Enum: "+literal(use.Enum))
	case len(used.Enum) > 0:
		fields = append(fields, fmt.Sprintf("Enum: %sValues()", exported(use.Shape)))
	}
	if used.Pattern != "" {
		fields = append(fields, "Pattern: "+strconv.Quote(used.Pattern))
	}
	if used.Min != nil {
		fields = append(fields, "Min: new(int64("+used.Min.String()+"))")
	}
	if used.Max != nil {
		fields = append(fields, "Max: new(int64("+used.Max.String()+"))")
	}
	if used.Type == "list" {
		fields = append(fields, e.nested("Element", *used.Member)...)
	}
	if used.Type == "map" {
		fields = append(fields, e.nested("Key", *used.Key)...)
		fields = append(fields, e.nested("Element", *used.Value)...)
	}
	return fields
}

// nested is the constraint of a list's elements or a map's keys or values.
func (e *emitter) nested(field string, use reference) []string {
	fields := e.rules(use)
	if len(fields) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%s: &wire.Constraint{%s}", field, strings.Join(fields, ", "))}
}
