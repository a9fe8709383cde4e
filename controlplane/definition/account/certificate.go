package account

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"strings"
	"time"

	"github.com/sluice-gateway/sluice/internal/awserror"
	"github.com/sluice-gateway/sluice/internal/secret"
)

// codeCertificate is ACM's ValidationException.
const codeCertificate awserror.Code = "ValidationException"

// maxCertificate bounds each of a certificate's parts in bytes, as ACM does.
const maxCertificate = 2 << 20

// Certificate is ACM's certificate, imported: what custom domain names show.
type Certificate struct {
	ARN        string            `json:"arn"`
	PEM        string            `json:"pem"`
	Chain      string            `json:"chain,omitempty"`
	PrivateKey secret.String     `json:"-"` // sealed by the store
	ImportedAt time.Time         `json:"importedAt"`
	CreatedAt  time.Time         `json:"createdAt"`
	Tags       map[string]string `json:"tags,omitempty"`
}

// Check refuses a certificate that Envoy could not serve: each part must be PEM,
// the key the certificate's own, the dates around now.
func (c *Certificate) Check(now time.Time) error {
	leaf, err := c.Leaf()
	if err != nil {
		return err
	}
	if now.After(leaf.NotAfter) {
		return refused("The certificate is not valid. It has expired.")
	}
	for _, block := range blocks(c.Chain) {
		if _, err := x509.ParseCertificate(block.Bytes); err != nil {
			return refused("The certificate chain field contains more than one certificate. You can specify only PEM certificates in this field.")
		}
	}
	if c.Chain != "" && len(blocks(c.Chain)) == 0 {
		return refused("Could not validate the certificate with the certificate chain.")
	}
	return c.checkKey(leaf)
}

// Leaf is the certificate itself.
func (c *Certificate) Leaf() (*x509.Certificate, error) {
	found := blocks(c.PEM)
	if len(c.PEM) > maxCertificate || len(found) == 0 {
		return nil, refused("The certificate field contains no PEM certificate.")
	}
	if len(found) > 1 {
		return nil, refused("The certificate field contains more than one certificate. You can specify only one certificate in this field.")
	}
	leaf, err := x509.ParseCertificate(found[0].Bytes)
	if err != nil {
		return nil, refused("The certificate field contains no valid certificate.")
	}
	return leaf, nil
}

func (c *Certificate) checkKey(leaf *x509.Certificate) error {
	key, err := c.key()
	if err != nil {
		return refused("The private key is not supported.")
	}
	public, canCompare := key.Public().(interface {
		Equal(other crypto.PublicKey) bool
	})
	if !canCompare || !public.Equal(leaf.PublicKey) {
		return refused("The private key does not match the public key of the certificate.")
	}
	return nil
}

// key reads a private key in any of its three PEM forms.
func (c *Certificate) key() (crypto.Signer, error) {
	block, _ := pem.Decode([]byte(c.PrivateKey.Reveal()))
	if block == nil {
		return nil, refused("no PEM")
	}
	if key, err := x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
		if signer, ok := key.(crypto.Signer); ok {
			return signer, nil
		}
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	return x509.ParseECPrivateKey(block.Bytes)
}

// KeyAlgorithm is ACM's name of the certificate's key, such as RSA_2048.
func KeyAlgorithm(leaf *x509.Certificate) string {
	switch key := leaf.PublicKey.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA_%d", key.N.BitLen())
	case *ecdsa.PublicKey:
		return "EC_" + map[string]string{"P-256": "prime256v1", "P-384": "secp384r1", "P-521": "secp521r1"}[key.Curve.Params().Name]
	default:
		return ""
	}
}

// Serial is the certificate's serial number as ACM shows it: 0a:1b:….
func Serial(leaf *x509.Certificate) string {
	digits := hex.EncodeToString(leaf.SerialNumber.Bytes())
	pairs := make([]string, 0, len(digits)/2)
	for i := 0; i+1 < len(digits); i += 2 {
		pairs = append(pairs, digits[i:i+2])
	}
	return strings.Join(pairs, ":")
}

func blocks(text string) []*pem.Block {
	var found []*pem.Block
	for rest := []byte(text); ; {
		block, left := pem.Decode(rest)
		if block == nil {
			return found
		}
		found, rest = append(found, block), left
	}
}

func refused(message string) error { return awserror.New(codeCertificate, 400, message) }

// CertificateNotFound is the answer to an unknown certificate's ARN.
func CertificateNotFound(arn, account string) error {
	return awserror.New("ResourceNotFoundException", 400, "Could not find certificate "+arn+" in account "+account+".")
}
