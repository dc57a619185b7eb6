package session

import (
	"context"
	"errors"
	"sync"
	"syscall"
	"testing"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/playwright/driver"
	"github.com/liveload/liveload/browserpool/sessiontest"
)

// TestKilledUnderOperations: whatever a user does when the driver or the browser is killed, its error is that the
// browser is lost.
func TestKilledUnderOperations(t *testing.T) {
	t.Parallel()
	for part, pid := range map[string]func(*driver.Browser) int{"driver": (*driver.Browser).DriverPID, "browser": (*driver.Browser).PID} {
		t.Run(part, func(t *testing.T) {
			b := ownBrowser(t)
			site := sessiontest.NewSite(t)
			operations := map[string]func(context.Context, *user) error{
				"Navigate": func(ctx context.Context, u *user) error {
					return sessiontest.Moved(u.Navigate(ctx, site.URL+"/target"))
				},
				"Reload":     func(ctx context.Context, u *user) error { return sessiontest.Moved(u.Reload(ctx)) },
				"InnerText":  func(ctx context.Context, u *user) error { _, err := u.InnerText(ctx, "#h"); return err },
				"text=":      func(ctx context.Context, u *user) error { _, err := u.Count(ctx, "text=target"); return err },
				"Click":      func(ctx context.Context, u *user) error { return u.Click(ctx, "#h") },
				"Press":      func(ctx context.Context, u *user) error { return u.Press(ctx, "body", "a") },
				"Evaluate":   func(ctx context.Context, u *user) error { _, err := u.Evaluate(ctx, "() => 1", nil); return err },
				"Cookies":    func(ctx context.Context, u *user) error { _, err := u.Cookies(ctx); return err },
				"Screenshot": func(ctx context.Context, u *user) error { _, err := u.Screenshot(ctx); return err },
			}
			ctx := within(t, patience)
			var busy, ended sync.WaitGroup
			for name, operate := range operations {
				u := openUser(t, b, browserpool.SessionOptions{})
				must(t, sessiontest.Moved(u.Navigate(ctx, site.URL+"/target")))
				busy.Add(1)
				once := sync.OnceFunc(busy.Done)
				ended.Go(func() {
					for {
						err := operate(ctx, u)
						once()
						if err == nil {
							continue
						}
						if !errors.Is(err, browserpool.ErrLost) {
							t.Errorf("%s = %v", name, err)
						}
						return
					}
				})
			}
			busy.Wait()
			must(t, syscall.Kill(pid(b), syscall.SIGKILL))
			ended.Wait()
		})
	}
}

// TestKilledAfterItsPages: the driver may report the ends of pages before that of the browser.
func TestKilledAfterItsPages(t *testing.T) {
	t.Parallel()
	b := ownBrowser(t)
	u := openUser(t, b, browserpool.SessionOptions{})
	ctx := within(t, patience)
	must(t, sessiontest.Moved(u.Navigate(ctx, sessiontest.NewSite(t).URL+"/target")))
	s := u.Session.(*session)
	must(t, syscall.Kill(b.PID(), syscall.SIGKILL))
	s.dropPage(s.page)
	if _, err := u.InnerText(ctx, "#h"); !errors.Is(err, browserpool.ErrLost) {
		t.Errorf("InnerText = %v", err)
	}
}
