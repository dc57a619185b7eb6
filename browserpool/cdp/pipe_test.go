package cdp

import (
	"strings"
	"testing"
)

// TestScannerOfLongMessages: of a message that is too long no more is ever held than the most that may come whole.
func TestScannerOfLongMessages(t *testing.T) {
	const most = 4 * usualSize
	s := scanner{from: strings.NewReader(`{"id":1,"result":"` + strings.Repeat("x", 10*most) + `"}` + "\x00" + `{"id":2}` + "\x00"), most: most}
	message, whole, err := s.next()
	if err != nil || whole || !strings.HasPrefix(string(message), `{"id":1,`) {
		t.Errorf("%.20q, %v, %v", message, whole, err)
	}
	if len(s.buf) > most {
		t.Errorf("%d bytes were held, want %d at most", len(s.buf), most)
	}
	if message, whole, err := s.next(); err != nil || !whole || string(message) != `{"id":2}` {
		t.Errorf("%q, %v, %v", message, whole, err)
	}
}
