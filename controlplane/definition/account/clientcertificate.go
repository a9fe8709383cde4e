package account

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"time"

	"github.com/sluice-gateway/sluice/internal/awserror"
	"github.com/sluice-gateway/sluice/internal/secret"
)

const (
	// clientCertificateLife is a year, as AWS gives.
	clientCertificateLife = 365 * 24 * time.Hour
	// clientKeyBits is the size of AWS's RSA keys.
	clientKeyBits = 2048
	serialBits    = 63
)

// ClientCertificate is AWS's ClientCertificate: what a stage shows its HTTP
// backends.
type ClientCertificate struct {
	ID             string            `json:"clientCertificateId"`
	Description    string            `json:"description,omitempty"`
	PEM            string            `json:"pemEncodedCertificate"`
	PrivateKey     secret.String     `json:"-"` // sealed by the store
	CreatedDate    time.Time         `json:"createdDate"`
	ExpirationDate time.Time         `json:"expirationDate"`
	Tags           map[string]string `json:"tags,omitempty"`
}

// GenerateClientCertificate makes a key and a self-signed certificate of a
// year, for TLS clients. Random must be cryptographic.
func GenerateClientCertificate(input ClientCertificate, id string, now time.Time, random io.Reader) (*ClientCertificate, error) {
	key, err := rsa.GenerateKey(random, clientKeyBits)
	if err != nil {
		return nil, fmt.Errorf("client certificate: %w", err)
	}
	serial := make([]byte, serialBits/8+1)
	if _, err := io.ReadFull(random, serial); err != nil {
		return nil, fmt.Errorf("client certificate: no randomness: %w", err)
	}
	serial[0] &= 0x7f
	input.ID, input.CreatedDate, input.ExpirationDate = id, now, now.Add(clientCertificateLife)
	template := &x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(serial),
		Subject:      pkix.Name{CommonName: "ApiGateway", Organization: []string{"Sluice"}},
		NotBefore:    now.UTC(), NotAfter: input.ExpirationDate.UTC(),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		BasicConstraintsValid: true, SignatureAlgorithm: x509.SHA256WithRSA,
	}
	certificate, err := x509.CreateCertificate(random, template, template, key.Public(), crypto.Signer(key))
	if err != nil {
		return nil, fmt.Errorf("client certificate: %w", err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("client certificate: %w", err)
	}
	input.PEM = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate}))
	input.PrivateKey = secret.New(string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})))
	return &input, nil
}

// ClientCertificateNotFound is the answer to an unknown certificate's id.
func ClientCertificateNotFound() error {
	return awserror.NewNotFound("Invalid Client Certificate identifier specified")
}

// ClientCertificateUsed refuses to delete a certificate that a stage shows its
// backends.
func ClientCertificateUsed(id, api, stage string) error {
	return awserror.BadRequestf("Client certificate %s is still in use by stage %s of API %s", id, stage, api)
}
