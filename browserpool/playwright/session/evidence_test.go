package session

import (
	"archive/zip"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool/sessiontest"
	"github.com/liveload/liveload/redact"
)

// TestTraces: one session records several traces, of which one is dropped.
func TestTraces(t *testing.T) {
	s := sessiontest.NewSite(t)
	u := newUser(t, nil)
	ctx := within(t, 20*time.Second)
	folder := t.TempDir()
	for _, name := range []string{"first.zip", "", "third.zip"} {
		path := ""
		if name != "" {
			path = filepath.Join(folder, name)
		}
		if err := errors.Join(u.StartTrace(ctx), sessiontest.Moved(u.Navigate(ctx, s.URL+"/target")), u.StopTrace(ctx, path)); err != nil {
			t.Fatalf("trace %q: %v", name, err)
		}
		if path == "" {
			continue
		}
		trace, err := zip.OpenReader(path)
		must(t, err)
		if events, err := trace.Open("trace.trace"); err != nil {
			t.Errorf("%s has no events: %v", name, err)
		} else {
			events.Close()
		}
		trace.Close()
	}
	if files, err := os.ReadDir(folder); err != nil || len(files) != 2 {
		t.Errorf("%d files, %v; want 2", len(files), err)
	}
}

// TestLastFrames: over both transports the last messages are there, in order, without secrets, and no more
// of them than are wanted.
func TestLastFrames(t *testing.T) {
	t.Parallel()
	for _, transport := range []string{"websocket", "longpoll"} {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			u, app, ctx := newUser(t, nil), newApp(t), within(t, patience)
			must(t, sessiontest.Moved(u.Navigate(ctx, app.url+"/login/live?transport="+transport)), u.WaitForLiveView(ctx))
			must(t, u.Fill(ctx, "#login-user", "demo"), u.Fill(ctx, "#login-password", "hunter2"), u.Click(ctx, "#login-submit"), u.WaitForText(ctx, "#login-error", "Wrong"))
			frames, err := u.LastFrames(ctx)
			must(t, err)
			var all []string
			for i, f := range frames {
				all = append(all, f.Text)
				if time.Since(f.Time) > time.Minute || time.Until(f.Time) > time.Minute || f.Bytes == 0 || !strings.Contains(f.URL, "/live/") {
					t.Errorf("frame = %+v", f)
				}
				if i > 0 && f.Time.Before(frames[i-1].Time) {
					t.Errorf("frame %d comes before its predecessor", i)
				}
			}
			text := strings.Join(all, "\n")
			if len(frames) < 4 || !frames[0].Sent || !strings.Contains(frames[0].Text, `"phx_join"`) || !strings.Contains(text, `"event":"check"`) ||
				!strings.Contains(text, "phx_reply") || !strings.Contains(text, "&password=hunter2") {
				t.Errorf("%d frames\n%s", len(frames), text)
			}
			if shown := redact.New().Text(text); strings.Contains(shown, "hunter2") || !strings.Contains(shown, "&password=") { // as package evidence does
				t.Errorf("frames are shown as\n%s", shown)
			}
			must(t, sessiontest.Moved(u.Navigate(ctx, app.url+"/counter")), u.WaitForLiveView(ctx))
			for range 25 {
				must(t, u.Click(ctx, "#inc"), u.WaitForPhxLoading(ctx, "click", "#inc"))
			}
			if frames, err := u.LastFrames(ctx); err != nil || len(frames) != 40 {
				t.Errorf("%d frames of a page that has seen more: %v", len(frames), err)
			}
		})
	}
}
