// Package acm answers the part of ACM that custom domain names need: certificates
// that are imported, shown and deleted. It issues none.
package acm

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/sluice-gateway/sluice/controlplane/awsapi"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire"
	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/acm"
	"github.com/sluice-gateway/sluice/controlplane/definition/account"
	"github.com/sluice-gateway/sluice/controlplane/store"
	"github.com/sluice-gateway/sluice/internal/awserror"
	"github.com/sluice-gateway/sluice/internal/secret"
)

// pageSize is how many a list gives when nobody says.
const pageSize = 100

// maxTags is ACM's limit to a certificate's tags.
const maxTags = 50

// Config is what an API is made of.
type Config struct {
	Store  *store.Store
	Now    func() time.Time
	Random io.Reader
}

// API answers the operations.
type API struct {
	config       Config
	certificates store.Collection[account.Certificate]
}

// New makes an API.
func New(config Config) *API { return &API{config: config, certificates: Certificates(config.Store)} }

// Certificates are the scope's certificates, by the last part of their ARNs.
func Certificates(s *store.Store) store.Collection[account.Certificate] {
	return store.NewCollection(s, "certificates",
		func(one *account.Certificate) []*secret.String { return []*secret.String{&one.PrivateKey} }, nil)
}

// Handlers lists what answers each operation.
func (a *API) Handlers() []awsapi.Handler {
	return []awsapi.Handler{
		awsapi.Handle(acm.ImportCertificate(), a.importCertificate),
		awsapi.Handle(acm.DescribeCertificate(), a.describeCertificate),
		awsapi.Handle(acm.ListCertificates(), a.listCertificates),
		awsapi.Handle(acm.GetCertificate(), a.getCertificate),
		awsapi.Handle(acm.DeleteCertificate(), a.deleteCertificate),
		awsapi.Handle(acm.AddTagsToCertificate(), a.addTags),
		awsapi.Handle(acm.RemoveTagsFromCertificate(), a.removeTags),
		awsapi.Handle(acm.ListTagsForCertificate(), a.listTags),
	}
}

func scope(caller awsapi.Caller) store.Scope {
	return store.Scope{Account: caller.Account, Region: caller.Region}
}

func prefix(caller awsapi.Caller) string {
	return "arn:aws:acm:" + caller.Region + ":" + caller.Account + ":certificate/"
}

// id is a certificate's part of its ARN.
func id(caller awsapi.Caller, arn string) (string, error) {
	found, own := strings.CutPrefix(arn, prefix(caller))
	if !own || found == "" {
		return "", account.CertificateNotFound(arn, caller.Account)
	}
	return found, nil
}

func (a *API) find(ctx context.Context, caller awsapi.Caller, arn string) (*account.Certificate, error) {
	name, err := id(caller, arn)
	if err != nil {
		return nil, err
	}
	found, err := a.certificates.Get(ctx, scope(caller), name)
	if errors.Is(err, store.ErrNotFound) {
		return nil, account.CertificateNotFound(arn, caller.Account)
	}
	return found, err
}

func (a *API) change(ctx context.Context, caller awsapi.Caller, arn string, fn func(*account.Certificate) error) error {
	name, err := id(caller, arn)
	if err != nil {
		return err
	}
	err = a.certificates.Change(ctx, scope(caller), name, fn)
	if errors.Is(err, store.ErrNotFound) {
		return account.CertificateNotFound(arn, caller.Account)
	}
	return err
}

// importCertificate stores a new certificate, or replaces the one of an ARN.
func (a *API) importCertificate(ctx context.Context, caller awsapi.Caller, in *acm.ImportCertificateRequest) (*acm.ImportCertificateResponse, error) {
	now := a.config.Now().UTC().Truncate(time.Second)
	given := account.Certificate{
		PEM: string(in.Certificate), Chain: string(in.CertificateChain), PrivateKey: secret.New(string(in.PrivateKey)), ImportedAt: now, CreatedAt: now,
	}
	if err := given.Check(now); err != nil {
		return nil, err
	}
	if in.CertificateArn != nil {
		if len(in.Tags) > 0 {
			return nil, awserror.New("ValidationException", 400, "Tagging is not permitted on re-import.")
		}
		return &acm.ImportCertificateResponse{CertificateArn: in.CertificateArn}, a.change(ctx, caller, *in.CertificateArn, func(one *account.Certificate) error {
			given.ARN, given.Tags, given.CreatedAt = one.ARN, one.Tags, one.CreatedAt
			*one = given
			return nil
		})
	}
	name, err := uuid.NewRandomFromReader(a.config.Random)
	if err != nil {
		return nil, err
	}
	given.ARN = prefix(caller) + name.String()
	if err := tag(&given, in.Tags); err != nil {
		return nil, err
	}
	if err := a.certificates.Create(ctx, scope(caller), name.String(), &given); err != nil {
		return nil, err
	}
	return &acm.ImportCertificateResponse{CertificateArn: &given.ARN}, nil
}

func (a *API) describeCertificate(ctx context.Context, caller awsapi.Caller, in *acm.DescribeCertificateRequest) (*acm.DescribeCertificateResponse, error) {
	found, err := a.find(ctx, caller, *in.CertificateArn)
	if err != nil {
		return nil, err
	}
	leaf, err := found.Leaf()
	if err != nil {
		return nil, err
	}
	used, err := a.usedBy(ctx, caller, found.ARN)
	if err != nil {
		return nil, err
	}
	return &acm.DescribeCertificateResponse{Certificate: &acm.CertificateDetail{
		CertificateArn: &found.ARN, DomainName: new(domain(leaf)), SubjectAlternativeNames: leaf.DNSNames,
		Serial: new(account.Serial(leaf)), Subject: new(leaf.Subject.String()), Issuer: new(leaf.Issuer.CommonName),
		CreatedAt: &found.CreatedAt, ImportedAt: &found.ImportedAt, Status: new("ISSUED"),
		NotBefore: &leaf.NotBefore, NotAfter: &leaf.NotAfter, KeyAlgorithm: new(account.KeyAlgorithm(leaf)),
		SignatureAlgorithm: new(strings.ToUpper(strings.ReplaceAll(leaf.SignatureAlgorithm.String(), "-", ""))),
		InUseBy:            used, Type: new("IMPORTED"), RenewalEligibility: new("INELIGIBLE"),
		Options: &acm.CertificateOptions{CertificateTransparencyLoggingPreference: new("DISABLED")},
	}}, nil
}

// domain is the name that ACM shows a certificate by.
func domain(leaf *x509.Certificate) string {
	if leaf.Subject.CommonName != "" || len(leaf.DNSNames) == 0 {
		return leaf.Subject.CommonName
	}
	return leaf.DNSNames[0]
}

// usedBy lists the custom domain names that show a certificate.
func (a *API) usedBy(ctx context.Context, caller awsapi.Caller, arn string) ([]string, error) {
	names, err := a.config.Store.DomainNames().List(ctx, scope(caller), "")
	if err != nil {
		return nil, err
	}
	used := []string{}
	for _, name := range names {
		if name.CertificateARN == arn || name.RegionalCertificateARN == arn {
			used = append(used, "arn:aws:apigateway:"+caller.Region+"::/domainnames/"+name.DomainName)
		}
	}
	return used, nil
}

func (a *API) listCertificates(ctx context.Context, caller awsapi.Caller, in *acm.ListCertificatesRequest) (*acm.ListCertificatesResponse, error) {
	size := pageSize
	if in.MaxItems != nil {
		size = int(*in.MaxItems)
	}
	after := ""
	if in.NextToken != nil {
		token, err := base64.StdEncoding.DecodeString(*in.NextToken)
		if err != nil {
			return nil, awserror.New("ValidationException", 400, "The next token is not valid.")
		}
		after = string(token)
	}
	out := &acm.ListCertificatesResponse{CertificateSummaryList: []acm.CertificateSummary{}}
	if len(in.CertificateStatuses) > 0 && !slices.Contains(in.CertificateStatuses, "ISSUED") {
		return out, nil
	}
	all, err := a.certificates.Page(ctx, scope(caller), "", after, size+1)
	if err != nil {
		return nil, err
	}
	if len(all) > size {
		all = all[:size]
		out.NextToken = new(base64.StdEncoding.EncodeToString([]byte(strings.TrimPrefix(all[size-1].ARN, prefix(caller)))))
	}
	for _, one := range all {
		leaf, err := one.Leaf()
		if err != nil {
			return nil, err
		}
		used, err := a.usedBy(ctx, caller, one.ARN)
		if err != nil {
			return nil, err
		}
		out.CertificateSummaryList = append(out.CertificateSummaryList, acm.CertificateSummary{
			CertificateArn: &one.ARN, DomainName: new(domain(leaf)), SubjectAlternativeNameSummaries: leaf.DNSNames,
			HasAdditionalSubjectAlternativeNames: new(false), Status: new("ISSUED"), Type: new("IMPORTED"),
			KeyAlgorithm: new(account.KeyAlgorithm(leaf)), InUse: new(len(used) > 0), RenewalEligibility: new("INELIGIBLE"),
			NotBefore: &leaf.NotBefore, NotAfter: &leaf.NotAfter, CreatedAt: &one.CreatedAt, ImportedAt: &one.ImportedAt,
		})
	}
	return out, nil
}

func (a *API) getCertificate(ctx context.Context, caller awsapi.Caller, in *acm.GetCertificateRequest) (*acm.GetCertificateResponse, error) {
	found, err := a.find(ctx, caller, *in.CertificateArn)
	if err != nil {
		return nil, err
	}
	out := &acm.GetCertificateResponse{Certificate: &found.PEM}
	if found.Chain != "" {
		out.CertificateChain = &found.Chain
	}
	return out, nil
}

func (a *API) deleteCertificate(ctx context.Context, caller awsapi.Caller, in *acm.DeleteCertificateRequest) (*wire.Empty, error) {
	found, err := a.find(ctx, caller, *in.CertificateArn)
	if err != nil {
		return nil, err
	}
	used, err := a.usedBy(ctx, caller, found.ARN)
	if err != nil {
		return nil, err
	}
	if len(used) > 0 {
		return nil, awserror.New("ResourceInUseException", 400, "Certificate "+found.ARN+" in account "+caller.Account+" is in use.")
	}
	return nil, a.certificates.Delete(ctx, scope(caller), strings.TrimPrefix(found.ARN, prefix(caller)))
}

func tag(one *account.Certificate, added []acm.Tag) error {
	one.Tags = maps.Clone(one.Tags)
	if one.Tags == nil {
		one.Tags = map[string]string{}
	}
	for _, tag := range added {
		value := ""
		if tag.Value != nil {
			value = *tag.Value
		}
		one.Tags[*tag.Key] = value
	}
	if len(one.Tags) > maxTags {
		return awserror.New("TooManyTagsException", 400, "the TagSet: has too many tags")
	}
	return nil
}

func (a *API) addTags(ctx context.Context, caller awsapi.Caller, in *acm.AddTagsToCertificateRequest) (*wire.Empty, error) {
	return nil, a.change(ctx, caller, *in.CertificateArn, func(one *account.Certificate) error { return tag(one, in.Tags) })
}

func (a *API) removeTags(ctx context.Context, caller awsapi.Caller, in *acm.RemoveTagsFromCertificateRequest) (*wire.Empty, error) {
	return nil, a.change(ctx, caller, *in.CertificateArn, func(one *account.Certificate) error {
		one.Tags = maps.Clone(one.Tags)
		for _, tag := range in.Tags {
			if value, there := one.Tags[*tag.Key]; there && (tag.Value == nil || *tag.Value == value) {
				delete(one.Tags, *tag.Key)
			}
		}
		return nil
	})
}

func (a *API) listTags(ctx context.Context, caller awsapi.Caller, in *acm.ListTagsForCertificateRequest) (*acm.ListTagsForCertificateResponse, error) {
	found, err := a.find(ctx, caller, *in.CertificateArn)
	if err != nil {
		return nil, err
	}
	out := &acm.ListTagsForCertificateResponse{Tags: []acm.Tag{}}
	for _, key := range slices.Sorted(maps.Keys(found.Tags)) {
		out.Tags = append(out.Tags, acm.Tag{Key: new(key), Value: new(found.Tags[key])})
	}
	return out, nil
}
