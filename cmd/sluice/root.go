package main

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

// rootCredentials sign as the account's root.
type rootCredentials struct {
	AccessKeyID     string
	SecretAccessKey secret.String
}

// rootDocument is rootFile's content, mode 0600.
type rootDocument struct {
	AccessKeyID     string `json:"accessKeyId"`
	SecretAccessKey string `json:"secretAccessKey"`
}

// readRoot gives the root's credentials: the settings', else those made at the
// first run.
func readRoot(place placeSettings) (rootCredentials, error) {
	if place.RootAccessKeyID != "" {
		return rootCredentials{AccessKeyID: place.RootAccessKeyID, SecretAccessKey: secret.New(place.RootSecretAccessKey)}, nil
	}
	path := filepath.Join(place.DataDir, rootFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return rootCredentials{}, fmt.Errorf("no credentials in %s yet: start Sluice there first (sluice run --data-dir %s)", path, place.DataDir)
	}
	if err != nil {
		return rootCredentials{}, fmt.Errorf("root credentials: %w", err)
	}
	var document rootDocument
	if err := json.Unmarshal(text, &document); err != nil {
		return rootCredentials{}, fmt.Errorf("root credentials in %s: %w", path, err)
	}
	return rootCredentials{AccessKeyID: document.AccessKeyID, SecretAccessKey: secret.New(document.SecretAccessKey)}, nil
}

// readOrMakeRoot is readRoot, but makes credentials where there are none.
func readOrMakeRoot(place placeSettings) (rootCredentials, error) {
	if place.RootAccessKeyID != "" {
		return readRoot(place)
	}
	path := filepath.Join(place.DataDir, rootFile)
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		return readRoot(place)
	}
	document, err := newRoot(rand.Reader)
	if err != nil {
		return rootCredentials{}, err
	}
	text, err := json.Marshal(document)
	if err != nil {
		return rootCredentials{}, fmt.Errorf("root credentials: %w", err)
	}
	if err := writePrivate(path, text); err != nil {
		return rootCredentials{}, err
	}
	return readRoot(place)
}

// writePrivate writes a file that only its owner reads, whole or not at all.
func writePrivate(path string, content []byte) error {
	partial := path + ".partial"
	if err := os.WriteFile(partial, content, 0o600); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := os.Rename(partial, path); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
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
