package arch_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// module is the path that our own imports start with.
const module = "github.com/sluice-gateway/sluice"

// file is one Go source file of the module.
type file struct {
	// path from the module's root, with slashes.
	path string
	// room is its package's folder.
	room      string
	test      bool
	generated bool
	lines     int
	syntax    *ast.File
	set       *token.FileSet
	imports   []string
}

// sources reads every Go file of the module but those of tools, a module of
// its own.
func sources(t *testing.T) []file {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	var files []file
	walk := func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		relative = filepath.ToSlash(relative)
		if entry.IsDir() {
			if relative == "tools" || (strings.HasPrefix(entry.Name(), ".") && relative != ".") || entry.Name() == "testdata" {
				return filepath.SkipDir
			}
			return nil
		}
		if strings.HasSuffix(relative, ".go") {
			files = append(files, read(t, name, relative))
		}
		return nil
	}
	if err := filepath.WalkDir(root, walk); err != nil {
		t.Fatal(err)
	}
	if len(files) < 20 {
		t.Fatalf("read only %d files below %s: the walk is broken", len(files), root)
	}
	return files
}

func read(t *testing.T, name, relative string) file {
	t.Helper()
	set := token.NewFileSet()
	syntax, err := parser.ParseFile(set, name, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatalf("%s: %v", relative, err)
	}
	result := file{
		path: relative, room: path.Dir(relative), set: set, syntax: syntax,
		test:      strings.HasSuffix(relative, "_test.go"),
		generated: ast.IsGenerated(syntax),
		lines:     set.File(syntax.Pos()).LineCount(),
	}
	for _, spec := range syntax.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatalf("%s: %v", relative, err)
		}
		result.imports = append(result.imports, imported)
	}
	return result
}

// within says whether a folder is a room or lies inside of it.
func within(folder, room string) bool {
	return folder == room || strings.HasPrefix(folder, room+"/")
}
