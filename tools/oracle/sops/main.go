// Command sops encrypts documents as SOPS does and writes down what SOPS decrypts of them.
//
//	sops > ../../../crates/sops/tests/data/goldens.jsonl
//	sops repository > ../../../crates/gitops/tests/data/encrypted.jsonl
//
// The first line of the output holds the keys, which are made for these tests alone; each other line is one case: the
// encrypted text, whose nonces differ from run to run, and the text that SOPS gives for it or the words in which it
// refuses. "unchecked" is what is given when nobody compares the MAC, as Flux does not.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strings"
	"time"
	"unicode/utf8"

	agelib "filippo.io/age"

	"github.com/getsops/sops/v3"
	"github.com/getsops/sops/v3/aes"
	"github.com/getsops/sops/v3/age"
	"github.com/getsops/sops/v3/cmd/sops/common"
	"github.com/getsops/sops/v3/cmd/sops/formats"
	"github.com/getsops/sops/v3/config"
	"github.com/getsops/sops/v3/decrypt"
	"github.com/getsops/sops/v3/version"
)

// lastModified stands in every case, so that runs differ by their nonces only.
var lastModified = time.Date(2024, 2, 29, 12, 30, 0, 0, time.UTC)

// one is a case before it is encrypted.
type one struct {
	name   string
	format string
	plain  string
	// rule changes what of the tree is encrypted.
	rule func(*sops.Metadata)
	// groups are the names of the keys of each key group; one group of the key "a" if there are none.
	groups    [][]string
	threshold int
	// change is done to the encrypted text.
	change   func(string) string
	isRandom bool
	// with are the keys to decrypt with; the key "a" if there are none.
	with []string
}

// told is a case as it is written down.
type told struct {
	Name      string   `json:"name"`
	Format    string   `json:"format"`
	With      []string `json:"with"`
	Encrypted string   `json:"encrypted"`
	Decrypted *string  `json:"decrypted,omitempty"`
	// Base64 holds what was decrypted where that is no text.
	Base64    []byte  `json:"base64,omitempty"`
	Failed    *string `json:"failed,omitempty"`
	Unchecked *string `json:"unchecked,omitempty"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	identities, err := makeKeys("a", "b", "c", "d")
	if err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	secrets := map[string]string{}
	for name, identity := range identities {
		secrets[name] = identity.String()
	}
	if err := out.Encode(map[string]any{"made_by": "sops " + version.Version, "keys": secrets}); err != nil {
		return err
	}
	all := append(cases(), randomCases()...)
	if len(os.Args) > 1 && os.Args[1] == "repository" {
		all = repositoryCases()
	}
	for _, one := range all {
		told, err := tell(one, identities)
		if one.isRandom && (err != nil || told.Failed != nil) {
			// SOPS does not read back all that goyaml prints, tabs in blocks above all.
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: %w", one.name, err)
		}
		if err := out.Encode(told); err != nil {
			return err
		}
	}
	return nil
}

func makeKeys(names ...string) (map[string]*agelib.X25519Identity, error) {
	keys := map[string]*agelib.X25519Identity{}
	for _, name := range names {
		key, err := agelib.GenerateX25519Identity()
		if err != nil {
			return nil, err
		}
		keys[name] = key
	}
	return keys, nil
}

func tell(one one, identities map[string]*agelib.X25519Identity) (told, error) {
	encrypted, err := encrypt(one, identities)
	if err != nil {
		return told{}, err
	}
	if one.change != nil {
		changed := one.change(encrypted)
		if changed == encrypted {
			return told{}, fmt.Errorf("nothing changed in %s", encrypted)
		}
		encrypted = changed
	}
	if one.with == nil {
		one.with = []string{"a"}
	}
	var keys []string
	for _, name := range one.with {
		keys = append(keys, identities[name].String())
	}
	sort.Strings(keys)
	if err := os.Setenv("SOPS_AGE_KEY", strings.Join(keys, "\n")); err != nil {
		return told{}, err
	}
	told := told{Name: one.name, Format: one.format, With: one.with, Encrypted: encrypted}
	clear, err := decryptChecked(encrypted, one.format)
	if err == nil {
		if !utf8.Valid(clear) {
			told.Base64 = clear
			return told, nil
		}
		text := string(clear)
		told.Decrypted = &text
		return told, nil
	}
	words := err.Error()
	told.Failed = &words
	if unchecked, err := decryptUnchecked(encrypted, one.format); err == nil {
		told.Unchecked = &unchecked
	}
	return told, nil
}

func encrypt(one one, identities map[string]*agelib.X25519Identity) (string, error) {
	store := common.StoreForFormat(formats.FormatFromString(one.format), config.NewStoresConfig())
	branches, err := store.LoadPlainFile([]byte(one.plain))
	if err != nil {
		return "", err
	}
	tree := sops.Tree{Branches: branches}
	tree.Metadata.Version = version.Version
	tree.Metadata.LastModified = lastModified
	tree.Metadata.UnencryptedSuffix = sops.DefaultUnencryptedSuffix
	if one.rule != nil {
		tree.Metadata.UnencryptedSuffix = ""
		one.rule(&tree.Metadata)
	}
	if one.groups == nil {
		one.groups = [][]string{{"a"}}
	}
	for _, names := range one.groups {
		var group sops.KeyGroup
		for _, name := range names {
			key, err := age.MasterKeyFromRecipient(identities[name].Recipient().String())
			if err != nil {
				return "", err
			}
			group = append(group, key)
		}
		tree.Metadata.KeyGroups = append(tree.Metadata.KeyGroups, group)
	}
	tree.Metadata.ShamirThreshold = one.threshold
	dataKey, errs := tree.GenerateDataKey()
	if len(errs) > 0 {
		return "", fmt.Errorf("%v", errs)
	}
	cipher := aes.NewCipher()
	mac, err := tree.Encrypt(dataKey, cipher)
	if err != nil {
		return "", err
	}
	date := tree.Metadata.LastModified.Format(time.RFC3339)
	if tree.Metadata.MessageAuthenticationCode, err = cipher.Encrypt(mac, dataKey, date); err != nil {
		return "", err
	}
	encrypted, err := store.EmitEncryptedFile(tree)
	return string(encrypted), err
}

// decryptChecked is what SOPS does; it panics on some input, which is a refusal as well.
func decryptChecked(encrypted, format string) (clear []byte, err error) {
	defer func() {
		if caught := recover(); caught != nil {
			err = fmt.Errorf("panic: %v", caught)
		}
	}()
	return decrypt.Data([]byte(encrypted), format)
}

func decryptUnchecked(encrypted, format string) (clear string, err error) {
	defer func() {
		if caught := recover(); caught != nil {
			err = fmt.Errorf("panic: %v", caught)
		}
	}()
	store := common.StoreForFormat(formats.FormatFromString(format), config.NewStoresConfig())
	tree, err := store.LoadEncryptedFile([]byte(encrypted))
	if err != nil {
		return "", err
	}
	key, err := tree.Metadata.GetDataKey()
	if err != nil {
		return "", err
	}
	if _, err := tree.Decrypt(key, aes.NewCipher()); err != nil {
		return "", err
	}
	emitted, err := store.EmitPlainFile(tree.Branches)
	return string(emitted), err
}
