package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"gopkg.in/yaml.v3"
)

// settingsFile answers kong from a YAML file with the flags' names as keys.
type settingsFile struct {
	path   string
	values map[string]any
}

// readSettingsFile implements kong.ConfigurationLoader.
func readSettingsFile(r io.Reader) (kong.Resolver, error) {
	path := "settings file"
	if file, ok := r.(*os.File); ok {
		path = file.Name()
	}
	values := map[string]any{}
	err := yaml.NewDecoder(r).Decode(&values)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &settingsFile{path: path, values: values}, nil
}

// Validate implements kong.Resolver: an unknown key is refused by name.
func (f *settingsFile) Validate(app *kong.Application) error {
	known := map[string]bool{}
	_ = kong.Visit(app.Node, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok {
			known[flag.Name] = true
		}
		return next(nil)
	})
	for _, key := range slices.Sorted(maps.Keys(f.values)) {
		if !known[key] {
			return fmt.Errorf("%w: %s: unknown setting %q", errSettings, f.path, key)
		}
	}
	return nil
}

// Resolve implements kong.Resolver. A variable of the environment wins over the
// file, as a flag wins over both.
func (f *settingsFile) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	value, found := f.values[flag.Name]
	if !found || slices.ContainsFunc(flag.Envs, isSet) {
		return nil, nil //nolint:nilnil // kong's way to say: not here
	}
	if pairs, ok := value.(map[string]any); ok {
		var text []string
		for _, key := range slices.Sorted(maps.Keys(pairs)) {
			text = append(text, fmt.Sprintf("%s=%v", key, pairs[key]))
		}
		return strings.Join(text, ","), nil
	}
	if list, ok := value.([]any); ok {
		var text []string
		for _, item := range list {
			text = append(text, fmt.Sprint(item))
		}
		return strings.Join(text, ","), nil
	}
	return fmt.Sprint(value), nil
}

func isSet(variable string) bool {
	_, set := os.LookupEnv(variable)
	return set
}
