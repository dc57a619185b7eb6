package webcrypto

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
)

// Import makes a key of bytes in the format raw, pkcs8 or spki.
func Import(format string, data []byte, a Algorithm, extractable bool, usages []string) (*Key, error) {
	switch format {
	case "raw":
		return importRaw(data, a, extractable, usages)
	case "pkcs8":
		material, err := x509.ParsePKCS8PrivateKey(data)
		if err != nil {
			return nil, failure("DataError", "the data are no private key: %v", err)
		}
		return imported("private", material, a, extractable, usages)
	case "spki":
		material, err := x509.ParsePKIXPublicKey(data)
		if err != nil {
			return nil, failure("DataError", "the data are no public key: %v", err)
		}
		return imported("public", material, a, extractable, usages)
	}
	return nil, notSupported("there is no key format %q", format)
}

func importRaw(data []byte, a Algorithm, extractable bool, usages []string) (*Key, error) {
	switch a.Name {
	case "ECDSA", "ECDH":
		curve, ok := curves[a.Curve]
		if !ok {
			return nil, notSupported("there is no curve %q in scenarios", a.Curve)
		}
		public, err := ecdsa.ParseUncompressedPublicKey(curve, data)
		if err != nil {
			return nil, failure("DataError", "the data are no point of %s: %v", a.Curve, err)
		}
		return imported("public", public, a, extractable, usages)
	case "Ed25519":
		if len(data) != ed25519.PublicKeySize {
			return nil, failure("DataError", "a public key of Ed25519 has 32 bytes, not %d", len(data))
		}
		return imported("public", ed25519.PublicKey(data), a, extractable, usages)
	case "X25519":
		public, err := ecdh.X25519().NewPublicKey(data)
		if err != nil {
			return nil, failure("DataError", "%v", err)
		}
		return imported("public", public, a, extractable, usages)
	}
	return importSecret(data, a, extractable, usages)
}

func importSecret(data []byte, a Algorithm, extractable bool, usages []string) (*Key, error) {
	switch a.Name {
	case "HMAC":
		if _, err := hashOf(a.Hash); err != nil {
			return nil, err
		}
		if len(data) == 0 || a.Length != 0 && a.Length != 8*len(data) {
			return nil, failure("DataError", "a key of HMAC of %d bits cannot have %d bytes", a.Length, len(data))
		}
		a.Length = 8 * len(data)
	case "HKDF", "PBKDF2":
		if extractable {
			return nil, failure("SyntaxError", "a key of %s cannot be extractable", a.Name)
		}
	case "AES-GCM", "AES-CBC", "AES-CTR", "AES-KW":
		if checkAESLength(8*len(data)) != nil {
			return nil, failure("DataError", "a key of AES has 16, 24 or 32 bytes, not %d", len(data))
		}
		a.Length = 8 * len(data)
	default:
		return nil, notSupported("keys of %s are not imported as raw bytes: use pkcs8, spki or jwk", a.Name)
	}
	return newKey("secret", a, extractable, usages, data)
}

// imported checks that a pair's key belongs to its algorithm.
func imported(kind string, material any, a Algorithm, extractable bool, usages []string) (*Key, error) {
	if key, ok := material.(*rsa.PublicKey); ok {
		if err := checkModulus(key.N); err != nil {
			return nil, err
		}
	}
	fits := false
	switch key := material.(type) {
	case *rsa.PrivateKey:
		a.ModulusLength, a.PublicExponent = key.N.BitLen(), exponent(key.E)
		fits = isRSA(a)
	case *rsa.PublicKey:
		a.ModulusLength, a.PublicExponent = key.N.BitLen(), exponent(key.E)
		fits = isRSA(a)
	case *ecdsa.PrivateKey:
		fits = isEC(a, key.Params().Name)
	case *ecdsa.PublicKey:
		fits = isEC(a, key.Params().Name)
	case ed25519.PrivateKey, ed25519.PublicKey:
		fits = a.Name == "Ed25519"
	case *ecdh.PrivateKey, *ecdh.PublicKey:
		fits = a.Name == "X25519"
	}
	if !fits {
		return nil, failure("DataError", "the key is not one of %s %s", a.Name, a.Curve)
	}
	if isRSA(a) {
		if _, err := hashOf(a.Hash); err != nil {
			return nil, err
		}
	}
	return newKey(kind, a, extractable, usages, material)
}

func isRSA(a Algorithm) bool {
	return a.Name == "RSASSA-PKCS1-v1_5" || a.Name == "RSA-PSS" || a.Name == "RSA-OAEP"
}

func isEC(a Algorithm, curve string) bool {
	return (a.Name == "ECDSA" || a.Name == "ECDH") && a.Curve == curve
}

func exponent(e int) (bytes []byte) {
	for ; e > 0; e >>= 8 {
		bytes = append([]byte{byte(e)}, bytes...)
	}
	return bytes
}

// Export gives the bytes of a key in the format raw, pkcs8 or spki.
func Export(format string, k *Key) ([]byte, error) {
	if !k.Extractable {
		return nil, failure("InvalidAccessError", "the key is not extractable")
	}
	var bytes []byte
	var err error
	switch {
	case format == "raw" && k.Type == "secret":
		return k.secret, nil
	case format == "raw" && k.Type == "public":
		return rawPublic(k)
	case format == "pkcs8" && k.Type == "private":
		bytes, err = x509.MarshalPKCS8PrivateKey(k.private)
	case format == "spki" && k.Type == "public":
		bytes, err = x509.MarshalPKIXPublicKey(k.public)
	case format == "raw" || format == "pkcs8" || format == "spki":
		return nil, failure("InvalidAccessError", "a %s key is not exported as %s", k.Type, format)
	default:
		return nil, notSupported("there is no key format %q", format)
	}
	return bytes, operation(err)
}

func rawPublic(k *Key) ([]byte, error) {
	switch public := k.public.(type) {
	case *ecdsa.PublicKey:
		return public.Bytes()
	case ed25519.PublicKey:
		return public, nil
	case *ecdh.PublicKey:
		return public.Bytes(), nil
	}
	return nil, notSupported("keys of %s are not exported as raw bytes: use spki or jwk", k.Algorithm.Name)
}
