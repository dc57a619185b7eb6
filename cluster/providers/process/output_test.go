package process

import (
	"strings"
	"testing"
)

func TestOutput(t *testing.T) {
	var o Output
	for range mostOutput {
		o.Write([]byte("the token is swordfish\n"))
	}
	o.Write([]byte("password\n"))
	if got, want := o.Said(2, "swordfish", "password", ""), "the token is [secret]\n[secret]"; got != want {
		t.Errorf("Said(2) = %q, want %q", got, want)
	}
	if len(o.last) > mostOutput || strings.Contains(o.Said(10_000, "swordfish"), "dfish") {
		t.Errorf("%d bytes are kept, and the first line may be half a secret: %q", len(o.last), o.Said(10_000, "swordfish"))
	}
	if got := new(Output).Said(5); got != "" {
		t.Errorf("nothing was written, but Said = %q", got)
	}
}
