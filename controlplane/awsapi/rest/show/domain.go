package show

import (
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/apigateway"
	"github.com/sluice-gateway/sluice/controlplane/definition/account"
)

// DomainName shows a custom domain name of an owner's region.
func DomainName(domain *account.DomainName, owner, region string) apigateway.DomainName {
	made := apigateway.DomainName{
		DomainName: &domain.DomainName, DomainNameId: text(domain.DomainNameID),
		CertificateName: text(domain.CertificateName), CertificateArn: text(domain.CertificateARN), CertificateUploadDate: moment(domain.CertificateUploadDate),
		RegionalDomainName: text(domain.RegionalDomainName), RegionalCertificateName: text(domain.RegionalCertificateName),
		RegionalCertificateArn: text(domain.RegionalCertificateARN), DistributionDomainName: text(domain.DistributionDomainName),
		EndpointConfiguration: &apigateway.EndpointConfiguration{Types: domain.EndpointTypes, IpAddressType: text(domain.IPAddressType)},
		DomainNameStatus:      new(apigateway.DomainNameStatusAVAILABLE), SecurityPolicy: text(domain.SecurityPolicy), EndpointAccessMode: text(domain.EndpointAccessMode),
		Tags: entries(domain.Tags), OwnershipVerificationCertificateArn: text(domain.OwnershipVerificationCertificateARN),
		ManagementPolicy: text(domain.ManagementPolicy), Policy: text(domain.Policy), RoutingMode: text(domain.RoutingMode),
	}
	if domain.IsPrivate() {
		made.DomainNameArn = new(domain.ARN(owner, region))
	}
	if domain.RegionalDomainName != "" {
		made.RegionalHostedZoneId = text(account.HostedZone(region))
	}
	if domain.DistributionDomainName != "" {
		made.DistributionHostedZoneId = new(account.EdgeHostedZone)
	}
	if trust := domain.MutualTLS; trust != nil {
		made.MutualTlsAuthentication = &apigateway.MutualTlsAuthentication{
			TruststoreUri: text(trust.TruststoreURI), TruststoreVersion: text(trust.TruststoreVersion), TruststoreWarnings: list(trust.TruststoreWarnings),
		}
	}
	return made
}

// BasePathMapping shows a mapping of a domain name.
func BasePathMapping(mapping *account.BasePathMapping) apigateway.BasePathMapping {
	return apigateway.BasePathMapping{BasePath: new(mapping.ShownBasePath()), RestApiId: &mapping.RestAPIID, Stage: text(mapping.Stage)}
}

// AccessAssociation shows an access association of a private domain name.
func AccessAssociation(association *account.AccessAssociation) apigateway.DomainNameAccessAssociation {
	return apigateway.DomainNameAccessAssociation{
		DomainNameAccessAssociationArn: &association.ARN, DomainNameArn: &association.DomainNameARN,
		AccessAssociationSourceType: &association.SourceType, AccessAssociationSource: &association.Source, Tags: entries(association.Tags),
	}
}

// VpcLink shows a VPC link, which is available at once.
func VpcLink(link *account.VpcLink) apigateway.VpcLink {
	return apigateway.VpcLink{
		Id: &link.ID, Name: &link.Name, Description: text(link.Description), TargetArns: link.TargetARNs, Tags: entries(link.Tags),
		Status: new(apigateway.VpcLinkStatusAVAILABLE), StatusMessage: new("Your vpc link is ready for use"),
	}
}

// ClientCertificate shows a client certificate without its key.
func ClientCertificate(certificate *account.ClientCertificate) apigateway.ClientCertificate {
	return apigateway.ClientCertificate{
		ClientCertificateId: &certificate.ID, Description: text(certificate.Description), PemEncodedCertificate: &certificate.PEM,
		CreatedDate: moment(certificate.CreatedDate), ExpirationDate: moment(certificate.ExpirationDate), Tags: entries(certificate.Tags),
	}
}

// Account shows an account's settings with what AWS gives every account.
func Account(settings *account.Settings) apigateway.Account {
	return apigateway.Account{
		CloudwatchRoleArn: text(settings.CloudwatchRoleARN), Features: settings.Features, ApiKeyVersion: new(account.APIKeyVersion),
		ThrottleSettings: &apigateway.ThrottleSettings{BurstLimit: new(int32(account.AccountBurstLimit)), RateLimit: new(float64(account.AccountRateLimit))},
	}
}
