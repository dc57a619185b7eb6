package webcrypto

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// A JWK is a JSON Web Key: its members that are texts, and the others.
type JWK struct {
	Text   map[string]string
	KeyOps []string // nil when there are none
	Ext    *bool
}

// bytes decodes a member.
func (j JWK) bytes(name string) ([]byte, error) {
	text, ok := j.Text[name]
	if !ok {
		return nil, failure("DataError", "the JWK has no %s", name)
	}
	bytes, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, failure("DataError", "the %s of the JWK is not base64url", name)
	}
	return bytes, nil
}

// numbers decodes members.
func (j JWK) numbers(names ...string) ([]*big.Int, error) {
	var all []*big.Int
	for _, name := range names {
		bytes, err := j.bytes(name)
		if err != nil {
			return nil, err
		}
		all = append(all, new(big.Int).SetBytes(bytes))
	}
	return all, nil
}

// ImportJWK makes a key of a JSON Web Key.
func ImportJWK(j JWK, a Algorithm, extractable bool, usages []string) (*Key, error) {
	if err := j.allows(a, extractable, usages); err != nil {
		return nil, err
	}
	kind := "public"
	if _, private := j.Text["d"]; private {
		kind = "private"
	}
	var material any
	var err error
	switch kty := j.Text["kty"]; {
	case kty == "oct" && kinds[a.Name].secret != nil:
		bytes, err := j.bytes("k")
		if err != nil {
			return nil, err
		}
		return importSecret(bytes, a, extractable, usages)
	case kty == "RSA" && isRSA(a):
		material, err = j.rsaKey(kind)
	case kty == "EC" && isEC(a, a.Curve):
		material, err = j.ecKey(kind, a)
	case kty == "OKP" && j.Text["crv"] == a.Name:
		material, err = j.octetKey(kind)
	default:
		return nil, failure("DataError", "a JWK of kty %q is no key of %s", kty, a.Name)
	}
	if err != nil {
		return nil, err
	}
	return imported(kind, material, a, extractable, usages)
}

// allows checks what a JWK says of its use.
func (j JWK) allows(a Algorithm, extractable bool, usages []string) error {
	if j.Ext != nil && !*j.Ext && extractable {
		return failure("DataError", "the JWK is not extractable")
	}
	for _, usage := range usages {
		if j.KeyOps != nil && !slices.Contains(j.KeyOps, usage) {
			return failure("DataError", "the key_ops of the JWK do not have %s", usage)
		}
	}
	if alg, ok := j.Text["alg"]; ok {
		if want := jwkAlgorithm(a, 0); want != "" && alg != want && !strings.HasPrefix(a.Name, "AES") && a.Name != "Ed25519" {
			return failure("DataError", "the JWK is for %s, not for %s", alg, want)
		}
	}
	return nil
}

func (j JWK) rsaKey(kind string) (any, error) {
	public, err := j.numbers("n", "e")
	if err != nil {
		return nil, err
	}
	if !public[1].IsInt64() {
		return nil, failure("DataError", "the exponent of the JWK is too large")
	}
	if err := checkModulus(public[0]); err != nil {
		return nil, err
	}
	key := rsa.PublicKey{N: public[0], E: int(public[1].Int64())}
	if kind == "public" {
		return &key, nil
	}
	private, err := j.numbers("d", "p", "q")
	if err != nil {
		return nil, err
	}
	result := &rsa.PrivateKey{PublicKey: key, D: private[0], Primes: private[1:]}
	if err := result.Validate(); err != nil {
		return nil, failure("DataError", "the JWK is no key of RSA: %v", err)
	}
	result.Precompute()
	return result, nil
}

func (j JWK) ecKey(kind string, a Algorithm) (any, error) {
	curve, ok := curves[j.Text["crv"]]
	if !ok || j.Text["crv"] != a.Curve {
		return nil, failure("DataError", "the JWK is of the curve %s, not of %s", j.Text["crv"], a.Curve)
	}
	size := (curve.Params().BitSize + 7) / 8
	point := []byte{4}
	for _, name := range []string{"x", "y"} {
		bytes, err := j.bytes(name)
		if err != nil {
			return nil, err
		}
		if len(bytes) != size {
			return nil, failure("DataError", "the %s of the JWK has %d bytes, not %d", name, len(bytes), size)
		}
		point = append(point, bytes...)
	}
	public, err := ecdsa.ParseUncompressedPublicKey(curve, point)
	if err != nil {
		return nil, failure("DataError", "the JWK is no point of %s", a.Curve)
	}
	if kind == "public" {
		return public, nil
	}
	d, err := j.bytes("d")
	if err != nil {
		return nil, err
	}
	private, err := ecdsa.ParseRawPrivateKey(curve, d)
	if err != nil || !private.PublicKey.Equal(public) {
		return nil, failure("DataError", "the JWK is no private key of %s", a.Curve)
	}
	return private, nil
}

func (j JWK) octetKey(kind string) (any, error) {
	x, err := j.bytes("x")
	if err != nil {
		return nil, err
	}
	isEd := j.Text["crv"] == "Ed25519"
	if len(x) != 32 {
		return nil, failure("DataError", "the x of the JWK has %d bytes, not 32", len(x))
	}
	switch {
	case kind == "public" && isEd:
		return ed25519.PublicKey(x), nil
	case kind == "public":
		return ecdh.X25519().NewPublicKey(x)
	}
	d, err := j.bytes("d")
	if err != nil {
		return nil, err
	}
	if len(d) != 32 {
		return nil, failure("DataError", "the d of the JWK has %d bytes, not 32", len(d))
	}
	if isEd {
		return ed25519.NewKeyFromSeed(d), nil
	}
	return ecdh.X25519().NewPrivateKey(d)
}

// ExportJWK gives a key as a JSON Web Key, its texts in order.
func ExportJWK(k *Key) (names []string, j JWK, err error) {
	if !k.Extractable {
		return nil, j, failure("InvalidAccessError", "the key is not extractable")
	}
	extractable := true
	j = JWK{Text: map[string]string{}, KeyOps: slices.Concat([]string{}, k.Usages), Ext: &extractable}
	set := func(name, value string) {
		names, j.Text[name] = append(names, name), value
	}
	encoded := func(name string, bytes []byte) { set(name, base64.RawURLEncoding.EncodeToString(bytes)) }
	if alg := jwkAlgorithm(k.Algorithm, 8*len(k.secret)); alg != "" {
		set("alg", alg)
	}
	switch public := k.public.(type) {
	case nil:
		set("kty", "oct")
		encoded("k", k.secret)
	case *rsa.PublicKey:
		set("kty", "RSA")
		encoded("n", public.N.Bytes())
		encoded("e", exponent(public.E))
		if private, ok := k.private.(*rsa.PrivateKey); ok {
			private.Precompute()
			for i, n := range []*big.Int{private.D, private.Primes[0], private.Primes[1], private.Precomputed.Dp, private.Precomputed.Dq, private.Precomputed.Qinv} {
				encoded([]string{"d", "p", "q", "dp", "dq", "qi"}[i], n.Bytes())
			}
		}
	case *ecdsa.PublicKey:
		err = exportEC(k, public, set, encoded)
	default:
		err = exportOctet(k, set, encoded)
	}
	return names, j, err
}

func exportEC(k *Key, public *ecdsa.PublicKey, set func(name, value string), encoded func(string, []byte)) error {
	point, err := public.Bytes()
	if err != nil {
		return operation(err)
	}
	set("kty", "EC")
	encoded("x", point[1:1+len(point)/2])
	encoded("y", point[1+len(point)/2:])
	set("crv", k.Algorithm.Curve)
	if private, ok := k.private.(*ecdsa.PrivateKey); ok {
		d, err := private.Bytes()
		if err != nil {
			return operation(err)
		}
		encoded("d", d)
	}
	return nil
}

func exportOctet(k *Key, set func(name, value string), encoded func(string, []byte)) error {
	raw, err := rawPublic(k)
	if err != nil {
		return err
	}
	set("crv", k.Algorithm.Name)
	switch private := k.private.(type) {
	case ed25519.PrivateKey:
		encoded("d", private.Seed())
	case *ecdh.PrivateKey:
		encoded("d", private.Bytes())
	}
	encoded("x", raw)
	set("kty", "OKP")
	return nil
}

// jwkAlgorithm is the name of an algorithm in a JWK, or "" where it has none.
func jwkAlgorithm(a Algorithm, bits int) string {
	_, hash, _ := strings.Cut(a.Hash, "-")
	switch a.Name {
	case "HMAC":
		return "HS" + hash
	case "RSASSA-PKCS1-v1_5":
		return "RS" + hash
	case "RSA-PSS":
		return "PS" + hash
	case "RSA-OAEP":
		if hash == "1" {
			return "RSA-OAEP"
		}
		return "RSA-OAEP-" + hash
	case "AES-GCM", "AES-CBC", "AES-CTR", "AES-KW":
		return fmt.Sprintf("A%d%s", bits, strings.TrimPrefix(a.Name, "AES-"))
	}
	if a.Name == "Ed25519" {
		return "Ed25519"
	}
	return ""
}
