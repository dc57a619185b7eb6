package elastic

import (
	"testing"
	"time"
)

// TestLead is the upper end of what was measured, and a margin.
func TestLead(t *testing.T) {
	l := &Lead{}
	if got := l.Time(); got != 7*time.Second {
		t.Errorf("nothing is measured: %v, want 7s", got)
	}
	l.Booted(40 * time.Second)
	if got := l.Time(); got != 54*time.Second {
		t.Errorf("one machine: %v, want 54s", got)
	}
	for n := range 99 {
		l.Booted(time.Duration(n) * time.Second)
		l.Prepared(10 * time.Second)
	}
	if got := l.Time(); got != (94+10)*time.Second*6/5 {
		t.Errorf("a hundred machines: %v, want %v", got, (94+10)*time.Second*6/5)
	}
}
