package cdp

import (
	"io"
	"os"
	"testing"
)

// TestEndedOutbox: once it is ended, only run writes: two at once would tell the client the same twice, and forget what nobody was told.
func TestEndedOutbox(t *testing.T) {
	from, to, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	o, err := newOutbox(to)
	if err != nil {
		t.Fatal(err)
	}
	o.add([]byte("said\x00")[:4])
	o.end()
	o.flush()
	if o.size != len("said\x00") {
		t.Errorf("%d bytes wait after the end, want all", o.size)
	}
	o.run()
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(from); string(got) != "said\x00" || err != nil {
		t.Errorf("the client was told %q, %v", got, err)
	}
}
