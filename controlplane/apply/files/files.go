// Package files finds what can be applied on disk: CloudFormation templates and
// OpenAPI documents, told apart by what is in them. It applies nothing.
package files

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sluice-gateway/sluice/internal/jsonvalue"
	"github.com/sluice-gateway/sluice/internal/yamlvalue"
)

// Kind is what a file holds.
type Kind string

// The kinds of file.
const (
	// Template is a CloudFormation template.
	Template Kind = "CloudFormation template"
	// OpenAPI is an OpenAPI document.
	OpenAPI Kind = "OpenAPI document"
)

// File is a file that can be applied.
type File struct {
	Path string
	Kind Kind
	// Name is the file's without its endings: a stack's name, for templates.
	Name string
	Text []byte
}

// endings of files that may be templates or documents.
var endings = []string{".json", ".yaml", ".yml", ".template"}

// Find reads the file at path, or those in the folder at path that can be applied,
// by name: templates as `cdk synth` (cdk.out), sam and serverless (.serverless)
// leave them, and OpenAPI documents. Other files are left alone.
func Find(path string) ([]File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		file, ok, err := readFile(path)
		if err == nil && !ok {
			err = fmt.Errorf("%s is neither a CloudFormation template nor an OpenAPI document", path)
		}
		return []File{file}, err
	}
	all, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	var found []File
	for _, entry := range all {
		if entry.IsDir() || !slices.Contains(endings, filepath.Ext(entry.Name())) {
			continue
		}
		file, ok, err := readFile(filepath.Join(path, entry.Name()))
		if err != nil {
			return nil, err
		}
		if ok {
			found = append(found, file)
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("no CloudFormation template and no OpenAPI document in %s", path)
	}
	return found, nil
}

func readFile(path string) (file File, ok bool, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return File{}, false, err
	}
	name := filepath.Base(path)
	for _, ending := range append([]string{".template"}, endings...) {
		name = strings.TrimSuffix(name, ending)
	}
	name = strings.TrimSuffix(name, ".template")
	root, err := yamlvalue.Parse(text, yamlvalue.Options{})
	if err != nil {
		return File{}, false, nil //nolint:nilerr // what cannot be read is none of ours
	}
	file = File{Path: path, Name: name, Text: text}
	switch {
	case root.Get("Resources").Kind() == jsonvalue.KindObject:
		file.Kind = Template
	case !root.Get("openapi").IsUndefined() || !root.Get("swagger").IsUndefined():
		file.Kind = OpenAPI
	default:
		return File{}, false, nil
	}
	return file, true, nil
}
