package webcrypto

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"crypto/subtle"
	"encoding/binary"
)

// Encrypt encrypts data. usage is encrypt or wrapKey.
func Encrypt(a Algorithm, k *Key, data []byte, usage string) ([]byte, error) {
	if err := k.check(a.Name, usage); err != nil {
		return nil, err
	}
	switch a.Name {
	case "RSA-OAEP":
		hash, err := hashOf(k.Algorithm.Hash)
		if err != nil {
			return nil, err
		}
		result, err := rsa.EncryptOAEP(hash.New(), rand.Reader, k.public.(*rsa.PublicKey), data, a.Label)
		return result, operation(err)
	case "AES-GCM":
		gcm, err := newGCM(a, k)
		if err != nil {
			return nil, err
		}
		return gcm.Seal(nil, a.IV, data, a.AdditionalData), nil
	case "AES-CBC":
		block, err := newCBC(a, k)
		if err != nil {
			return nil, err
		}
		padding := aes.BlockSize - len(data)%aes.BlockSize
		padded := append(bytes.Clone(data), bytes.Repeat([]byte{byte(padding)}, padding)...)
		cipher.NewCBCEncrypter(block, a.IV).CryptBlocks(padded, padded)
		return padded, nil
	case "AES-CTR":
		return crypt(a, k, data)
	case "AES-KW":
		return wrap(k, data)
	}
	return nil, notSupported("%s does not %s", a.Name, usage)
}

// Decrypt decrypts data. usage is decrypt or unwrapKey.
func Decrypt(a Algorithm, k *Key, data []byte, usage string) ([]byte, error) {
	if err := k.check(a.Name, usage); err != nil {
		return nil, err
	}
	switch a.Name {
	case "RSA-OAEP":
		hash, err := hashOf(k.Algorithm.Hash)
		if err != nil {
			return nil, err
		}
		result, err := rsa.DecryptOAEP(hash.New(), nil, k.private.(*rsa.PrivateKey), data, a.Label)
		return result, operation(err)
	case "AES-GCM":
		gcm, err := newGCM(a, k)
		if err != nil {
			return nil, err
		}
		result, err := gcm.Open(nil, a.IV, data, a.AdditionalData)
		return result, operation(err)
	case "AES-CBC":
		block, err := newCBC(a, k)
		if err != nil {
			return nil, err
		}
		return decryptCBC(cipher.NewCBCDecrypter(block, a.IV), data)
	case "AES-CTR":
		return crypt(a, k, data)
	case "AES-KW":
		return unwrap(k, data)
	}
	return nil, notSupported("%s does not %s", a.Name, usage)
}

// operation hides why something failed, as the standard asks: it could help an attacker.
func operation(err error) error {
	if err == nil {
		return nil
	}
	return failure("OperationError", "the operation failed for an operation-specific reason")
}

func newGCM(a Algorithm, k *Key) (cipher.AEAD, error) {
	block, err := aes.NewCipher(k.secret)
	if err != nil {
		return nil, operation(err)
	}
	tag := a.TagLength
	if tag == 0 {
		tag = 128
	}
	switch {
	case len(a.IV) == 0:
		return nil, failure("OperationError", "AES-GCM needs an iv")
	case tag == 128:
		return cipher.NewGCMWithNonceSize(block, len(a.IV))
	case len(a.IV) == 12 && (tag == 96 || tag == 104 || tag == 112 || tag == 120):
		return cipher.NewGCMWithTagSize(block, tag/8)
	case tag != 32 && tag != 64 && tag != 96 && tag != 104 && tag != 112 && tag != 120:
		return nil, failure("OperationError", "AES-GCM has no tagLength %d", tag)
	}
	return nil, notSupported("AES-GCM with a tagLength of %d and an iv of %d bytes is not known to scenarios: use 128, or 96 and more with 12 bytes", tag, len(a.IV))
}

func newCBC(a Algorithm, k *Key) (cipher.Block, error) {
	if len(a.IV) != aes.BlockSize {
		return nil, failure("OperationError", "AES-CBC needs an iv of 16 bytes, not %d", len(a.IV))
	}
	return aes.NewCipher(k.secret)
}

func decryptCBC(mode cipher.BlockMode, data []byte) ([]byte, error) {
	if len(data) == 0 || len(data)%aes.BlockSize != 0 {
		return nil, operation(aes.KeySizeError(0))
	}
	plain := make([]byte, len(data))
	mode.CryptBlocks(plain, data)
	padding := int(plain[len(plain)-1])
	if padding == 0 || padding > aes.BlockSize || !bytes.Equal(plain[len(plain)-padding:], bytes.Repeat([]byte{byte(padding)}, padding)) {
		return nil, operation(aes.KeySizeError(0))
	}
	return plain[:len(plain)-padding], nil
}

// crypt is AES-CTR, in both directions. Go counts with all 128 bits, so that a shorter counter must not run over.
func crypt(a Algorithm, k *Key, data []byte) ([]byte, error) {
	switch {
	case len(a.Counter) != aes.BlockSize:
		return nil, failure("OperationError", "AES-CTR needs a counter of 16 bytes, not %d", len(a.Counter))
	case a.Length < 1 || a.Length > 128:
		return nil, failure("OperationError", "AES-CTR needs a length of 1 to 128 bits, not %d", a.Length)
	}
	if blocks := uint64(len(data)+aes.BlockSize-1) / aes.BlockSize; a.Length < 64 {
		begin := binary.BigEndian.Uint64(a.Counter[8:]) & (1<<a.Length - 1)
		if begin+blocks > 1<<a.Length {
			return nil, notSupported("the counter of AES-CTR would run over its %d bits, which is not known to scenarios: use a length of 64", a.Length)
		}
	}
	block, err := aes.NewCipher(k.secret)
	if err != nil {
		return nil, operation(err)
	}
	result := make([]byte, len(data))
	cipher.NewCTR(block, a.Counter).XORKeyStream(result, data)
	return result, nil
}

// wrapIV is the initial value of RFC 3394.
var wrapIV = bytes.Repeat([]byte{0xa6}, 8)

// wrap is AES-KW, by RFC 3394.
func wrap(k *Key, data []byte) ([]byte, error) {
	block, err := aes.NewCipher(k.secret)
	if err != nil || len(data)%8 != 0 || len(data) < 16 {
		return nil, failure("OperationError", "AES-KW wraps keys of 16 bytes and more, in steps of 8")
	}
	result := append(bytes.Clone(wrapIV), data...)
	buffer, n := make([]byte, aes.BlockSize), len(data)/8
	for t := 1; t <= 6*n; t++ {
		part := result[8*((t-1)%n+1):][:8]
		copy(buffer, result[:8])
		copy(buffer[8:], part)
		block.Encrypt(buffer, buffer)
		binary.BigEndian.PutUint64(result, binary.BigEndian.Uint64(buffer)^uint64(t))
		copy(part, buffer[8:])
	}
	return result, nil
}

func unwrap(k *Key, data []byte) ([]byte, error) {
	block, err := aes.NewCipher(k.secret)
	if err != nil || len(data)%8 != 0 || len(data) < 24 {
		return nil, operation(aes.KeySizeError(0))
	}
	result := bytes.Clone(data)
	buffer, n := make([]byte, aes.BlockSize), len(data)/8-1
	for t := 6 * n; t >= 1; t-- {
		part := result[8*((t-1)%n+1):][:8]
		binary.BigEndian.PutUint64(buffer, binary.BigEndian.Uint64(result)^uint64(t))
		copy(buffer[8:], part)
		block.Decrypt(buffer, buffer)
		copy(result, buffer[:8])
		copy(part, buffer[8:])
	}
	if subtle.ConstantTimeCompare(result[:8], wrapIV) != 1 {
		return nil, operation(aes.KeySizeError(0))
	}
	return result[8:], nil
}
