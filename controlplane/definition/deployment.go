package definition

import "time"

// Deployment is AWS's Deployment. Its content is stored apart, under the same id.
type Deployment struct {
	ID          string    `json:"id"`
	Description string    `json:"description,omitempty"`
	CreatedDate time.Time `json:"createdDate"`
}
