package awscredentials

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/sluice-gateway/sluice/internal/sigv4"
)

// ErrNone is returned for a call to AWS itself when there are no credentials.
var ErrNone = errors.New("no AWS credentials were found")

const (
	// sessionName is what AWS's own gateway calls its sessions.
	sessionName = "BackplaneAssumeRoleSession"
	// placeholder is both halves of the key that signs calls to endpoints that are
	// not AWS's when there are no credentials, so that a signature is always there.
	placeholder = "sluice"
	// lifetime is how long credentials without an expiry are used before the chain
	// is asked again: files and variables of containers change.
	lifetime = 5 * time.Minute
	// margin is how long before they expire credentials are fetched anew.
	margin = 3 * time.Minute
	// patience bounds how long a call waits for credentials.
	patience = 10 * time.Second
)

// Options say where credentials may come from.
type Options struct {
	// Region is where STS is called. Empty: us-east-1.
	Region string
	// InstanceMetadata allows asking EC2's metadata service.
	InstanceMetadata bool
}

// Target is what is to be signed for.
type Target struct {
	// RoleARN is assumed first; empty: none.
	RoleARN string
	Region  string
	// Service is the signing name: "lambda", "sqs".
	Service string
	// Placeholder says that the endpoint is not AWS's own, so that any key will do
	// when there is none.
	Placeholder bool
}

// Source gives signers. It is safe for use by many goroutines.
type Source struct {
	chain   aws.CredentialsProvider
	sts     *sts.Client
	signers atomic.Pointer[map[Target]*entry]
	mu      sync.Mutex
	roles   map[string]aws.CredentialsProvider
}

// entry is a signer with the time after which it must not be used.
type entry struct {
	signer *sigv4.Signer
	until  time.Time
	// renewing is true while fresh credentials are fetched.
	renewing atomic.Bool
}

// New finds the default chain. It calls nobody yet.
func New(ctx context.Context, options Options) (*Source, error) {
	metadata := imds.ClientDisabled
	if options.InstanceMetadata {
		metadata = imds.ClientDefaultEnableState
	}
	region := options.Region
	if region == "" {
		region = "us-east-1"
	}
	loaded, err := config.LoadDefaultConfig(ctx, config.WithRegion(region), config.WithEC2IMDSClientEnableState(metadata))
	if err != nil {
		return nil, fmt.Errorf("AWS credentials: %w", err)
	}
	s := &Source{chain: loaded.Credentials, roles: map[string]aws.CredentialsProvider{}}
	base := s.chain
	if os.Getenv("AWS_ENDPOINT_URL_STS") != "" || os.Getenv("AWS_ENDPOINT_URL") != "" {
		base = aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
			return s.orPlaceholder(s.chain.Retrieve(ctx))
		})
	}
	s.sts = sts.NewFromConfig(loaded, func(o *sts.Options) { o.Credentials = base })
	s.signers.Store(&map[Target]*entry{})
	return s, nil
}

// Static makes a Source with one key, for tests and for what is configured.
func Static(key sigv4.Credentials) *Source {
	s := &Source{
		chain: credentials.NewStaticCredentialsProvider(key.AccessKeyID, key.SecretAccessKey, key.SessionToken),
		roles: map[string]aws.CredentialsProvider{},
	}
	s.signers.Store(&map[Target]*entry{})
	return s
}

// Ready says whether Signer would answer at once, without calling anybody.
func (s *Source) Ready(target Target, now time.Time) bool {
	known := (*s.signers.Load())[target]
	return known != nil && now.Before(known.until)
}

// Signer gives a signer for a target. The first time, and after a role's
// session has run out, it waits for credentials; else it does not block.
// Sessions are renewed in the background before they run out.
func (s *Source) Signer(ctx context.Context, target Target, now time.Time) (*sigv4.Signer, error) {
	known := (*s.signers.Load())[target]
	if known != nil && now.Before(known.until) {
		if now.After(known.until.Add(-margin)) && known.renewing.CompareAndSwap(false, true) {
			go s.renew(context.WithoutCancel(ctx), known, target, now)
		}
		return known.signer, nil
	}
	made, err := s.make(ctx, target, now)
	if err != nil {
		return nil, err
	}
	return made.signer, nil
}

// renew replaces a signer that will not do for much longer; when that fails,
// the next request tries again.
func (s *Source) renew(ctx context.Context, old *entry, target Target, now time.Time) {
	_, err := s.make(ctx, target, now)
	if err != nil {
		old.renewing.Store(false)
	}
}

func (s *Source) make(ctx context.Context, target Target, now time.Time) (*entry, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	found, err := s.provider(target.RoleARN).Retrieve(ctx)
	switch {
	case err != nil && target.Placeholder:
		found, err = s.orPlaceholder(found, err)
	case err != nil && target.RoleARN != "":
		return nil, fmt.Errorf("assume %s: %w", target.RoleARN, err)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrNone, err)
	}
	if err != nil {
		return nil, err
	}
	made := &entry{until: now.Add(lifetime + margin)}
	if found.CanExpire && found.Expires.Before(made.until) {
		made.until = found.Expires
	}
	key := sigv4.Credentials{AccessKeyID: found.AccessKeyID, SecretAccessKey: found.SecretAccessKey, SessionToken: found.SessionToken}
	made.signer = sigv4.NewSigner(key, target.Region, target.Service)
	s.mu.Lock()
	defer s.mu.Unlock()
	next := maps.Clone(*s.signers.Load())
	next[target] = made
	s.signers.Store(&next)
	return made, nil
}

// provider gives the credentials of a role, or Sluice's own.
func (s *Source) provider(role string) aws.CredentialsProvider {
	if role == "" {
		return s.chain
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	known, found := s.roles[role]
	if !found {
		if s.sts == nil {
			return aws.AnonymousCredentials{}
		}
		known = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(s.sts, role, func(o *stscreds.AssumeRoleOptions) {
			o.RoleSessionName = sessionName
		}), func(o *aws.CredentialsCacheOptions) { o.ExpiryWindow = margin })
		s.roles[role] = known
	}
	return known
}

func (s *Source) orPlaceholder(found aws.Credentials, err error) (aws.Credentials, error) {
	if err == nil {
		return found, nil
	}
	return aws.Credentials{AccessKeyID: placeholder, SecretAccessKey: placeholder, Source: "placeholder"}, nil
}
