package account_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sluice-gateway/sluice/controlplane/definition/account"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

// wantError compares what a client would see of err.
func wantError(t *testing.T, name string, err error, want string) {
	t.Helper()
	got := ""
	if err != nil {
		seen := awserror.From(err)
		got = fmt.Sprintf("%s: %s", seen.Code, seen.Message)
	}
	if got != want {
		t.Errorf("%s:\ngot  %s\nwant %s", name, got, want)
	}
}

const certificate = "arn:aws:acm:us-east-1:000000000000:certificate/a"

func TestNewDomainName(t *testing.T) {
	t.Parallel()
	trust := &account.MutualTLS{TruststoreURI: "s3://b/k"}
	for _, test := range []struct {
		name  string
		input account.DomainName
		want  string
	}{
		{"edge", account.DomainName{DomainName: "a.example.com", CertificateARN: certificate}, ""},
		{"edge with a named certificate", account.DomainName{DomainName: "a.example.com", CertificateName: "c"}, ""},
		{"regional", account.DomainName{DomainName: "*.example.com", RegionalCertificateARN: certificate, MutualTLS: trust}, ""},
		{"private", account.DomainName{DomainName: "a.example.com", CertificateARN: certificate, EndpointTypes: []string{"PRIVATE"}}, ""},
		{"bad name", account.DomainName{DomainName: "a_b", CertificateARN: certificate}, "BadRequestException: Invalid domain name identifier specified"},
		{"no name", account.DomainName{CertificateARN: certificate}, "BadRequestException: No Domain Name specified"},
		{"edge without", account.DomainName{DomainName: "a.b"}, "BadRequestException: A certificate was not provided for the endpoint type EDGE."},
		{"regional without", account.DomainName{DomainName: "a.b", EndpointTypes: []string{"REGIONAL"}}, "BadRequestException: A certificate was not provided for the endpoint type REGIONAL."},
		{"two types", account.DomainName{DomainName: "a.b", CertificateARN: certificate, EndpointTypes: []string{"REGIONAL", "PRIVATE"}}, "BadRequestException: Cannot create a domain name with multiple Endpoint Types."},
		{"bad ARN", account.DomainName{DomainName: "a.b", CertificateARN: "x"}, "BadRequestException: Invalid ARN. ARN is not well formed x"},
		{"mutual TLS at the edge", account.DomainName{DomainName: "a.b", CertificateARN: certificate, MutualTLS: trust}, "BadRequestException: Mutual TLS authentication is only supported for REGIONAL domain names."},
		{"bad truststore", account.DomainName{DomainName: "a.b", RegionalCertificateARN: certificate, MutualTLS: &account.MutualTLS{TruststoreURI: "x"}}, "BadRequestException: Invalid truststore URI specified. It must be an S3 URI such as s3://bucket/key."},
		{"old TLS", account.DomainName{DomainName: "a.b", RegionalCertificateARN: certificate, MutualTLS: trust, SecurityPolicy: "TLS_1_0"}, "BadRequestException: Mutual TLS authentication requires the security policy TLS_1_2."},
	} {
		made, err := account.NewDomainName(test.input, "abcdefghij", "us-east-1", time.Unix(1, 0))
		wantError(t, test.name, err, test.want)
		if err != nil {
			continue
		}
		switch test.name {
		case "regional":
			if made.RegionalDomainName != "d-abcdefghij.execute-api.us-east-1.amazonaws.com" || made.DomainNameID != "" || made.IPAddressType != "ipv4" {
				t.Errorf("made %+v", made)
			}
		case "private":
			if made.DomainNameID != "abcdefghij" || made.RegionalDomainName != "" || made.IPAddressType != "dualstack" {
				t.Errorf("made %+v", made)
			}
		default:
			if made.DistributionDomainName == "" || made.RoutingMode != "BASE_PATH_MAPPING_ONLY" || made.SecurityPolicy != "TLS_1_2" {
				t.Errorf("made %+v", made)
			}
		}
	}
}

func TestBasePathMapping(t *testing.T) {
	t.Parallel()
	holds := func(api, stage string) bool { return api == "api1" && (stage == "" || stage == "dev") }
	for _, test := range []struct {
		input       account.BasePathMapping
		shown, want string
	}{
		{account.BasePathMapping{BasePath: "v1", RestAPIID: "api1", Stage: "dev"}, "v1", ""},
		{account.BasePathMapping{RestAPIID: "api1"}, "(none)", ""},
		{account.BasePathMapping{BasePath: "(none)", RestAPIID: "api1"}, "(none)", ""},
		{account.BasePathMapping{BasePath: "a/b", RestAPIID: "api1"}, "", "BadRequestException: API Gateway V1 doesn't support the slash character (/) in base path mappings. To create a multi-level base path mapping, use API Gateway V2."},
		{account.BasePathMapping{BasePath: "a b", RestAPIID: "api1"}, "", "BadRequestException: Base Paths may only contain letters, numbers and one of $-_.+!*'()"},
		{account.BasePathMapping{RestAPIID: "api2"}, "", "BadRequestException: Invalid REST API identifier specified"},
		{account.BasePathMapping{RestAPIID: "api1", Stage: "prod"}, "", "BadRequestException: Invalid stage identifier specified"},
	} {
		err := test.input.Check(holds)
		wantError(t, test.input.BasePath, err, test.want)
		if err == nil && test.input.ShownBasePath() != test.shown {
			t.Errorf("shown as %q, want %q", test.input.ShownBasePath(), test.shown)
		}
	}
	wantError(t, "API", account.APIMapped("abc", []string{"x.com", "y.com"}),
		"BadRequestException: Deleting RestApi abc failed. Please remove all base path mappings related to the RestApi in your domains: x.com, y.com")
	wantError(t, "stage", account.StageMapped([]string{"x.com"}),
		"BadRequestException: Deleting stage failed. Please remove all base path mappings related to the stage in your domains: x.com")
}

func TestAccessAssociation(t *testing.T) {
	t.Parallel()
	private, public := &account.DomainName{EndpointTypes: []string{"PRIVATE"}}, &account.DomainName{EndpointTypes: []string{"EDGE"}}
	good := &account.AccessAssociation{DomainNameARN: "arn:d", Source: "vpce-0a"}
	wantError(t, "good", good.Check(private, nil), "")
	wantError(t, "public", good.Check(public, nil), "BadRequestException: Domain name access associations are only supported for private custom domain names.")
	wantError(t, "twice", good.Check(private, []*account.AccessAssociation{good}), "ConflictException: A domain name access association already exists for this domain name and VPC endpoint.")
	wantError(t, "source", (&account.AccessAssociation{Source: "x"}).Check(private, nil), "BadRequestException: Invalid VPC endpoint ID specified: x")
}

func TestNewVpcLink(t *testing.T) {
	t.Parallel()
	const balancer = "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/net/a/b"
	for _, test := range []struct {
		input account.VpcLink
		want  string
	}{
		{account.VpcLink{Name: "l", TargetARNs: []string{balancer}}, ""},
		{account.VpcLink{TargetARNs: []string{balancer}}, "BadRequestException: Name cannot be empty"},
		{account.VpcLink{Name: "l", TargetARNs: []string{"invalid-arn"}}, "BadRequestException: Invalid ARN. ARN is not well formed invalid-arn"},
		{account.VpcLink{Name: "l"}, "BadRequestException: VPC Link must have exactly one target ARN"},
	} {
		_, err := account.NewVpcLink(test.input, "abcdef")
		wantError(t, fmt.Sprint(test.input), err, test.want)
	}
}

// TestGenerateClientCertificate proves that the certificate is real: it
// verifies for client authentication, for a year, with the key kept beside it.
func TestGenerateClientCertificate(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	made, err := account.GenerateClientCertificate(account.ClientCertificate{Description: "d"}, "abcdef", now, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, rest := pem.Decode([]byte(made.PEM))
	if block == nil || len(rest) > 0 {
		t.Fatalf("not PEM: %s", made.PEM)
	}
	parsed, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	for name, at := range map[string]time.Time{"start": now, "end": made.ExpirationDate, "too late": now.AddDate(1, 0, 2)} {
		_, err := parsed.Verify(x509.VerifyOptions{Roots: roots, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
		if (err != nil) != (name == "too late") {
			t.Errorf("%s: %v", name, err)
		}
	}
	keyBlock, _ := pem.Decode([]byte(made.PrivateKey.Reveal()))
	key, err := x509.ParsePKCS8PrivateKey(keyBlock.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if private, ok := key.(*rsa.PrivateKey); !ok || !private.PublicKey.Equal(parsed.PublicKey) {
		t.Error("the key is another one's")
	}
	if text := fmt.Sprintf("%+v", made); len(text) == 0 || made.PrivateKey.String() != "[secret]" {
		t.Error("the key shows")
	}
}

func TestReadKeyFile(t *testing.T) {
	t.Parallel()
	type row struct {
		Line                    int
		Name, Value, Describing string
		Enabled                 bool
		Plans                   []string
	}
	for _, test := range []struct {
		name, file, want string
		rows             []row
	}{
		{
			name: "as AWS's guide", file: "Name,key,description,enabled,usageplanIds\nMyFirstApiKey,apikey1234abcdefghij0123456789,An imported key,TRUE,c7y23b\n",
			rows: []row{{2, "MyFirstApiKey", "apikey1234abcdefghij0123456789", "An imported key", true, []string{"c7y23b"}}},
		},
		{
			name: "other order, quoted plans, blanks, no end of line", file: "\ufeffkey, NAME ,UsagePlanIds,enabled\r\nk1, n1 ,\"a, b\",true\r\n\r\nk2,n2",
			rows: []row{{2, "n1", "k1", "", true, []string{"a", "b"}}, {4, "n2", "k2", "", false, nil}},
		},
		{name: "empty rows", file: "name,key,enabled\n,,true\n"},
		{name: "empty", want: "BadRequestException: Failed to parse the API key file: the header is missing"},
		{name: "no key", file: "name\nx\n", want: "BadRequestException: Failed to parse the API key file: the column key is missing"},
		{name: "broken", file: "name,key\n\"x", want: "BadRequestException: Failed to parse the API key file: parse error on line 2, column 3: extraneous or missing \" in quoted-field"},
	} {
		keys, err := account.ReadKeyFile([]byte(test.file))
		wantError(t, test.name, err, test.want)
		var rows []row
		for _, key := range keys {
			rows = append(rows, row{key.Line, key.Name, key.Value.Reveal(), key.Description, key.Enabled, key.UsagePlanIDs})
		}
		if diff := cmp.Diff(test.rows, rows); diff != "" && err == nil {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestUsageDays(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		start, end string
		days       int
		want       string
	}{
		{"2026-01-31", "2026-02-01", 2, ""},
		{"2026-01-01", "2026-01-01", 1, ""},
		{"2026-01-01", "2026-03-31", 90, ""},
		{"2026-01-01", "2026-04-01", 0, "BadRequestException: The date range must not be longer than 90 days"},
		{"2026-01-02", "2026-01-01", 0, "BadRequestException: Start date must not be after end date"},
		{"x", "2026-01-01", 0, "BadRequestException: Invalid start date specified, expected format: YYYY-MM-DD"},
		{"2026-01-01", "2026-13-01", 0, "BadRequestException: Invalid end date specified, expected format: YYYY-MM-DD"},
	} {
		days, err := account.UsageDays(test.start, test.end)
		wantError(t, test.start+test.end, err, test.want)
		if len(days) != test.days {
			t.Errorf("%s to %s: %d days, want %d", test.start, test.end, len(days), test.days)
		}
	}
}

func TestRemainingOverride(t *testing.T) {
	t.Parallel()
	// 2026-01-01 is a Thursday.
	set := account.RemainingOverride{SetAt: time.Date(2026, 1, 1, 23, 0, 0, 0, time.UTC)}
	for _, test := range []struct {
		period, date string
		want         bool
	}{
		{"DAY", "2026-01-01", true},
		{"DAY", "2026-01-02", false},
		{"DAY", "2025-12-31", false},
		{"WEEK", "2026-01-04", true},
		{"WEEK", "2026-01-05", false},
		{"WEEK", "2025-12-31", false},
		{"MONTH", "2026-01-31", true},
		{"MONTH", "2026-02-01", false},
	} {
		on, err := time.Parse(account.DateFormat, test.date)
		if err != nil {
			t.Fatal(err)
		}
		if got := set.Holds(on, test.period); got != test.want {
			t.Errorf("%s on %s: %v", test.period, test.date, got)
		}
	}
	for value, want := range map[string]string{"0": "", "12": "", "-1": "BadRequestException: Invalid remaining value specified: -1", "x": "BadRequestException: Invalid remaining value specified: x"} {
		_, err := account.ParseRemaining(value)
		wantError(t, value, err, want)
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	wantError(t, "default", account.DefaultSettings().Check(), "")
	wantError(t, "role", (&account.Settings{CloudwatchRoleARN: "arn:aws:iam::000000000000:role/r"}).Check(), "")
	wantError(t, "not a role", (&account.Settings{CloudwatchRoleARN: "x"}).Check(), "BadRequestException: The role ARN is not well formed")
}
