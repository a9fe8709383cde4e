package arch_test

import (
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strings"
	"testing"
)

const (
	maxFile     = 500
	maxFunction = 60
	maxPackage  = 2000
)

// TestBudgets holds sizes: a reader should be able to hold a file in mind.
func TestBudgets(t *testing.T) {
	t.Parallel()
	packages := map[string]int{}
	for _, source := range sources(t) {
		if source.generated {
			continue
		}
		if source.lines > maxFile {
			t.Errorf("%s has %d lines, more than %d: split it by noun", source.path, source.lines, maxFile)
		}
		if source.test {
			continue
		}
		packages[source.room] += source.lines
		for _, declaration := range source.syntax.Decls {
			function, ok := declaration.(*ast.FuncDecl)
			if !ok || function.Body == nil {
				continue
			}
			lines := source.set.Position(function.End()).Line - source.set.Position(function.Pos()).Line + 1
			if lines > maxFunction {
				t.Errorf("%s: %s has %d lines, more than %d", source.path, function.Name.Name, lines, maxFunction)
			}
		}
	}
	for room, lines := range packages {
		if lines > maxPackage {
			t.Errorf("package %s has %d lines, more than %d: split it by noun", room, lines, maxPackage)
		}
	}
}

// TestNames keeps packages that are named for nothing out of the house.
func TestNames(t *testing.T) {
	t.Parallel()
	banned := []string{"util", "utils", "common", "helper", "helpers", "types", "base", "model", "models", "misc"}
	for _, source := range sources(t) {
		if slices.Contains(banned, path.Base(source.room)) {
			t.Errorf("%s: a package named %q says nothing: name the concept", source.path, path.Base(source.room))
		}
	}
}

// TestNoHiddenWork keeps init functions and changing package variables out.
func TestNoHiddenWork(t *testing.T) {
	t.Parallel()
	for _, source := range sources(t) {
		if source.generated || source.test {
			continue
		}
		assigned := map[string]bool{}
		for _, declaration := range source.syntax.Decls {
			switch declared := declaration.(type) {
			case *ast.FuncDecl:
				if declared.Recv == nil && declared.Name.Name == "init" {
					t.Errorf("%s: init runs unseen: let the caller construct what it needs", source.path)
				}
			case *ast.GenDecl:
				if declared.Tok == token.VAR {
					collectNames(declared, assigned)
				}
			}
		}
		ast.Inspect(source.syntax, func(node ast.Node) bool {
			statement, ok := node.(*ast.AssignStmt)
			if !ok || statement.Tok == token.DEFINE {
				return true
			}
			for _, left := range statement.Lhs {
				if name, ok := left.(*ast.Ident); ok && assigned[name.Name] && !shadowed(source.syntax, name) {
					t.Errorf("%s: package variable %s changes: pass state as arguments and results", source.path, name.Name)
				}
			}
			return true
		})
	}
}

func collectNames(declared *ast.GenDecl, into map[string]bool) {
	for _, spec := range declared.Specs {
		value, ok := spec.(*ast.ValueSpec)
		if !ok {
			continue
		}
		for _, name := range value.Names {
			if name.Name != "_" {
				into[name.Name] = true
			}
		}
	}
}

// shadowed says whether the function around name declares a variable of the
// same name; it is generous, for this is a guard and not a compiler.
func shadowed(syntax *ast.File, name *ast.Ident) bool {
	found := false
	ast.Inspect(syntax, func(node ast.Node) bool {
		function, ok := node.(*ast.FuncDecl)
		if !ok || name.Pos() < function.Pos() || name.Pos() > function.End() {
			return true
		}
		ast.Inspect(function, func(inner ast.Node) bool {
			switch declared := inner.(type) {
			case *ast.AssignStmt:
				for _, left := range declared.Lhs {
					if same, ok := left.(*ast.Ident); ok && declared.Tok == token.DEFINE && same.Name == name.Name {
						found = true
					}
				}
			case *ast.Field:
				for _, same := range declared.Names {
					found = found || same.Name == name.Name
				}
			case *ast.ValueSpec:
				for _, same := range declared.Names {
					found = found || same.Name == name.Name
				}
			}
			return true
		})
		return false
	})
	return found
}

// TestPackageComments wants exactly one comment a package, that says what it is.
func TestPackageComments(t *testing.T) {
	t.Parallel()
	comments := map[string][]string{}
	rooms := map[string]bool{}
	for _, source := range sources(t) {
		if source.generated || source.test {
			continue
		}
		rooms[source.room] = true
		if source.syntax.Doc != nil && strings.TrimSpace(source.syntax.Doc.Text()) != "" {
			comments[source.room] = append(comments[source.room], source.path)
		}
	}
	for room := range rooms {
		if len(comments[room]) != 1 {
			t.Errorf("package %s has %d package comments %v, want one that says what it is and what it is not", room, len(comments[room]), comments[room])
		}
	}
}
