// Package webcrypto is the Web Cryptography API without JavaScript: keys, and what is done with them, with Go's standard library.
package webcrypto

import (
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"fmt"
	"slices"
	"strings"
)

// An Error has the name that the standard gives it, such as DataError.
type Error struct{ Name, Message string }

func (e *Error) Error() string { return e.Message }

func failure(name, format string, values ...any) error {
	return &Error{name, fmt.Sprintf(format, values...)}
}

func notSupported(format string, values ...any) error {
	return failure("NotSupportedError", format, values...)
}

// An Algorithm is the name of one, as the standard writes it, with its parameters. Those that are not given are empty.
type Algorithm struct {
	Name           string
	Hash           string // such as SHA-256
	Curve          string // such as P-256
	Length         int    // in bits; of a key, or of AES-CTR's counter
	ModulusLength  int    // in bits
	PublicExponent []byte

	IV, AdditionalData, Counter, Label, Salt, Info []byte

	TagLength  int // in bits; 0 is 128
	SaltLength int // in bytes
	Iterations int
	Public     *Key // of the other side
}

// A Key is a CryptoKey. It is immutable.
type Key struct {
	Type        string // secret, public or private
	Extractable bool
	Algorithm   Algorithm
	Usages      []string

	secret  []byte
	public  any // *rsa.PublicKey, *ecdsa.PublicKey, ed25519.PublicKey or *ecdh.PublicKey
	private any // *rsa.PrivateKey, *ecdsa.PrivateKey, ed25519.PrivateKey or *ecdh.PrivateKey
}

// kinds says for each algorithm which usages a key may have: of a secret, or of a public and a private one.
var kinds = map[string]struct{ secret, public, private []string }{
	"HMAC":              {secret: []string{"sign", "verify"}},
	"AES-GCM":           {secret: []string{"encrypt", "decrypt", "wrapKey", "unwrapKey"}},
	"AES-CBC":           {secret: []string{"encrypt", "decrypt", "wrapKey", "unwrapKey"}},
	"AES-CTR":           {secret: []string{"encrypt", "decrypt", "wrapKey", "unwrapKey"}},
	"AES-KW":            {secret: []string{"wrapKey", "unwrapKey"}},
	"HKDF":              {secret: []string{"deriveKey", "deriveBits"}},
	"PBKDF2":            {secret: []string{"deriveKey", "deriveBits"}},
	"RSASSA-PKCS1-v1_5": {public: []string{"verify"}, private: []string{"sign"}},
	"RSA-PSS":           {public: []string{"verify"}, private: []string{"sign"}},
	"RSA-OAEP":          {public: []string{"encrypt", "wrapKey"}, private: []string{"decrypt", "unwrapKey"}},
	"ECDSA":             {public: []string{"verify"}, private: []string{"sign"}},
	"Ed25519":           {public: []string{"verify"}, private: []string{"sign"}},
	"ECDH":              {private: []string{"deriveKey", "deriveBits"}},
	"X25519":            {private: []string{"deriveKey", "deriveBits"}},
}

var usageOrder = []string{"encrypt", "decrypt", "sign", "verify", "deriveKey", "deriveBits", "wrapKey", "unwrapKey"}

var hashes = map[string]crypto.Hash{"SHA-1": crypto.SHA1, "SHA-256": crypto.SHA256, "SHA-384": crypto.SHA384, "SHA-512": crypto.SHA512}

// Canonical returns the name of an algorithm, hash or curve as the standard writes it, whatever its case.
func Canonical(name string) (string, error) {
	for known := range kinds {
		if strings.EqualFold(known, name) {
			return known, nil
		}
	}
	for known := range hashes {
		if strings.EqualFold(known, name) {
			return known, nil
		}
	}
	return "", notSupported("there is no algorithm %q in scenarios", name)
}

func hashOf(name string) (crypto.Hash, error) {
	hash, ok := hashes[name]
	if !ok {
		return 0, notSupported("there is no hash %q in scenarios", name)
	}
	return hash, nil
}

// newKey checks usages and puts them in order.
func newKey(kind string, a Algorithm, extractable bool, usages []string, material any) (*Key, error) {
	k := &Key{Type: kind, Extractable: extractable, Algorithm: a}
	allowed := kinds[a.Name].secret
	switch kind {
	case "secret":
		k.secret = material.([]byte)
		k.Extractable = extractable && a.Name != "HKDF" && a.Name != "PBKDF2"
	case "public":
		allowed, k.public = kinds[a.Name].public, material
	case "private":
		allowed, k.private, k.public = kinds[a.Name].private, material, publicOf(material)
	}
	for _, usage := range usages {
		if !slices.Contains(allowed, usage) {
			return nil, failure("SyntaxError", "a %s key of %s cannot be used to %s", kind, a.Name, usage)
		}
	}
	for _, usage := range usageOrder {
		if slices.Contains(usages, usage) {
			k.Usages = append(k.Usages, usage)
		}
	}
	if kind != "public" && len(k.Usages) == 0 {
		return nil, failure("SyntaxError", "a %s key needs usages", kind)
	}
	return k, nil
}

func publicOf(private any) any {
	switch k := private.(type) {
	case *rsa.PrivateKey:
		return &k.PublicKey
	case *ecdsa.PrivateKey:
		return &k.PublicKey
	case ed25519.PrivateKey:
		return k.Public()
	case *ecdh.PrivateKey:
		return k.PublicKey()
	}
	return nil
}

// check says whether a key may be used so.
func (k *Key) check(algorithm, usage string) error {
	if k.Algorithm.Name != algorithm {
		return failure("InvalidAccessError", "the key is one of %s, not of %s", k.Algorithm.Name, algorithm)
	}
	if !slices.Contains(k.Usages, usage) {
		return failure("InvalidAccessError", "the key is not to %s, but to %s", usage, strings.Join(k.Usages, ", "))
	}
	return nil
}
