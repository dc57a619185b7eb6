package session

import (
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool/sessiontest"
)

// TestSession: sessions keep what every engine promises of them.
func TestSession(t *testing.T) { sessiontest.Run(t, rig.Browser(t)) }

func TestPageClosesItself(t *testing.T) {
	t.Parallel()
	site := sessiontest.NewSite(t)
	u := newUser(t, nil)
	ctx := within(t, patience)
	must(t, u.Navigate(ctx, site.URL+"/target"))
	s := u.Session.(*session)
	closed := make(chan error, 1)
	time.AfterFunc(100*time.Millisecond, func() { closed <- s.page.Close() })
	if err := u.WaitForText(ctx, "#h", "never"); err == nil || !strings.Contains(err.Error(), "closed by a script of its own") {
		t.Errorf("error = %v", err)
	}
	must(t, <-closed)
	must(t, u.Navigate(ctx, site.URL+"/target"), u.WaitForText(ctx, "#h", "target"))
}
