package secret_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/sluice-gateway/sluice/internal/secret"
)

func TestNeverPrinted(t *testing.T) {
	t.Parallel()
	const text = "hunter2"
	type holder struct {
		Key     secret.String  `json:"key"`
		Pointer *secret.String `json:"pointer"`
		hidden  secret.String
	}
	value := secret.New(text)
	held := holder{Key: value, Pointer: &value, hidden: value}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "key", value, "held", held)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "key", value, "held", held)
	encoded, err := json.Marshal(held)
	if err != nil {
		t.Fatal(err)
	}
	shown := log.String() + string(encoded) + fmt.Errorf("key %s: %w", value, os.ErrNotExist).Error()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		shown += fmt.Sprintf(verb, value) + fmt.Sprintf(verb, held) + fmt.Sprintf(verb, &held)
	}
	if strings.Contains(shown, text) || strings.Contains(shown, "68756e74657232") || strings.Contains(strings.ToLower(shown), "[104 117") {
		t.Errorf("the secret shows:\n%s", shown)
	}
	if !value.Equal(secret.New(text)) || value.Equal(secret.New("hunter3")) || !(secret.String{}).Equal(secret.New("")) {
		t.Error("equality is lost")
	}
	if value.Reveal() != text || value.Empty() || !secret.New("").Empty() {
		t.Error("the value is lost")
	}
}

func TestBox(t *testing.T) {
	t.Parallel()
	box, err := secret.NewBox(bytes.Repeat([]byte{1}, secret.KeySize), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	other, err := secret.NewBox(bytes.Repeat([]byte{2}, secret.KeySize), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := box.Seal(secret.New("hunter2"), "keys/a")
	if err != nil {
		t.Fatal(err)
	}
	opened, err := box.Open(sealed, "keys/a")
	if err != nil || opened.Reveal() != "hunter2" {
		t.Fatalf("got %q, %v", opened.Reveal(), err)
	}
	again, err := box.Seal(secret.New("hunter2"), "keys/a")
	if err != nil || bytes.Equal(sealed, again) {
		t.Errorf("the same value sealed twice looks the same (%v)", err)
	}
	refused := map[string]func() (secret.String, error){
		"another place": func() (secret.String, error) { return box.Open(sealed, "keys/b") },
		"another key":   func() (secret.String, error) { return other.Open(sealed, "keys/a") },
		"nothing":       func() (secret.String, error) { return box.Open(nil, "keys/a") },
	}
	for name, open := range refused {
		if got, err := open(); !errors.Is(err, secret.ErrSealed) || !got.Empty() {
			t.Errorf("%s: %v", name, err)
		}
	}
	for i := range sealed {
		changed := bytes.Clone(sealed)
		changed[i] ^= 1
		if _, err := box.Open(changed, "keys/a"); !errors.Is(err, secret.ErrSealed) {
			t.Errorf("byte %d was changed and opened: %v", i, err)
		}
		if _, err := box.Open(sealed[:i], "keys/a"); !errors.Is(err, secret.ErrSealed) {
			t.Errorf("cut to %d bytes and opened: %v", i, err)
		}
	}
	if _, err := secret.NewBox([]byte("short"), rand.Reader); err == nil {
		t.Error("a short key was taken")
	}
}

func TestLoadKey(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "master.key")
	keys := make([][]byte, 8)
	var group sync.WaitGroup
	for i := range keys {
		group.Go(func() {
			key, err := secret.LoadKey(name, rand.Reader)
			if err != nil {
				t.Error(err)
			}
			keys[i] = key
		})
	}
	group.Wait()
	for _, key := range keys {
		if len(key) != secret.KeySize || !bytes.Equal(key, keys[0]) {
			t.Errorf("%d bytes, same as the first: %v", len(key), bytes.Equal(key, keys[0]))
		}
	}
	info, err := os.Stat(name)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	entries, err := os.ReadDir(filepath.Dir(name))
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
	if err := os.Chmod(name, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := secret.LoadKey(name, rand.Reader); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a key that others may read was taken: %v", err)
	}
	broken := filepath.Join(t.TempDir(), "broken.key")
	if err := os.WriteFile(broken, []byte("zz"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := secret.LoadKey(broken, rand.Reader); err == nil {
		t.Error("a broken key was taken")
	}
}
