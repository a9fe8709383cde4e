package account

import (
	"regexp"
	"strings"

	"github.com/sluice-gateway/sluice/internal/awserror"
)

// targetARN is an ARN with its six parts.
var targetARN = regexp.MustCompile(`^arn:[^:]*:[^:]+:[^:]*:[^:]*:.+$`)

// VpcLink is AWS's VpcLink of a REST API: a way to a network load balancer.
// Sluice reaches the targets' addresses itself, so a link is available at once.
type VpcLink struct {
	ID          string            `json:"id"`
	Name        string            `json:"name"`
	Description string            `json:"description,omitempty"`
	TargetARNs  []string          `json:"targetArns"`
	Tags        map[string]string `json:"tags,omitempty"`
}

// NewVpcLink is CreateVpcLink.
func NewVpcLink(input VpcLink, id string) (*VpcLink, error) {
	input.ID = id
	if err := input.Check(); err != nil {
		return nil, err
	}
	if len(input.TargetARNs) != 1 {
		return nil, awserror.NewBadRequest("VPC Link must have exactly one target ARN")
	}
	if arn := input.TargetARNs[0]; !targetARN.MatchString(arn) {
		return nil, awserror.BadRequestf("Invalid ARN. ARN is not well formed %s", arn)
	}
	return &input, nil
}

// Check holds a link's name against AWS's rule, after a change.
func (l *VpcLink) Check() error {
	if strings.TrimSpace(l.Name) == "" {
		return awserror.NewBadRequest("Name cannot be empty")
	}
	return nil
}

// VpcLinkNotFound is the answer to an unknown link's id.
func VpcLinkNotFound() error {
	return awserror.NewNotFound("Invalid Vpc Link identifier specified")
}

// VpcLinkUsed refuses to delete a link that a method's integration goes through.
func VpcLinkUsed(id, method, resource string) error {
	return awserror.BadRequestf("Cannot delete vpc link. Vpc link '%s', is referenced in [%s:%s] in format of [Method:Resource].", id, method, resource)
}
