package account

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"

	"github.com/sluice-gateway/sluice/internal/awserror"
	"github.com/sluice-gateway/sluice/internal/secret"
)

// ImportedKey is one row of an API key file. (AWS's developer guide, "API
// Gateway API key file format".)
type ImportedKey struct {
	// Line is where the row starts in the file, counted from 1.
	Line         int
	Name         string
	Value        secret.String
	Description  string
	Enabled      bool
	UsagePlanIDs []string
}

// ReadKeyFile reads an API key file: CSV whose header names the columns Name,
// key, description, enabled and usageplanIds in any order and case. Rows with
// neither name nor key are empty and left out.
func ReadKeyFile(body []byte) ([]ImportedKey, error) {
	reader := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(body, []byte("\ufeff"))))
	reader.TrimLeadingSpace, reader.FieldsPerRecord = true, -1
	header, err := reader.Read()
	if err != nil {
		return nil, awserror.NewBadRequest("Failed to parse the API key file: the header is missing").WithCause(err)
	}
	columns, err := keyColumns(header)
	if err != nil {
		return nil, err
	}
	var keys []ImportedKey
	for {
		row, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return keys, nil
		}
		if err != nil {
			return nil, awserror.BadRequestf("Failed to parse the API key file: %v", err)
		}
		line, _ := reader.FieldPos(0)
		key := readKeyRow(row, columns)
		key.Line = line
		if key.Name == "" && key.Value.Empty() {
			continue
		}
		keys = append(keys, key)
	}
}

// keyColumns gives the columns by their lower-case names.
func keyColumns(header []string) (map[string]int, error) {
	columns := map[string]int{}
	for i, name := range header {
		columns[strings.ToLower(strings.TrimSpace(name))] = i
	}
	for _, needed := range []string{"name", "key"} {
		if _, found := columns[needed]; !found {
			return nil, awserror.BadRequestf("Failed to parse the API key file: the column %s is missing", needed)
		}
	}
	return columns, nil
}

func readKeyRow(row []string, columns map[string]int) ImportedKey {
	field := func(name string) string {
		at, found := columns[name]
		if !found || at >= len(row) {
			return ""
		}
		return strings.TrimSpace(row[at])
	}
	key := ImportedKey{
		Name: field("name"), Value: secret.New(field("key")), Description: field("description"),
		Enabled: strings.EqualFold(field("enabled"), "true"),
	}
	for plan := range strings.SplitSeq(field("usageplanids"), ",") {
		if plan = strings.TrimSpace(plan); plan != "" {
			key.UsagePlanIDs = append(key.UsagePlanIDs, plan)
		}
	}
	return key
}
