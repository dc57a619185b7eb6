package cdp

import (
	"net"
	"slices"
	"testing"
	"time"
)

// A recordedConn notes what each system call would write.
type recordedConn struct {
	net.Conn
	writes []string
}

func (r *recordedConn) Write(p []byte) (int, error) {
	r.writes = append(r.writes, string(p))
	return len(p), nil
}

func (r *recordedConn) SetWriteDeadline(time.Time) error { return nil }

func TestWireSendsInOneGo(t *testing.T) {
	under := new(recordedConn)
	w := &wire{Conn: under}
	write := func(text string) {
		t.Helper()
		if n, err := w.Write([]byte(text)); n != len(text) || err != nil {
			t.Errorf("Write = %d, %v", n, err)
		}
	}
	write("a")
	for _, gone := range [][]string{{"b", "c", "d"}, {"e", "f"}} {
		w.holdBack()
		for _, text := range gone {
			write(text)
		}
		if err := w.release(); err != nil {
			t.Error(err)
		}
	}
	write("g")
	if want := []string{"a", "bcd", "ef", "g"}; !slices.Equal(under.writes, want) {
		t.Errorf("writes %q, want %q", under.writes, want)
	}
}
