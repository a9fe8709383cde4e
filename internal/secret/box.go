package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// KeySize is a master key's length in bytes: AES-256.
const KeySize = 32

// boxVersion starts every sealed value, so that another way of sealing can be
// told apart one day.
const boxVersion = 1

// ErrSealed says that a sealed value cannot be opened: another key, another
// place, or changed bytes. It does not say which.
var ErrSealed = errors.New("secret: cannot be opened with this key in this place")

// Box seals values at rest with AES-GCM. It is safe for use by many goroutines
// if its source of randomness is.
type Box struct {
	sealer cipher.AEAD
	random io.Reader
}

// NewBox makes a Box of a master key of KeySize bytes. Random must be
// cryptographic, as crypto/rand.Reader is: nonces come from it.
func NewBox(key []byte, random io.Reader) (*Box, error) {
	if len(key) != KeySize {
		return nil, fmt.Errorf("secret: the master key has %d bytes, want %d", len(key), KeySize)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	sealer, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	return &Box{sealer: sealer, random: random}, nil
}

// Seal encrypts a value for one place, such as the key under which it is stored:
// what was moved elsewhere does not open.
func (b *Box) Seal(value String, place string) ([]byte, error) {
	nonce := make([]byte, 1+b.sealer.NonceSize(), 1+b.sealer.NonceSize()+len(value.Reveal())+b.sealer.Overhead())
	nonce[0] = boxVersion
	if _, err := io.ReadFull(b.random, nonce[1:]); err != nil {
		return nil, fmt.Errorf("secret: no randomness: %w", err)
	}
	return b.sealer.Seal(nonce, nonce[1:], []byte(value.Reveal()), []byte(place)), nil //nolint:gosec // the nonce is random, behind the version
}

// Open gives back what Seal sealed for the place, or ErrSealed.
func (b *Box) Open(sealed []byte, place string) (String, error) {
	size := b.sealer.NonceSize()
	if len(sealed) < 1+size || sealed[0] != boxVersion {
		return String{}, ErrSealed
	}
	text, err := b.sealer.Open(nil, sealed[1:1+size], sealed[1+size:], []byte(place))
	if err != nil {
		return String{}, ErrSealed
	}
	return New(string(text)), nil
}

// LoadKey reads the master key in a file of hexadecimal digits, and makes the
// file, with mode 0600, when there is none. It refuses a file that others may
// read. Two processes that start at once get the same key.
func LoadKey(name string, random io.Reader) ([]byte, error) {
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		if err := makeKey(name, random); err != nil {
			return nil, err
		}
		info, err = os.Stat(name)
	}
	if err != nil {
		return nil, fmt.Errorf("master key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("master key %s may be read by others (mode %v): chmod 600 it", name, info.Mode().Perm())
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("master key: %w", err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != KeySize {
		return nil, fmt.Errorf("master key %s does not hold %d hexadecimal digits", name, 2*KeySize)
	}
	return key, nil
}

// makeKey writes a new key beside the name and links it there, so that a
// half-written file is never read and an existing one never replaced.
func makeKey(name string, random io.Reader) error {
	key := make([]byte, KeySize)
	if _, err := io.ReadFull(random, key); err != nil {
		return fmt.Errorf("master key: no randomness: %w", err)
	}
	// os.CreateTemp makes files of mode 0600.
	file, err := os.CreateTemp(filepath.Dir(name), ".master-key-*")
	if err != nil {
		return fmt.Errorf("master key: %w", err)
	}
	// The link, if it was made, stays.
	defer os.Remove(file.Name())
	_, err = file.WriteString(hex.EncodeToString(key) + "\n")
	if err == nil {
		err = file.Sync()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Link(file.Name(), name)
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("master key: %w", err)
	}
	return nil
}
