package liveview

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// ErrBadToken says that a token was not signed with this secret, or is of another kind.
var ErrBadToken = errors.New("token is not valid here")

// A Signer makes and checks tokens: JSON that the client may read but not change. The kind is part
// of the signature, so that a token of one kind does not pass as another.
type Signer struct{ secret []byte }

// NewSigner returns a Signer with that secret.
func NewSigner(secret []byte) *Signer { return &Signer{secret: secret} }

// Sign returns the token of a value.
func (s *Signer) Sign(kind string, value any) (string, error) {
	data, err := json.Marshal(value)
	if err != nil {
		return "", fmt.Errorf("sign %s token: %w", kind, err)
	}
	body := base64.RawURLEncoding.EncodeToString(data)
	return body + "." + s.mac(kind, body), nil
}

// Verify reads a token into value.
func (s *Signer) Verify(kind, token string, value any) error {
	body, mac, ok := strings.Cut(token, ".")
	if !ok || !hmac.Equal([]byte(mac), []byte(s.mac(kind, body))) {
		return fmt.Errorf("verify %s token: %w", kind, ErrBadToken)
	}
	data, err := base64.RawURLEncoding.DecodeString(body)
	if err != nil {
		return fmt.Errorf("verify %s token: %w", kind, err)
	}
	if err := json.Unmarshal(data, value); err != nil {
		return fmt.Errorf("verify %s token: %w", kind, err)
	}
	return nil
}

func (s *Signer) mac(kind, body string) string {
	h := hmac.New(sha256.New, s.secret)
	h.Write([]byte(kind))
	h.Write([]byte{0})
	h.Write([]byte(body))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}
