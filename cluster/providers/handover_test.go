package providers

import (
	"errors"
	"io"
	"strings"
	"testing"
)

func TestHandover(t *testing.T) {
	in, out := io.Pipe()
	handed := make(chan error, 1)
	go func() { handed <- Hand(out, "secret") }()
	token, gone, err := Receive(in)
	if err := errors.Join(err, <-handed); err != nil || token != "secret" {
		t.Fatalf("Receive = %q, %v", token, err)
	}
	select {
	case <-gone:
		t.Fatal("the controller is gone, but its end of the input is open")
	default:
	}
	out.Close()
	<-gone
}

func TestReceiveRefuses(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"", "there is none"},
		{"  \n", "there is none"},
		{strings.Repeat("a", longestToken+1), "more than 65536 bytes"},
	} {
		if token, _, err := Receive(strings.NewReader(test.in)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("Receive(%.20q) = %q, %v; want an error that says %q", test.in, token, err, test.want)
		}
	}
}

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
