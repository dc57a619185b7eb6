package webcrypto

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/hkdf"
	"crypto/pbkdf2"
)

// DeriveBits derives so many bits of a key; -1 is all that there are. usage is deriveBits or deriveKey.
func DeriveBits(a Algorithm, k *Key, length int, usage string) ([]byte, error) {
	if err := k.check(a.Name, usage); err != nil {
		return nil, err
	}
	if length != -1 && (length%8 != 0 || length < 0 || length > mostBits) {
		return nil, failure("OperationError", "%d bits cannot be derived: give whole bytes, and at most %d bits", length, mostBits)
	}
	switch a.Name {
	case "ECDH", "X25519":
		return agree(a, k, length)
	case "HKDF", "PBKDF2":
		return expand(a, k, length)
	}
	return nil, notSupported("%s derives nothing", a.Name)
}

func agree(a Algorithm, k *Key, length int) ([]byte, error) {
	if a.Public == nil || a.Public.Type != "public" || a.Public.Algorithm.Name != a.Name || a.Public.Algorithm.Curve != k.Algorithm.Curve {
		return nil, failure("InvalidAccessError", "%s needs a public key of the same curve", a.Name)
	}
	private, public := k.private, a.Public.public
	if ec, ok := private.(*ecdsa.PrivateKey); ok {
		private, _ = ec.ECDH()
		public, _ = public.(*ecdsa.PublicKey).ECDH()
	}
	shared, err := private.(*ecdh.PrivateKey).ECDH(public.(*ecdh.PublicKey))
	switch {
	case err != nil:
		return nil, operation(err)
	case length == -1:
		return shared, nil
	case length > 8*len(shared):
		return nil, failure("OperationError", "%s gives %d bits, not %d", a.Name, 8*len(shared), length)
	}
	return shared[:length/8], nil
}

func expand(a Algorithm, k *Key, length int) ([]byte, error) {
	hash, err := hashOf(a.Hash)
	if err != nil {
		return nil, err
	}
	if length == -1 {
		return nil, failure("OperationError", "%s needs a length", a.Name)
	}
	var bits []byte
	if a.Name == "HKDF" {
		bits, err = hkdf.Key(hash.New, k.secret, a.Salt, string(a.Info), length/8)
	} else {
		if a.Iterations < 1 {
			return nil, failure("OperationError", "PBKDF2 needs iterations")
		}
		if blocks := max(1, (length+8*hash.New().Size()-1)/(8*hash.New().Size())); a.Iterations > mostIterations/blocks {
			return nil, notSupported("%d iterations of PBKDF2 for %d bits are too many for scenarios, where nothing could interrupt them: use at most %d", a.Iterations, length, mostIterations/blocks)
		}
		bits, err = pbkdf2.Key(hash.New, string(k.secret), a.Salt, a.Iterations, length/8)
	}
	return bits, operation(err)
}

// KeyBits is how many bits a key of an algorithm takes, as deriveKey needs them; -1 is all that there are.
func KeyBits(a Algorithm) (int, error) {
	switch a.Name {
	case "HKDF", "PBKDF2":
		return -1, nil
	case "HMAC":
		if a.Length != 0 {
			return a.Length, nil
		}
		hash, err := hashOf(a.Hash)
		if err != nil {
			return 0, err
		}
		return hash.New().BlockSize() * 8, nil
	}
	return a.Length, checkAESLength(a.Length)
}
