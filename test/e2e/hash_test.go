package e2e_test

import (
	"crypto/sha256"
	"encoding/hex"
)

// hash is SigV4's payload hash.
func hash(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}
