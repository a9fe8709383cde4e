package account

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/sluice-gateway/sluice/internal/awserror"
	"github.com/sluice-gateway/sluice/internal/secret"
)

// The endpoint types, as AWS's EndpointType names them.
const (
	Edge     = "EDGE"
	Regional = "REGIONAL"
	Private  = "PRIVATE"
)

// hostName is a domain name, perhaps with a wildcard as its first label.
var hostName = regexp.MustCompile(`^(\*\.)?([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`)

// DomainName is AWS's DomainName.
type DomainName struct {
	DomainName string `json:"domainName"`
	// DomainNameID tells private names apart, which may exist more than once; empty
	// for public names.
	DomainNameID                        string            `json:"domainNameId,omitempty"`
	CertificateName                     string            `json:"certificateName,omitempty"`
	CertificateARN                      string            `json:"certificateArn,omitempty"`
	CertificateUploadDate               time.Time         `json:"certificateUploadDate,omitzero"`
	CertificateBody                     string            `json:"certificateBody,omitempty"`
	CertificateChain                    string            `json:"certificateChain,omitempty"`
	CertificatePrivateKey               secret.String     `json:"-"` // sealed by the store
	RegionalCertificateName             string            `json:"regionalCertificateName,omitempty"`
	RegionalCertificateARN              string            `json:"regionalCertificateArn,omitempty"`
	RegionalDomainName                  string            `json:"regionalDomainName,omitempty"`
	DistributionDomainName              string            `json:"distributionDomainName,omitempty"`
	EndpointTypes                       []string          `json:"endpointTypes"`
	IPAddressType                       string            `json:"ipAddressType,omitempty"`
	SecurityPolicy                      string            `json:"securityPolicy,omitempty"`
	EndpointAccessMode                  string            `json:"endpointAccessMode,omitempty"`
	MutualTLS                           *MutualTLS        `json:"mutualTlsAuthentication,omitempty"`
	OwnershipVerificationCertificateARN string            `json:"ownershipVerificationCertificateArn,omitempty"`
	ManagementPolicy                    string            `json:"managementPolicy,omitempty"`
	Policy                              string            `json:"policy,omitempty"`
	RoutingMode                         string            `json:"routingMode,omitempty"`
	Tags                                map[string]string `json:"tags,omitempty"`
}

// MutualTLS is AWS's MutualTlsAuthentication.
type MutualTLS struct {
	TruststoreURI      string   `json:"truststoreUri,omitempty"`
	TruststoreVersion  string   `json:"truststoreVersion,omitempty"`
	TruststoreWarnings []string `json:"truststoreWarnings,omitempty"`
}

// NewDomainName is CreateDomainName: the input with AWS's defaults, held against
// its rules. Id is ten characters that become part of the names that clients'
// DNS points to, and the id of a private name.
func NewDomainName(input DomainName, id, region string, now time.Time) (*DomainName, error) {
	if len(input.EndpointTypes) == 0 {
		input.EndpointTypes = []string{Edge}
		if input.RegionalCertificateARN != "" || input.RegionalCertificateName != "" {
			input.EndpointTypes = []string{Regional}
		}
	}
	if len(input.EndpointTypes) > 1 && slices.Contains(input.EndpointTypes, Private) {
		return nil, awserror.NewBadRequest("Cannot create a domain name with multiple Endpoint Types.")
	}
	if input.is(Private) {
		input.DomainNameID = id
	}
	if input.CertificateARN != "" || input.CertificateName != "" {
		input.CertificateUploadDate = now
	}
	input.Complete(id, region)
	if err := input.Check(); err != nil {
		return nil, err
	}
	return &input, nil
}

// Complete fills in what AWS decides, at creation and when endpoint types
// change.
func (d *DomainName) Complete(id, region string) {
	if d.is(Regional) && d.RegionalDomainName == "" {
		d.RegionalDomainName = "d-" + id + ".execute-api." + region + ".amazonaws.com"
	}
	if d.is(Edge) && d.DistributionDomainName == "" {
		d.DistributionDomainName = "d" + id + ".cloudfront.net"
	}
	if d.SecurityPolicy == "" {
		d.SecurityPolicy = "TLS_1_2"
	}
	if d.RoutingMode == "" {
		d.RoutingMode = "BASE_PATH_MAPPING_ONLY"
	}
	if d.IPAddressType == "" {
		d.IPAddressType = "ipv4"
		if d.is(Private) {
			d.IPAddressType = "dualstack"
		}
	}
}

func (d *DomainName) is(endpoint string) bool { return slices.Contains(d.EndpointTypes, endpoint) }

// IsPrivate says that only access associations lead to the name.
func (d *DomainName) IsPrivate() bool { return d.is(Private) }

// Check holds a domain name against AWS's rules, after a change.
func (d *DomainName) Check() error {
	switch {
	case d.DomainName == "":
		return awserror.NewBadRequest("No Domain Name specified")
	case len(d.DomainName) > 253 || !hostName.MatchString(d.DomainName):
		return awserror.NewBadRequest("Invalid domain name identifier specified")
	case len(d.EndpointTypes) == 0:
		return awserror.NewBadRequest("REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.")
	case d.is(Private) && d.IPAddressType != "dualstack":
		return awserror.NewBadRequest("Only dualstack ipAddressType is supported for Private domain names.")
	case (d.is(Edge) || d.is(Private)) && d.CertificateARN == "" && d.CertificateName == "":
		return awserror.BadRequestf("A certificate was not provided for the endpoint type %s.", strings.Join(d.EndpointTypes, ", "))
	case d.is(Regional) && d.RegionalCertificateARN == "" && d.RegionalCertificateName == "" && d.CertificateARN == "":
		return awserror.NewBadRequest("A certificate was not provided for the endpoint type REGIONAL.")
	}
	for _, arn := range []string{d.CertificateARN, d.RegionalCertificateARN, d.OwnershipVerificationCertificateARN} {
		if arn != "" && (!strings.HasPrefix(arn, "arn:") || strings.Count(arn, ":") < 5) {
			return awserror.BadRequestf("Invalid ARN. ARN is not well formed %s", arn)
		}
	}
	return d.checkMutualTLS()
}

func (d *DomainName) checkMutualTLS() error {
	switch {
	case d.MutualTLS == nil || d.MutualTLS.TruststoreURI == "":
		return nil
	case !d.is(Regional):
		return awserror.NewBadRequest("Mutual TLS authentication is only supported for REGIONAL domain names.")
	case !strings.HasPrefix(d.MutualTLS.TruststoreURI, "s3://"):
		return awserror.NewBadRequest("Invalid truststore URI specified. It must be an S3 URI such as s3://bucket/key.")
	case d.SecurityPolicy == "TLS_1_0":
		return awserror.NewBadRequest("Mutual TLS authentication requires the security policy TLS_1_2.")
	default:
		return nil
	}
}

// Key tells the name apart from every other of the account: private names have
// an id besides.
func (d *DomainName) Key() string { return DomainKey(d.DomainName, d.DomainNameID) }

// DomainKey is the key of a name with its id, which is empty for public names.
func DomainKey(name, id string) string {
	if id == "" {
		return name
	}
	return name + "+" + id
}

// ARN is the name's, which AWS writes with the account for private names alone.
func (d *DomainName) ARN(owner, region string) string {
	if !d.IsPrivate() {
		owner = ""
	}
	return "arn:aws:apigateway:" + region + ":" + owner + ":/domainnames/" + d.Key()
}

// HostedZone is the id of AWS's hosted zone for regional names, which DNS aliases
// need; empty where it is not known. (AWS's general reference, "Amazon API
// Gateway endpoints and quotas".)
func HostedZone(region string) string {
	return map[string]string{
		"us-east-1": "Z1UJRXOUMOOFQ8", "us-east-2": "ZOJJZC49E0EPZ", "us-west-1": "Z2MUQ32089INYE", "us-west-2": "Z2OJLYMUO9EFXC",
		"ap-south-1": "Z3VO1THU9YC4UR", "ap-northeast-1": "Z1YSHQZHG15GKL", "ap-southeast-1": "ZL327KTPIQFUL", "ap-southeast-2": "Z2RPCDW04V8134",
		"ca-central-1": "Z19DQILCV0OWEC", "eu-central-1": "Z1U9ULNL0V5AJ3", "eu-west-1": "ZLY8HYME6SFDD", "eu-west-2": "ZJ5UAJN8Y3Z2Q",
		"eu-west-3": "Z3KY65QIEKYHQQ", "eu-north-1": "Z3UWIKFBOOGXPP", "sa-east-1": "ZCMLWB8V5SYIT",
	}[region]
}

// EdgeHostedZone is CloudFront's.
const EdgeHostedZone = "Z2FDTNDATAQYW2"

// DomainNameExists is the refusal of a name that is taken.
func DomainNameExists() error {
	return awserror.NewBadRequest("The domain name you provided already exists.")
}

// DomainNameNotFound is the answer to an unknown name.
func DomainNameNotFound() error {
	return awserror.NewNotFound("Invalid domain name identifier specified")
}
