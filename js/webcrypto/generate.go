package webcrypto

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"math/big"
	"slices"
)

var curves = map[string]elliptic.Curve{"P-256": elliptic.P256(), "P-384": elliptic.P384(), "P-521": elliptic.P521()}

// Generate makes a secret key, or a private one with its public one.
func Generate(a Algorithm, extractable bool, usages []string) (private, public *Key, err error) {
	if kinds[a.Name].secret != nil {
		secret, err := generateSecret(a, extractable, usages)
		return secret, nil, err
	}
	material, a, err := generatePair(a)
	if err != nil {
		return nil, nil, err
	}
	var ofPrivate, ofPublic []string
	for _, usage := range usages {
		if slices.Contains(kinds[a.Name].public, usage) {
			ofPublic = append(ofPublic, usage)
		} else {
			ofPrivate = append(ofPrivate, usage)
		}
	}
	if private, err = newKey("private", a, extractable, ofPrivate, material); err != nil {
		return nil, nil, err
	}
	public, err = newKey("public", a, true, ofPublic, private.public)
	return private, public, err
}

// mostBits bounds what is made of a length that a script gives.
const mostBits = 1 << 20

// What follows bounds how long a call can take, since nothing interrupts it: seconds at most.
const (
	mostModulus    = 4096 // bits of an RSA key that is made
	mostRead       = 16384
	mostIterations = 10_000_000 // of PBKDF2, over all blocks that it gives
)

func generateSecret(a Algorithm, extractable bool, usages []string) (*Key, error) {
	switch a.Name {
	case "HKDF", "PBKDF2":
		return nil, notSupported("keys of %s are imported, not generated", a.Name)
	case "HMAC":
		hash, err := hashOf(a.Hash)
		if err != nil {
			return nil, err
		}
		if a.Length == 0 {
			a.Length = hash.New().BlockSize() * 8
		}
	default:
		if err := checkAESLength(a.Length); err != nil {
			return nil, err
		}
	}
	if a.Length%8 != 0 || a.Length < 0 || a.Length > mostBits {
		return nil, notSupported("a key of %d bits is not made in scenarios: it has whole bytes, and at most %d bits", a.Length, mostBits)
	}
	material := make([]byte, a.Length/8)
	_, _ = rand.Read(material) // it never fails
	return newKey("secret", a, extractable, usages, material)
}

func checkModulus(n *big.Int) error {
	if n.BitLen() > mostRead {
		return notSupported("an RSA key of %d bits takes too long for scenarios: use at most %d", n.BitLen(), mostRead)
	}
	return nil
}

func checkAESLength(bits int) error {
	if bits != 128 && bits != 192 && bits != 256 {
		return failure("OperationError", "a key of AES has 128, 192 or 256 bits, not %d", bits)
	}
	return nil
}

func generatePair(a Algorithm) (private any, _ Algorithm, err error) {
	switch a.Name {
	case "ECDSA", "ECDH":
		curve, ok := curves[a.Curve]
		if !ok {
			return nil, a, notSupported("there is no curve %q in scenarios", a.Curve)
		}
		private, err = ecdsa.GenerateKey(curve, rand.Reader)
	case "Ed25519":
		_, private, err = ed25519.GenerateKey(rand.Reader)
	case "X25519":
		private, err = ecdh.X25519().GenerateKey(rand.Reader)
	case "RSASSA-PKCS1-v1_5", "RSA-PSS", "RSA-OAEP":
		if _, err := hashOf(a.Hash); err != nil {
			return nil, a, err
		}
		if new(big.Int).SetBytes(a.PublicExponent).Cmp(big.NewInt(65537)) != 0 {
			return nil, a, notSupported("the public exponent must be 65537: new Uint8Array([1, 0, 1])")
		}
		if a.ModulusLength > mostModulus {
			return nil, a, notSupported("an RSA key of %d bits is not made in scenarios: use at most %d", a.ModulusLength, mostModulus)
		}
		private, err = rsa.GenerateKey(rand.Reader, a.ModulusLength)
	default:
		return nil, a, notSupported("%s generates no keys", a.Name)
	}
	if err != nil {
		return nil, a, failure("OperationError", "generate a key: %v", err)
	}
	return private, a, nil
}
