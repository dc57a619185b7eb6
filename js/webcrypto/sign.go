package webcrypto

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"math/big"
)

// Digest hashes data.
func Digest(hash string, data []byte) ([]byte, error) {
	h, err := hashOf(hash)
	if err != nil {
		return nil, err
	}
	sum := h.New()
	sum.Write(data)
	return sum.Sum(nil), nil
}

// hashName is the hash of an operation: ECDSA says it in each, other keys have one.
func hashName(a Algorithm, k *Key) string {
	if a.Name == "ECDSA" {
		return a.Hash
	}
	return k.Algorithm.Hash
}

// complete checks that an operation has the parameters that it needs.
func complete(a Algorithm) error {
	if a.Name == "ECDSA" && a.Hash == "" {
		return failure("TypeError", "ECDSA needs a hash")
	}
	return nil
}

// Sign signs data.
func Sign(a Algorithm, k *Key, data []byte) ([]byte, error) {
	if err := complete(a); err != nil {
		return nil, err
	}
	if err := k.check(a.Name, "sign"); err != nil {
		return nil, err
	}
	if a.Name == "Ed25519" {
		return ed25519.Sign(k.private.(ed25519.PrivateKey), data), nil
	}
	hash, err := hashOf(hashName(a, k))
	if err != nil {
		return nil, err
	}
	if a.Name == "HMAC" {
		mac := hmac.New(hash.New, k.secret)
		mac.Write(data)
		return mac.Sum(nil), nil
	}
	sum := hash.New()
	sum.Write(data)
	var signature []byte
	switch private := k.private.(type) {
	case *ecdsa.PrivateKey:
		r, s, signErr := ecdsa.Sign(rand.Reader, private, sum.Sum(nil))
		if err = signErr; err == nil {
			size := (private.Curve.Params().BitSize + 7) / 8
			signature = append(r.FillBytes(make([]byte, size)), s.FillBytes(make([]byte, size))...)
		}
	case *rsa.PrivateKey:
		if a.Name == "RSA-PSS" {
			options, optionsErr := pssOptions(a)
			if optionsErr != nil {
				return nil, optionsErr
			}
			signature, err = rsa.SignPSS(rand.Reader, private, hash, sum.Sum(nil), options)
		} else {
			signature, err = rsa.SignPKCS1v15(nil, private, hash, sum.Sum(nil))
		}
	}
	if err != nil {
		return nil, failure("OperationError", "sign: %v", err)
	}
	return signature, nil
}

func pssOptions(a Algorithm) (*rsa.PSSOptions, error) {
	if a.SaltLength <= 0 {
		return nil, notSupported("RSA-PSS without salt is not known to scenarios: use a saltLength of the hash's length")
	}
	return &rsa.PSSOptions{SaltLength: a.SaltLength}, nil
}

// Verify says whether a signature is the key's for data.
func Verify(a Algorithm, k *Key, signature, data []byte) (bool, error) {
	if err := complete(a); err != nil {
		return false, err
	}
	if err := k.check(a.Name, "verify"); err != nil {
		return false, err
	}
	if a.Name == "Ed25519" {
		return ed25519.Verify(k.public.(ed25519.PublicKey), data, signature), nil
	}
	hash, err := hashOf(hashName(a, k))
	if err != nil {
		return false, err
	}
	if a.Name == "HMAC" {
		mac := hmac.New(hash.New, k.secret)
		mac.Write(data)
		return hmac.Equal(mac.Sum(nil), signature), nil
	}
	sum := hash.New()
	sum.Write(data)
	switch public := k.public.(type) {
	case *ecdsa.PublicKey:
		size := (public.Curve.Params().BitSize + 7) / 8
		if len(signature) != 2*size {
			return false, nil
		}
		r, s := new(big.Int).SetBytes(signature[:size]), new(big.Int).SetBytes(signature[size:])
		return ecdsa.Verify(public, sum.Sum(nil), r, s), nil
	case *rsa.PublicKey:
		if a.Name == "RSA-PSS" {
			options, err := pssOptions(a)
			return err == nil && rsa.VerifyPSS(public, hash, sum.Sum(nil), signature, options) == nil, err
		}
		return rsa.VerifyPKCS1v15(public, hash, sum.Sum(nil), signature) == nil, nil
	}
	return false, notSupported("%s verifies nothing", a.Name)
}
