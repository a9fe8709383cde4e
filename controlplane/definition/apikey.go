package definition

import (
	"time"

	"github.com/sluice-gateway/sluice/internal/secret"
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
