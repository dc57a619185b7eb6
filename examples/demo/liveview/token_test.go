package liveview

import (
	"errors"
	"testing"
)

func TestSigner(t *testing.T) {
	signer := NewSigner([]byte("secret"))
	token, err := signer.Sign("view", map[string]string{"id": "x"})
	if err != nil {
		t.Fatal(err)
	}
	var value map[string]string
	if err := signer.Verify("view", token, &value); err != nil || value["id"] != "x" {
		t.Errorf("Verify = %v, %v", value, err)
	}
	other := NewSigner([]byte("other"))
	for name, err := range map[string]error{
		"other kind":   signer.Verify("flash", token, &value),
		"other secret": other.Verify("view", token, &value),
		"changed":      signer.Verify("view", "x"+token, &value),
		"no signature": signer.Verify("view", "abc", &value),
		"empty":        signer.Verify("view", "", &value),
	} {
		if !errors.Is(err, ErrBadToken) {
			t.Errorf("%s: got %v, want ErrBadToken", name, err)
		}
	}
}

func TestMatchPath(t *testing.T) {
	for _, c := range []struct {
		pattern, path, id string
		ok                bool
	}{
		{"/products/:id", "/products/7", "7", true},
		{"/products/:id", "/products/", "", false},
		{"/products/:id", "/products", "", false},
		{"/products/:id", "/products/7/x", "", false},
		{"/products", "/products", "", true},
		{"/", "/", "", true},
	} {
		values, ok := matchPath(c.pattern, c.path)
		if ok != c.ok || values["id"] != c.id {
			t.Errorf("matchPath(%q, %q) = %v, %v", c.pattern, c.path, values, ok)
		}
	}
}

func TestTemplateRefusesWrongNumberOfValues(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("With accepted one value for two places")
		}
	}()
	Parse(`{}{}`).With("one")
}
