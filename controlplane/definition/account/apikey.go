package account

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/sluice-gateway/sluice/internal/awserror"
	"github.com/sluice-gateway/sluice/internal/secret"
)

// The limits that AWS sets to an API key's texts, in characters.
const (
	maxAPIKeyName        = 1024
	minAPIKeyValue       = 20
	maxAPIKeyValue       = 128
	maxAPIKeyDescription = 125000
)

// APIKey is AWS's ApiKey.
type APIKey struct {
	ID              string            `json:"id"`
	Value           secret.String     `json:"-"` // sealed by the store
	Name            string            `json:"name,omitempty"`
	CustomerID      string            `json:"customerId,omitempty"`
	Description     string            `json:"description,omitempty"`
	Enabled         bool              `json:"enabled"`
	CreatedDate     time.Time         `json:"createdDate"`
	LastUpdatedDate time.Time         `json:"lastUpdatedDate"`
	StageKeys       []string          `json:"stageKeys,omitempty"`
	Tags            map[string]string `json:"tags,omitempty"`
}

// NewAPIKey is CreateApiKey: the input held against AWS's limits, with its id
// and dates, and with the generated value when it brings none. A key is disabled
// unless the input enables it.
func NewAPIKey(input APIKey, id string, generated secret.String, now time.Time) (*APIKey, error) {
	if err := input.Check(); err != nil {
		return nil, err
	}
	if input.Value.Empty() {
		input.Value = generated
	}
	switch length := utf8.RuneCountInString(input.Value.Reveal()); {
	case length > maxAPIKeyValue:
		return nil, awserror.NewBadRequest("API Key value exceeds maximum size of 128 characters")
	case length < minAPIKeyValue:
		return nil, awserror.NewBadRequest("API Key value should be at least 20 characters")
	}
	input.ID, input.CreatedDate, input.LastUpdatedDate = id, now, now
	return &input, nil
}

// Check holds a key's texts against AWS's limits, new or changed.
func (k *APIKey) Check() error {
	if utf8.RuneCountInString(k.Name) > maxAPIKeyName {
		return awserror.NewBadRequest("Invalid API Key name, can be at most 1024 characters.")
	}
	if utf8.RuneCountInString(k.Description) > maxAPIKeyDescription {
		return awserror.NewBadRequest("Invalid API Key description specified.")
	}
	return nil
}

// APIKeyExists is the refusal of a value that another key has.
func APIKeyExists() error { return awserror.NewConflict("API Key already exists") }

// APIKeyNotFound is the answer to an unknown key's id.
func APIKeyNotFound() error { return awserror.NewNotFound("Invalid API Key identifier specified") }

// NewerAPIKey orders keys as GetApiKeys lists them, newest first.
func NewerAPIKey(a, b *APIKey) int {
	if order := b.CreatedDate.Compare(a.CreatedDate); order != 0 {
		return order
	}
	return strings.Compare(b.ID, a.ID)
}
