package xds_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/sluice-gateway/sluice/controlplane/xds"
	"github.com/sluice-gateway/sluice/internal/planclient"
)

// authority signs certificates for a fleet.
type authority struct {
	t           *testing.T
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	pool        *x509.CertPool
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	made := &authority{t: t, pool: x509.NewCertPool()}
	issued := made.issue(&x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "fleet"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	})
	var err error
	made.certificate, err = x509.ParseCertificate(issued.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	made.pool.AddCert(made.certificate)
	return made
}

func (a *authority) issue(template *x509.Certificate) tls.Certificate {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	parent, signer := template, key
	if a.certificate != nil {
		parent, signer = a.certificate, a.key
	} else {
		a.key = key
	}
	issued, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		a.t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{issued}, PrivateKey: key}
}

func (a *authority) leaf(name string) tls.Certificate {
	return a.issue(&x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	})
}

// TestMutualTLS holds that in a fleet a service with a certificate of the
// fleet's gets plans, and nobody else anything.
func TestMutualTLS(t *testing.T) {
	t.Parallel()
	p := started(t, nil)
	p.create("aaaaaaaaaa", 1, "one")
	fleet, other := newAuthority(t), newAuthority(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var group sync.WaitGroup
	group.Go(func() {
		_ = p.publisher.Serve(ctx, xds.Endpoint{Listener: listener, TLS: &tls.Config{
			MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{fleet.leaf("control")},
			ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: fleet.pool,
		}})
	})
	t.Cleanup(func() { cancel(); group.Wait() })
	connect := func(name string, config *tls.Config) (*table, chan struct{}) {
		sink, synced := newTable(), make(chan struct{})
		group.Go(func() {
			_ = planclient.Run(ctx, planclient.Config{
				Node: name, Target: listener.Addr().String(), TLS: config, Sink: sink, Synced: func() { close(synced) },
			})
		})
		return sink, synced
	}
	stranger, strangerSynced := connect("services/stranger", &tls.Config{
		MinVersion: tls.VersionTLS13, RootCAs: fleet.pool, ServerName: "control", Certificates: []tls.Certificate{other.leaf("stranger")},
	})
	plain, plainSynced := connect("services/plain", nil)
	friend, friendSynced := connect("services/friend", &tls.Config{
		MinVersion: tls.VersionTLS13, RootCAs: fleet.pool, ServerName: "control", Certificates: []tls.Certificate{fleet.leaf("friend")},
	})
	select {
	case <-friendSynced:
	case <-time.After(20 * time.Second):
		t.Fatal("a service with the fleet's certificate is not served")
	}
	if got := friend.deployments("aaaaaaaaaa"); !slices.Equal(got, []string{"d0"}) {
		t.Errorf("it has %v", got)
	}
	// The others have tried as long.
	for name, synced := range map[string]chan struct{}{"stranger": strangerSynced, "plain": plainSynced} {
		select {
		case <-synced:
			t.Errorf("%s was served", name)
		default:
		}
	}
	if len(stranger.deployments("aaaaaaaaaa"))+len(plain.deployments("aaaaaaaaaa")) > 0 {
		t.Error("strangers have plans")
	}
	for _, node := range p.publisher.Status().Nodes {
		if node.ID != "services/friend" {
			t.Errorf("%s is connected", node.ID)
		}
	}
}
