package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// model is what awsgen reads of a service-2.json.
type model struct {
	Metadata struct {
		APIVersion   string `json:"apiVersion"`
		Protocol     string `json:"protocol"`
		SigningName  string `json:"signingName"`
		Prefix       string `json:"endpointPrefix"`
		TargetPrefix string `json:"targetPrefix"`
		JSONVersion  string `json:"jsonVersion"`
		XMLNamespace string `json:"xmlNamespace"`
		FullName     string `json:"serviceFullName"`
	} `json:"metadata"`
	Operations map[string]operation `json:"operations"`
	Shapes     map[string]*shape    `json:"shapes"`
}

// operation is one entry of the model's operations.
type operation struct {
	HTTP struct {
		Method string `json:"method"`
		URI    string `json:"requestUri"`
		Code   int    `json:"responseCode"`
	} `json:"http"`
	Input  *reference `json:"input"`
	Output *struct {
		Shape   string `json:"shape"`
		Wrapper string `json:"resultWrapper"`
	} `json:"output"`
	Errors []reference `json:"errors"`
}

// reference is a use of a shape.
type reference struct {
	Shape        string   `json:"shape"`
	Location     string   `json:"location"`
	LocationName string   `json:"locationName"`
	Enum         []string `json:"enum"`
}

// shape is one type of the model.
type shape struct {
	Type      string       `json:"type"`
	Members   members      `json:"members"`
	Required  []string     `json:"required"`
	Payload   string       `json:"payload"`
	Exception bool         `json:"exception"`
	Enum      []string     `json:"enum"`
	Pattern   string       `json:"pattern"`
	Min       *json.Number `json:"min"`
	Max       *json.Number `json:"max"`
	Member    *reference   `json:"member"`
	Key       *reference   `json:"key"`
	Value     *reference   `json:"value"`
	Flattened bool         `json:"flattened"`
	Format    string       `json:"timestampFormat"`
	Error     *struct {
		Code   string `json:"code"`
		Status int    `json:"httpStatusCode"`
	} `json:"error"`
}

// member is a named part of a structure.
type member struct {
	name string
	reference
}

// members keeps the model's order, in which the framework reports violations.
type members []member

// UnmarshalJSON reads an object without losing its order.
func (m *members) UnmarshalJSON(text []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	if _, err := decoder.Token(); err != nil {
		return err
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return err
		}
		one := member{name: fmt.Sprint(name)}
		if err := decoder.Decode(&one.reference); err != nil {
			return fmt.Errorf("member %s: %w", one.name, err)
		}
		*m = append(*m, one)
	}
	return nil
}

// readModel reads service-2.json or service-2.json.gz in a folder.
func readModel(folder string) (*model, error) {
	text, err := os.ReadFile(filepath.Join(folder, "service-2.json"))
	if errors.Is(err, fs.ErrNotExist) {
		text, err = readGzip(filepath.Join(folder, "service-2.json.gz"))
	}
	if err != nil {
		return nil, err
	}
	var read model
	if err := json.Unmarshal(text, &read); err != nil {
		return nil, fmt.Errorf("model in %s: %w", folder, err)
	}
	return &read, nil
}

func readGzip(name string) ([]byte, error) {
	packed, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	reader, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(reader)
}

// signing is the service name in the credential scope.
func (m *model) signing() string {
	if m.Metadata.SigningName != "" {
		return m.Metadata.SigningName
	}
	return m.Metadata.Prefix
}

// names lists the shapes that match, in order.
func (m *model) names(want func(*shape) bool) []string {
	var found []string
	for name, one := range m.Shapes {
		if want(one) {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return found
}

// exported is the Go name of a shape or member.
func exported(name string) string {
	name = strings.TrimLeft(name, "_")
	return strings.ToUpper(name[:1]) + name[1:]
}
