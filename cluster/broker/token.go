package broker

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/liveload/liveload/cluster/wire"
)

// A Token is what a worker needs to join a run.
type Token struct {
	Protocol    int      `json:"v"`
	URLs        []string `json:"u"` // of the server, the one or the other
	Run         string   `json:"r"`
	Secret      string   `json:"s"`
	Fingerprint string   `json:"f,omitempty"` // SHA-256 of the server's certificate, in hexadecimal; "" without TLS of ours
	Waits       bool     `json:"w,omitempty"` // the controller may come later than the worker
}

const tokenPrefix = "liveload-"

// String is the token as one word.
func (t Token) String() string {
	packed, err := json.Marshal(t)
	if err != nil {
		panic(err) // texts and numbers
	}
	return tokenPrefix + base64.RawURLEncoding.EncodeToString(packed)
}

// ParseToken reads a token. Its errors do not show it.
func ParseToken(text string) (Token, error) {
	damaged := errors.New("the join token cannot be read: copy it whole, from liveload- to its last letter")
	packed, ok := strings.CutPrefix(strings.TrimSpace(text), tokenPrefix)
	if !ok {
		return Token{}, damaged
	}
	plain, err := base64.RawURLEncoding.DecodeString(packed)
	if err != nil {
		return Token{}, damaged
	}
	var t Token
	if err := json.Unmarshal(plain, &t); err != nil {
		return Token{}, damaged
	}
	if t.Protocol != wire.Protocol {
		return Token{}, fmt.Errorf("the controller speaks version %d of the cluster protocol, and this worker version %d: use the same liveload on both", t.Protocol, wire.Protocol)
	}
	if len(t.URLs) == 0 || t.Run == "" || t.Secret == "" {
		return Token{}, damaged
	}
	return t, nil
}

// proof is what shows that an instance has the token, without showing the secret.
func (t Token) proof(instance string) string {
	sum := hmac.New(sha256.New, []byte(t.Secret))
	sum.Write([]byte("join " + t.Run + " " + instance))
	return hex.EncodeToString(sum.Sum(nil))
}

func (t Token) proves(instance, proof string) bool {
	return hmac.Equal([]byte(t.proof(instance)), []byte(proof))
}

// newSecret returns 128 random bits.
func newSecret() string { return rand.Text() }
