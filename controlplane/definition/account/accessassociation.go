package account

import (
	"regexp"

	"github.com/sluice-gateway/sluice/internal/awserror"
)

// vpcEndpoint is the id of a VPC endpoint.
var vpcEndpoint = regexp.MustCompile(`^vpce-[0-9a-z]+$`)

// AccessAssociation is AWS's DomainNameAccessAssociation: a VPC endpoint that
// may reach a private domain name.
type AccessAssociation struct {
	ARN string `json:"domainNameAccessAssociationArn"`
	// DomainName and DomainNameID name the private domain name, whose ARN is
	// DomainNameARN.
	DomainName    string            `json:"domainName"`
	DomainNameID  string            `json:"domainNameId"`
	DomainNameARN string            `json:"domainNameArn"`
	SourceType    string            `json:"accessAssociationSourceType"`
	Source        string            `json:"accessAssociationSource"`
	Tags          map[string]string `json:"tags,omitempty"`
}

// Check holds a new association against AWS's rules, among those that exist.
func (s *AccessAssociation) Check(domain *DomainName, others []*AccessAssociation) error {
	if !domain.IsPrivate() {
		return awserror.NewBadRequest("Domain name access associations are only supported for private custom domain names.")
	}
	if !vpcEndpoint.MatchString(s.Source) {
		return awserror.BadRequestf("Invalid VPC endpoint ID specified: %s", s.Source)
	}
	for _, other := range others {
		if other.DomainNameARN == s.DomainNameARN && other.Source == s.Source {
			return awserror.NewConflict("A domain name access association already exists for this domain name and VPC endpoint.")
		}
	}
	return nil
}

// AccessARN is the ARN of an association of a private name with a VPC endpoint.
func AccessARN(domain *DomainName, source, owner, region string) string {
	return "arn:aws:apigateway:" + region + ":" + owner + ":/domainnameaccessassociations/domainname/" + domain.Key() + "/vpcesource/" + source
}

// AccessAssociationNotFound is the answer to an unknown association's ARN.
func AccessAssociationNotFound() error {
	return awserror.NewNotFound("Invalid domain name access association identifier specified")
}
