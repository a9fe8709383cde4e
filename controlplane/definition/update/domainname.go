package update

import (
	"slices"

	"github.com/sluice-gateway/sluice/controlplane/definition/account"
	"github.com/sluice-gateway/sluice/controlplane/definition/patch"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

// domainNamePaths are UpdateDomainName's.
func domainNamePaths() patch.Table[account.DomainName] {
	type noun = account.DomainName
	return patch.Table[noun]{Refuse: patch.Named, Paths: []patch.Path[noun]{
		patch.Text("/certificateArn", func(d *noun) *string { return &d.CertificateARN }),
		patch.Text("/certificateName", func(d *noun) *string { return &d.CertificateName }),
		patch.Text("/regionalCertificateArn", func(d *noun) *string { return &d.RegionalCertificateARN }),
		patch.Text("/regionalCertificateName", func(d *noun) *string { return &d.RegionalCertificateName }),
		patch.Text("/ownershipVerificationCertificateArn", func(d *noun) *string { return &d.OwnershipVerificationCertificateARN }),
		patch.Text("/securityPolicy", func(d *noun) *string { return &d.SecurityPolicy }),
		patch.Text("/endpointAccessMode", func(d *noun) *string { return &d.EndpointAccessMode }),
		patch.Optional("/policy", func(d *noun) *string { return &d.Policy }),
		patch.Optional("/managementPolicy", func(d *noun) *string { return &d.ManagementPolicy }),
		patch.OneOf("/routingMode", func(d *noun) *string { return &d.RoutingMode },
			"Invalid routing mode specified. Valid options are BASE_PATH_MAPPING_ONLY,ROUTING_RULE_ONLY,ROUTING_RULE_THEN_BASE_PATH_MAPPING",
			"BASE_PATH_MAPPING_ONLY", "ROUTING_RULE_ONLY", "ROUTING_RULE_THEN_BASE_PATH_MAPPING"),
		patch.OneOf("/endpointConfiguration/ipAddressType", func(d *noun) *string { return &d.IPAddressType },
			"ipAddressType must be either ipv4 or dualstack.", "ipv4", "dualstack"),
		{Pattern: "/endpointConfiguration/types", Add: addType, Remove: removeType, Replace: replaceType},
		{Pattern: "/endpointConfiguration/types/{type}", Replace: replaceType, Remove: removeType},
		{Pattern: "/mutualTlsAuthentication", Remove: func(d *noun, _ patch.At) error {
			d.MutualTLS = nil
			return nil
		}},
		patch.Optional("/mutualTlsAuthentication/truststoreUri", func(d *noun) *string { return &mutualTLSOf(d).TruststoreURI }),
		patch.Optional("/mutualTlsAuthentication/truststoreVersion", func(d *noun) *string { return &mutualTLSOf(d).TruststoreVersion }),
	}}
}

func mutualTLSOf(d *account.DomainName) *account.MutualTLS {
	if d.MutualTLS == nil {
		d.MutualTLS = &account.MutualTLS{}
	}
	return d.MutualTLS
}

func checkType(kind string) error {
	if !slices.Contains([]string{account.Regional, account.Edge, account.Private}, kind) {
		return awserror.NewBadRequest("Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE")
	}
	return nil
}

func addType(d *account.DomainName, at patch.At) error {
	if !slices.Contains(d.EndpointTypes, at.Text()) {
		d.EndpointTypes = append(d.EndpointTypes, at.Text())
	}
	return checkType(at.Text())
}

// removeType takes out the type that the value or the path names.
func removeType(d *account.DomainName, at patch.At) error {
	gone := append(at.Keys, at.Text())[0]
	d.EndpointTypes = slices.DeleteFunc(d.EndpointTypes, func(one string) bool { return one == gone })
	return nil
}

func replaceType(d *account.DomainName, at patch.At) error {
	d.EndpointTypes = []string{at.Text()}
	return checkType(at.Text())
}

// DomainName is UpdateDomainName.
func DomainName(domain *account.DomainName, id, region string, operations []patch.Operation) error {
	if err := domainNamePaths().Apply(domain, operations); err != nil {
		return err
	}
	domain.Complete(id, region)
	return domain.Check()
}

// basePathMappingPaths are UpdateBasePathMapping's.
func basePathMappingPaths() patch.Table[account.BasePathMapping] {
	type noun = account.BasePathMapping
	return patch.Table[noun]{Refuse: patch.Named, Paths: []patch.Path[noun]{
		patch.Text("/basePath", func(m *noun) *string { return &m.BasePath }),
		patch.Text("/restapiId", func(m *noun) *string { return &m.RestAPIID }),
		patch.Text("/restApiId", func(m *noun) *string { return &m.RestAPIID }),
		patch.Optional("/stage", func(m *noun) *string { return &m.Stage }),
	}}
}

// BasePathMapping is UpdateBasePathMapping.
func BasePathMapping(mapping *account.BasePathMapping, holds account.APIHolds, operations []patch.Operation) error {
	if err := basePathMappingPaths().Apply(mapping, operations); err != nil {
		return err
	}
	return mapping.Check(holds)
}
