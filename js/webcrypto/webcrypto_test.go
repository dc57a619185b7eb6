package webcrypto

import (
	"encoding/json"
	"strings"
	"testing"
)

// What algorithms give is tested against Node.js, in js/language.

func TestGapsAreNamed(t *testing.T) {
	aes, err := Import("raw", make([]byte, 16), Algorithm{Name: "AES-CTR"}, true, []string{"encrypt"})
	if err != nil {
		t.Fatal(err)
	}
	gcm, err := Import("raw", make([]byte, 16), Algorithm{Name: "AES-GCM"}, true, []string{"encrypt"})
	if err != nil {
		t.Fatal(err)
	}
	_, canonicalErr := Canonical("MD5")
	_, counterErr := Encrypt(Algorithm{Name: "AES-CTR", Counter: []byte("0123456789abcde\xff"), Length: 8}, aes, make([]byte, 32), "encrypt")
	_, tagErr := Encrypt(Algorithm{Name: "AES-GCM", IV: make([]byte, 12), TagLength: 32}, gcm, nil, "encrypt")
	_, saltErr := pssOptions(Algorithm{Name: "RSA-PSS"})
	for _, test := range []struct {
		err  error
		want string
	}{
		{canonicalErr, `there is no algorithm "MD5" in scenarios`},
		{counterErr, "the counter of AES-CTR would run over its 8 bits, which is not known to scenarios: use a length of 64"},
		{tagErr, "AES-GCM with a tagLength of 32 and an iv of 12 bytes is not known to scenarios: use 128, or 96 and more with 12 bytes"},
		{saltErr, "RSA-PSS without salt is not known to scenarios: use a saltLength of the hash's length"},
	} {
		named, ok := test.err.(*Error)
		if !ok || named.Name != "NotSupportedError" || named.Message != test.want {
			t.Errorf("got %v, want %s", test.err, test.want)
		}
	}
}

func TestLengthsAreBounded(t *testing.T) {
	secret, err := Import("raw", make([]byte, 16), Algorithm{Name: "PBKDF2"}, false, []string{"deriveBits"})
	if err != nil {
		t.Fatal(err)
	}
	for _, bits := range []int{-8, mostBits + 8} {
		if _, _, err := Generate(Algorithm{Name: "HMAC", Hash: "SHA-256", Length: bits}, true, []string{"sign"}); err == nil {
			t.Errorf("a key of %d bits was made", bits)
		}
		if _, err := DeriveBits(Algorithm{Name: "PBKDF2", Hash: "SHA-256", Iterations: 1}, secret, bits, "deriveBits"); err == nil {
			t.Errorf("%d bits were derived", bits)
		}
	}
	rsaKey := Algorithm{Name: "RSA-PSS", Hash: "SHA-256", ModulusLength: 1 << 16, PublicExponent: []byte{1, 0, 1}}
	_, _, rsaErr := Generate(rsaKey, true, []string{"sign"})
	_, jwkErr := ImportJWK(JWK{Text: map[string]string{"kty": "RSA", "n": strings.Repeat("_", 1<<13), "e": "AQAB"}}, rsaKey, true, []string{"verify"})
	_, manyErr := DeriveBits(Algorithm{Name: "PBKDF2", Hash: "SHA-256", Iterations: 2_000_000_000}, secret, 256, "deriveBits")
	_, blocksErr := DeriveBits(Algorithm{Name: "PBKDF2", Hash: "SHA-256", Iterations: 9_000_000}, secret, 512, "deriveBits")
	for want, err := range map[string]error{
		"an RSA key of 65536 bits is not made in scenarios: use at most 4096":                                                               rsaErr,
		"an RSA key of 49152 bits takes too long for scenarios: use at most 16384":                                                          jwkErr,
		"2000000000 iterations of PBKDF2 for 256 bits are too many for scenarios, where nothing could interrupt them: use at most 10000000": manyErr,
		"9000000 iterations of PBKDF2 for 512 bits are too many for scenarios, where nothing could interrupt them: use at most 5000000":     blocksErr,
	} {
		if named, ok := err.(*Error); !ok || named.Name != "NotSupportedError" || named.Message != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func FuzzImport(f *testing.F) {
	f.Add("pkcs8", []byte{0x30, 0}, "ECDSA", "P-256", "sign")
	f.Add("spki", []byte{0x30, 0}, "RSA-PSS", "", "verify")
	f.Add("raw", make([]byte, 32), "Ed25519", "", "verify")
	f.Add("jwk", []byte(`{"kty":"EC","crv":"P-256","x":"AA","y":"AA","d":"AA"}`), "ECDSA", "P-256", "sign")
	f.Add("jwk", []byte(`{"kty":"RSA","n":"AQAB","e":"AQAB","d":"AQ","p":"Aw","q":"BQ"}`), "RSA-OAEP", "", "decrypt")
	f.Add("jwk", []byte(`{"kty":"OKP","crv":"X25519","x":"AA"}`), "X25519", "", "deriveBits")
	f.Fuzz(func(t *testing.T, format string, data []byte, name, curve, usage string) {
		a := Algorithm{Name: name, Curve: curve, Hash: "SHA-256"}
		var key *Key
		var err error
		if format == "jwk" {
			var j JWK
			if json.Unmarshal(data, &j.Text) != nil {
				return
			}
			key, err = ImportJWK(j, a, true, []string{usage})
		} else {
			key, err = Import(format, data, a, true, []string{usage})
		}
		if err != nil {
			return
		}
		if _, _, err := ExportJWK(key); err != nil && key.Algorithm.Name != "HKDF" && key.Algorithm.Name != "PBKDF2" {
			t.Errorf("what was imported as %s is not exported: %v", format, err)
		}
	})
}
