package place

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/sluice-gateway/sluice/internal/secret"
)

// rootFile is where first-run credentials are kept below the data folder.
const rootFile = "root.json"

// Root are the credentials that sign as an account's root.
type Root struct {
	AccessKeyID     string
	SecretAccessKey secret.String
}

// rootDocument is rootFile's content, mode 0600.
type rootDocument struct {
	AccessKeyID     string `json:"accessKeyId"`
	SecretAccessKey string `json:"secretAccessKey"`
}

// ReadRoot gives the root's credentials that the first run in a data folder made.
func ReadRoot(dataDir string) (Root, error) {
	path := filepath.Join(dataDir, rootFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return Root{}, fmt.Errorf("no credentials in %s yet: start Sluice there first (sluice run --data-dir %s)", path, dataDir)
	}
	if err != nil {
		return Root{}, fmt.Errorf("root credentials: %w", err)
	}
	var document rootDocument
	if err := json.Unmarshal(text, &document); err != nil {
		return Root{}, fmt.Errorf("root credentials in %s: %w", path, err)
	}
	return Root{AccessKeyID: document.AccessKeyID, SecretAccessKey: secret.New(document.SecretAccessKey)}, nil
}

// ReadOrMakeRoot is ReadRoot, but makes credentials where there are none.
func ReadOrMakeRoot(dataDir string) (Root, error) {
	path := filepath.Join(dataDir, rootFile)
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		return ReadRoot(dataDir)
	}
	document, err := newRoot(rand.Reader)
	if err != nil {
		return Root{}, err
	}
	text, err := json.Marshal(document)
	if err != nil {
		return Root{}, fmt.Errorf("root credentials: %w", err)
	}
	if err := WritePrivate(path, text); err != nil {
		return Root{}, err
	}
	return ReadRoot(dataDir)
}

// newRoot makes an access key in AWS's form: AKIA and 16 letters or digits, and
// a secret of 40.
func newRoot(random io.Reader) (rootDocument, error) {
	const upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	const mixed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	id, err := randomText(random, upper, 16)
	if err != nil {
		return rootDocument{}, err
	}
	key, err := randomText(random, mixed, 40)
	if err != nil {
		return rootDocument{}, err
	}
	return rootDocument{AccessKeyID: "AKIA" + id, SecretAccessKey: key}, nil
}

// randomText draws from an alphabet whose size divides 256, so that no letter
// is likelier than another.
func randomText(random io.Reader, alphabet string, length int) (string, error) {
	raw := make([]byte, length)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", fmt.Errorf("random bytes: %w", err)
	}
	for i, b := range raw {
		raw[i] = alphabet[int(b)%len(alphabet)]
	}
	return string(raw), nil
}
