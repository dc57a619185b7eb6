package sandbox

import (
	"errors"
	"strings"
	"testing"
)

func TestDecide(t *testing.T) {
	refuses := func() error { return errors.New("this system allows no user namespaces: operation not permitted") }
	allows := func() error { return nil }
	for _, test := range []struct {
		name    string
		uid     int
		wish    string
		refused func() error
		on      bool
		why     string
	}{
		{"usual", 1000, "", allows, true, ""},
		{"refused, and nobody wants to do without", 1000, "", refuses, true, ""},
		{"root", 0, "", allows, false, "root"},
		{"not wanted", 1000, "1", allows, false, "LIVELOAD_NO_SANDBOX is set"},
		{"not needed", 1000, "if-needed", allows, true, ""},
		{"needed", 1000, "if-needed", refuses, false, "no user namespaces"},
	} {
		t.Run(test.name, func(t *testing.T) {
			on, why := decide(test.uid, test.wish, test.refused)
			if on != test.on || !strings.Contains(why, test.why) || (why == "") != test.on {
				t.Errorf("decide = %v, %q; want %v and %q", on, why, test.on, test.why)
			}
		})
	}
}
