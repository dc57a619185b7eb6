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
