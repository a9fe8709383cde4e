package xds

import (
	"context"
	"errors"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/store"
	"github.com/sluice-gateway/sluice/envoy"
)

// clientCertificate reads the certificate that a stage shows its backends, with
// its key; nil when it has none, or one that is gone. Ids are an account's own,
// so the name under which Envoy asks for it has the account in it.
func (b *builder) clientCertificate(ctx context.Context, scope store.Scope, stage *definition.Stage) (*tlsv3.Secret, error) {
	if stage.ClientCertificateID == "" {
		return nil, nil //nolint:nilnil // none is not a failure
	}
	found, err := b.store.ClientCertificates().Get(ctx, scope, stage.ClientCertificateID)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil //nolint:nilnil // as above
	}
	if err != nil {
		return nil, err
	}
	return &tlsv3.Secret{
		Name: envoy.ClientCertificateSecret(certificateName(scope, found.ID)),
		Type: &tlsv3.Secret_TlsCertificate{TlsCertificate: &tlsv3.TlsCertificate{
			CertificateChain: inline(found.PEM), PrivateKey: inline(found.PrivateKey.Reveal()),
		}},
	}, nil
}

func certificateName(scope store.Scope, id string) string {
	return scope.Account + "." + scope.Region + "." + id
}

// withCertificate is a stage whose certificate has the name that Envoy asks for;
// without one that is gone, which no cluster may wait for.
func withCertificate(stage *definition.Stage, secret *tlsv3.Secret) *definition.Stage {
	if stage.ClientCertificateID == "" {
		return stage
	}
	named := *stage
	named.ClientCertificateID = ""
	if secret != nil {
		named.ClientCertificateID = secret.GetName()[len(envoy.ClientCertificateSecret("")):]
	}
	return &named
}

func inline(text string) *corev3.DataSource {
	return &corev3.DataSource{Specifier: &corev3.DataSource_InlineString{InlineString: text}}
}
