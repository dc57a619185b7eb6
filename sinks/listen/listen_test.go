package listen_test

import (
	"testing"

	"github.com/liveload/liveload/sinks/listen"
)

func TestPlaces(t *testing.T) {
	usual := listen.Place{Host: "127.0.0.1", Port: "0"}
	for _, c := range []struct {
		text, want           string
		loopback, everywhere bool
	}{
		{"", "127.0.0.1:0", true, false},
		{"8080", "127.0.0.1:8080", true, false},
		{":8080", "127.0.0.1:8080", true, false},
		{"localhost:1", "localhost:1", true, false},
		{"[::1]", "[::1]:0", true, false},
		{"0.0.0.0", "0.0.0.0:0", false, true},
		{"[::]:80", "[::]:80", false, true},
		{"192.0.2.1", "192.0.2.1:0", false, false},
		{"load.example.com:443", "load.example.com:443", false, false},
	} {
		got, err := usual.Parse(c.text)
		if err != nil || got.String() != c.want || got.Loopback() != c.loopback || got.Everywhere() != c.everywhere {
			t.Errorf("Parse(%q) = %s (loopback %v, everywhere %v), %v", c.text, got, got.Loopback(), got.Everywhere(), err)
		}
	}
	for _, text := range []string{"127.0.0.1:x", "127.0.0.1:99999", "me:secret@127.0.0.1", "127.0.0.1/path", "127.0.0.1#a", "127.0.0.1?a=b", "http://127.0.0.1"} {
		if got, err := usual.Parse(text); err == nil {
			t.Errorf("Parse(%q) = %s", text, got)
		}
	}
}

// FuzzParse: what is read can be read again.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"", "8080", "[::1]:80", "a:b@c", "host:65536", "%zz"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		usual := listen.Place{Host: "127.0.0.1", Port: "0"}
		got, err := usual.Parse(text)
		if err != nil {
			return
		}
		if again, err := usual.Parse(got.String()); err != nil || again != got {
			t.Errorf("Parse(%q) = %s, which is read as %s, %v", text, got, again, err)
		}
	})
}
