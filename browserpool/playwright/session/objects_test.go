package session

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/sessiontest"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/space"
)

// ask calls a method and wants no error.
func ask(t *testing.T, o browserpool.Object, method string, args ...any) any {
	t.Helper()
	v, err := o.Call(within(t, 20*time.Second), method, args)
	if err != nil {
		t.Fatalf("%s.%s: %v", o.Type(), method, err)
	}
	return v
}

func objectOf(t *testing.T, u *user, name string) browserpool.Object {
	t.Helper()
	o, err := u.Object(within(t, 20*time.Second), name)
	must(t, err)
	return o
}

// TestObjects: objects are values that can be compared, and what a closed page measured is not lost.
func TestObjects(t *testing.T) {
	u := newUser(t, nil)
	app := newApp(t)
	main, again := objectOf(t, u, "page"), objectOf(t, u, "page")
	if main != again || main.Type() != "Page" {
		t.Errorf("%v and %v", main, again)
	}
	if _, err := u.Object(t.Context(), "pages"); err == nil || !strings.Contains(err.Error(), "page, context and browser") {
		t.Errorf("error = %v", err)
	}
	other := ask(t, objectOf(t, u, "context"), "newPage").(browserpool.Object)
	ask(t, other, "goto", app.url+"/counter")
	ask(t, ask(t, other, "locator", ".phx-connected #inc").(browserpool.Object), "click")
	count := ask(t, other, "locator", "#count").(browserpool.Object)
	ask(t, ask(t, count, "filter", map[string]any{"hasText": "1"}).(browserpool.Object), "waitFor")
	ask(t, other, "close")
	must(t, u.Close(context.Background()))
	if got := u.recorded.Count(sessiontest.Scenario, metrics.LiveViewEvents, "inc"); got != 1 {
		t.Errorf("%d events recorded of the page that was closed, want 1", got)
	}
}

// TestDownloads: what pages download is gone when the iteration is over, whether the script knows of it or not, and also when
// it is not complete yet.
func TestDownloads(t *testing.T) {
	u := newUser(t, nil)
	s := sessiontest.NewSite(t)
	s.HandleFunc("/report", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/zip")
		w.Header().Set("Content-Disposition", "attachment; filename=report.zip")
		fmt.Fprint(w, strings.Repeat("numbers ", 1000)) // more than Chromium reads to guess what it is
		if r.URL.RawQuery == "slow" {
			http.NewResponseController(w).Flush()
			<-r.Context().Done() // until the browser gives up
		}
	})
	ctx := within(t, 30*time.Second)
	main := objectOf(t, u, "page")
	arrived := make(chan browserpool.Object, 1)
	stop, err := main.Listen(ctx, "download", nil, func(v any) { arrived <- v.(browserpool.Object) })
	must(t, err)
	defer stop()
	next := func() browserpool.Object {
		t.Helper()
		select {
		case download := <-arrived:
			return download
		case <-ctx.Done():
			t.Fatal("no download")
			return nil
		}
	}
	must(t, sessiontest.Moved(u.Navigate(ctx, s.Page("<a id=whole href=/report>whole</a><a id=slow href=/report?slow>slow</a>"))))
	must(t, u.Click(ctx, "#whole"))
	path := ask(t, next(), "path").(string)
	must(t, u.Click(ctx, "#slow"))
	next()
	folder := filepath.Dir(path)
	waitForDownloads(t, ctx, folder, 2)
	u.ResetObjects(ctx)
	waitForDownloads(t, ctx, folder, 0)
	must(t, u.Click(ctx, "#whole")) // the page goes on
	ask(t, next(), "path")
}

// TestDownloadsAreBounded: an endless download is cancelled when the run has had its share of the disk, which the script is told, and counted.
// The browser goes on.
func TestDownloadsAreBounded(t *testing.T) {
	s := sessiontest.NewSite(t)
	s.HandleFunc("/endless", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/zip")
		w.Header().Set("Content-Disposition", "attachment; filename=endless.zip")
		for part := make([]byte, 1<<20); r.Context().Err() == nil; time.Sleep(10 * time.Millisecond) { // 100 MB a second
			if _, err := w.Write(part); err != nil {
				return
			}
		}
	})
	budget := space.New(1, t.TempDir()) // until one byte is taken
	u, recorded := sessiontest.Open(t, rig.Browser(t), browserpool.SessionOptions{Space: budget})
	ctx := within(t, time.Minute)
	main, err := u.Object(ctx, "page")
	must(t, err)
	arrived := make(chan browserpool.Object, 1)
	stop, err := main.Listen(ctx, "download", nil, func(v any) { arrived <- v.(browserpool.Object) })
	must(t, err)
	defer stop()
	must(t, sessiontest.Moved(u.Navigate(ctx, s.Page("<a id=endless href=/endless>endless</a>"))), u.Click(ctx, "#endless"))
	download := <-arrived
	if !budget.Take(1) {
		t.Fatal("the budget is empty")
	}
	for _, call := range []string{"path", "failure"} {
		value, err := download.Call(ctx, call, nil)
		if text := fmt.Sprint(value, err); !strings.Contains(text, `the download "endless.zip" was cancelled: the run has had its share of the disk`) {
			t.Errorf("%s gives %s", call, text)
		}
	}
	if n := recorded.Count(sessiontest.Scenario, metrics.FilesDropped, "download"); n != 1 {
		t.Errorf("%d files are counted as dropped", n)
	}
	must(t, sessiontest.Moved(u.Navigate(ctx, s.Page("goes on"))))
}

// waitForDownloads waits until so many files in a folder are downloads: the browser writes and removes them by itself. The
// folder may have traces of other tests.
func waitForDownloads(t *testing.T, ctx context.Context, folder string, want int) {
	t.Helper()
	for {
		files, err := os.ReadDir(folder)
		must(t, err)
		files = slices.DeleteFunc(files, func(f os.DirEntry) bool {
			kind := filepath.Ext(f.Name())
			return f.IsDir() || kind != "" && kind != ".crdownload"
		})
		if len(files) == want {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("there are %d downloads, %v, want %d", len(files), files, want)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// TestDetachedFrames: playwright-go mixes up the frames of a page once one is gone; telemetry is drained
// from all.
func TestDetachedFrames(t *testing.T) {
	u := newUser(t, nil)
	s := sessiontest.NewSite(t)
	main := objectOf(t, u, "page")
	ask(t, main, "goto", s.Page("<iframe name=a src=/target></iframe><iframe name=b src=/target></iframe>"))
	ask(t, main, "evaluate", "document.querySelector('iframe').remove()")
	ask(t, main, "waitForFunction", "frames.length === 1")
	names := map[any]bool{}
	for _, frame := range ask(t, main, "frames").([]any) {
		names[ask(t, frame.(browserpool.Object), "name")] = true
	}
	if len(names) != 2 || !names[""] || !names["b"] {
		t.Errorf("frames %v, want the main one and b", names)
	}
	if ask(t, main, "frame", "b") == nil || ask(t, main, "frame", "a") != nil {
		t.Error("the frame that was removed is found")
	}
}

// TestUnusedObjects: a script without the objects pays nothing for them. The driver is asked for no events,
// and no request goes through this process.
func TestUnusedObjects(t *testing.T) {
	u := newUser(t, nil)
	s := sessiontest.NewSite(t)
	ctx := within(t, 20*time.Second)
	must(t, sessiontest.Moved(u.Navigate(ctx, s.Page("<iframe src=/target></iframe>"))))
	inner := u.Session.(*session)
	for _, event := range []string{"console", "dialog", "request", "response", "requestfinished", "requestfailed", "filechooser"} {
		if n := inner.context.ListenerCount(event); n != 0 {
			t.Errorf("%d listeners for %s of the context", n, event)
		}
		if n := inner.page.ListenerCount(event); n != 0 && event != "requestfailed" { // which operations need, and costs no message
			t.Errorf("%d listeners for %s of the page", n, event)
		}
	}
}
