package store

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"

	"github.com/sluice-gateway/sluice/internal/secret"
)

var (
	// ErrNotFound says that there is no such noun in the scope.
	ErrNotFound = errors.New("store: not found")
	// ErrExists says that the id is taken.
	ErrExists = errors.New("store: the id exists")
	// ErrTaken says that another noun has a value which must be unique, such as an
	// API key's.
	ErrTaken = errors.New("store: the value is taken")
	// ErrConflict says that others changed the same whenever a change was tried,
	// and nothing was written. It comes with the answer that AWS gives a writer
	// who loses, awserror.ConcurrentModification.
	ErrConflict = errors.New("store: others keep changing the same")
)

const (
	// dialTimeout bounds how long Open waits for etcd to answer.
	dialTimeout = 10 * time.Second
	// maxCall is what an etcd client may send in one call; the server's
	// --max-request-bytes is what refuses.
	maxCall = 64 << 20
	// locks is how many changes of different APIs run at once without one waiting
	// for another.
	locks = 256
)

// Config says where etcd is and what seals secrets.
type Config struct {
	// Endpoints are etcd's client addresses: unix:///path, http:// or https://.
	Endpoints []string
	// TLS is for https endpoints; nil means none.
	TLS *tls.Config
	// Username and Password are for an etcd that asks for them.
	Username string
	Password secret.String
	// MasterKey seals secrets: secret.KeySize bytes, the same for every control
	// plane of a fleet. secret.LoadKey reads it from a file.
	MasterKey []byte
	// Random is where nonces come from: crypto/rand.Reader.
	Random io.Reader
	// Logger hears of what is retried; nothing is logged when nil.
	Logger *slog.Logger
}

// Store keeps nouns. It is safe for use by many goroutines.
type Store struct {
	client *clientv3.Client
	box    *secret.Box
	// digest keys the index of values that must be unique, which would otherwise
	// tell a thief of etcd's files which values to try.
	digest []byte
	log    *slog.Logger
	// busy keeps changes of one API in this process from running into each other,
	// which etcd would refuse and we would have to do again.
	busy *[locks]chan struct{}
	wait func(ctx context.Context, revision int64)
}

// Open connects to etcd and fails when it does not answer within ten seconds.
// Close the store when done.
func Open(ctx context.Context, config Config) (*Store, error) {
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	box, err := secret.NewBox(config.MasterKey, config.Random)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	digest, err := hkdf.Key(sha256.New, config.MasterKey, nil, "sluice: index of unique values", sha256.Size)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	client, err := clientv3.New(clientv3.Config{
		Endpoints: config.Endpoints, TLS: config.TLS,
		Username: config.Username, Password: config.Password.Reveal(),
		DialTimeout: dialTimeout, DialKeepAliveTime: 10 * time.Second, DialKeepAliveTimeout: 5 * time.Second,
		MaxCallSendMsgSize: maxCall, MaxCallRecvMsgSize: 1 << 30,
		Logger: zap.NewNop(),
		// The store is asked again quickly after etcd was restarted beside us.
		DialOptions: []grpc.DialOption{grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: 50 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: 2 * time.Second},
			MinConnectTimeout: time.Second,
		})},
	})
	if err != nil {
		return nil, fmt.Errorf("store: etcd at %v: %w", config.Endpoints, err)
	}
	made := &Store{client: client, box: box, digest: digest, log: config.Logger, busy: newLocks()}
	asking, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	if _, err := made.Revision(asking); err != nil {
		closed := client.Close()
		return nil, fmt.Errorf("store: etcd at %v does not answer: %w", config.Endpoints, errors.Join(err, closed))
	}
	return made, nil
}

// Close ends the connection to etcd.
func (s *Store) Close() error { return s.client.Close() }

// Waiting is the same store, whose changes of what is served return when wait
// does. Wait bounds itself, and gets etcd's revision of the change.
func (s *Store) Waiting(wait func(ctx context.Context, revision int64)) *Store {
	waiting := *s
	waiting.wait = wait
	return &waiting
}

// Revision is etcd's current revision, linearizably read.
func (s *Store) Revision(ctx context.Context) (int64, error) {
	answer, err := s.client.Get(ctx, root, clientv3.WithCountOnly())
	if err != nil {
		return 0, fmt.Errorf("store: %w", err)
	}
	return answer.Header.GetRevision(), nil
}

func newLocks() *[locks]chan struct{} {
	var made [locks]chan struct{}
	for i := range made {
		made[i] = make(chan struct{}, 1)
	}
	return &made
}

// lock waits its turn to change what a text names.
func (s *Store) lock(ctx context.Context, name string) (unlock func(), err error) {
	var sum uint32
	for i := range len(name) {
		sum = sum*16777619 ^ uint32(name[i])
	}
	one := s.busy[sum%locks]
	select {
	case one <- struct{}{}:
		return func() { <-one }, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}
