package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"strings"

	"github.com/sluice-gateway/sluice/cmd/sluice/place"
)

// check says what is wrong with the settings.
func (s tlsSettings) check() error {
	given := 0
	for _, file := range []string{s.TLSCert, s.TLSKey, s.TLSCA} {
		if file != "" {
			given++
		}
	}
	if given != 0 && given != 3 {
		return fmt.Errorf("%w: tls-cert, tls-key and tls-ca go together", errSettings)
	}
	return nil
}

// needed says whether what goes to an address is encrypted.
func (s tlsSettings) needed(address string) bool {
	return s.TLSCert != "" && !strings.HasPrefix(address, place.UnixPrefix)
}

// server is for a part that others connect to: they must show a certificate of
// the authority. It is nil for unix sockets and without the settings.
func (s tlsSettings) server(address string) (*tls.Config, error) {
	if !s.needed(address) {
		return nil, nil //nolint:nilnil // no TLS
	}
	authority, err := s.authority()
	if err != nil {
		return nil, err
	}
	return &tls.Config{
		MinVersion: tls.VersionTLS13, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: authority, NextProtos: []string{"h2"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return s.certificate() },
	}, nil
}

// client is for a part that connects to another.
func (s tlsSettings) client(address string) (*tls.Config, error) {
	if !s.needed(address) {
		return nil, nil //nolint:nilnil // no TLS
	}
	authority, err := s.authority()
	if err != nil {
		return nil, err
	}
	return &tls.Config{
		MinVersion: tls.VersionTLS13, RootCAs: authority,
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return s.certificate() },
	}, nil
}

// certificate reads the files at each handshake, of which there are few, so that
// a renewed certificate needs no restart.
func (s tlsSettings) certificate() (*tls.Certificate, error) {
	pair, err := tls.LoadX509KeyPair(s.TLSCert, s.TLSKey)
	if err != nil {
		return nil, fmt.Errorf("tls-cert, tls-key: %w", err)
	}
	return &pair, nil
}

// authority reads the authority's certificates, and this part's own once, so that
// files that cannot be used are told of at the start.
func (s tlsSettings) authority() (*x509.CertPool, error) {
	text, err := os.ReadFile(s.TLSCA)
	if err != nil {
		return nil, fmt.Errorf("tls-ca: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("tls-ca: no certificate in %s", s.TLSCA)
	}
	_, err = s.certificate()
	return pool, err
}

// listenService opens the address of a service, with TLS where there is any.
func (s tlsSettings) listenService(ctx context.Context, setting, address string) (net.Listener, error) {
	security, err := s.server(address)
	if err != nil {
		return nil, err
	}
	listener, err := place.Listen(ctx, setting, address)
	if err != nil || security == nil {
		return listener, err
	}
	return tls.NewListener(listener, security), nil
}
