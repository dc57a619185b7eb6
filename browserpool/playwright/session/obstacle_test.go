package session

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool"
)

// TestObstacles: what keeps the page from doing what is waited for is known by name.
func TestObstacles(t *testing.T) {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/empty":
			w.WriteHeader(http.StatusNoContent)
			return
		case "/file.csv":
			w.Header().Set("Content-Disposition", "attachment; filename=file.csv")
		case "/sandbox":
			w.Header().Set("Content-Security-Policy", "sandbox")
		}
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, `<a id=empty href="/empty">x</a> <a id=file href="/file.csv">x</a> <a id=page href="/page">x</a> <button id=ask onclick="confirm('Really?')">x</button>`)
	}))
	t.Cleanup(site.Close)
	u := newUser(t, nil)
	known := func(want string) func() error {
		return func() error {
			if got := browserpool.ObstacleOf(u.Session); got != want {
				return fmt.Errorf("the obstacle is %q, want %q", got, want)
			}
			return nil
		}
	}
	eventually := func(so func() error) {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); so() != nil; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal(so())
			}
		}
	}
	navigate := func(path string) {
		t.Helper()
		_, err := u.Navigate(within(t, 20*time.Second), site.URL+path)
		must(t, err)
	}
	nothing := "the page stayed where it was, since " + site.URL + "/empty had nothing to show (status 204)"
	download := "the page stayed where it was, since " + site.URL + "/file.csv was a download"
	for _, link := range []bool{false, true} {
		navigate("/page")
		eventually(known(""))
		for _, one := range []struct{ path, selector, want string }{{"/empty", "#empty", nothing}, {"/file.csv", "#file", download}} {
			if link {
				must(t, u.Click(within(t, 20*time.Second), one.selector))
			} else {
				navigate(one.path)
			}
			eventually(known(one.want))
			must(t, u.Click(within(t, 20*time.Second), "#page"))
			eventually(known(""))
		}
	}

	dialogs := make(chan browserpool.Object, 1)
	stop, err := objectOf(t, u, "page").Listen(within(t, 20*time.Second), "dialog", nil, func(v any) { dialogs <- v.(browserpool.Object) })
	must(t, err)
	defer stop()
	clicked := make(chan error, 1)
	go func() { clicked <- u.Click(within(t, 20*time.Second), "#ask") }()
	dialog := <-dialogs
	eventually(known(`a dialog is open (confirm: "Really?"), and the page waits for its answer: call accept() or dismiss() of the dialog in page.on('dialog', ...)`))
	ask(t, dialog, "accept")
	must(t, <-clicked)
	eventually(known(""))

	for path, want := range map[string]bool{"/sandbox": true, "/page": false} {
		navigate(path)
		for what, err := range map[string]error{
			"waitForLiveView": u.WaitForLiveView(within(t, 500*time.Millisecond)),
			"click":           u.Click(within(t, 500*time.Millisecond), "#missing"),
		} {
			wait, ok := errors.AsType[*browserpool.WaitError](err)
			if !ok || strings.Contains(wait.Found, ", and the page runs no scripts: a Content-Security-Policy with sandbox has no allow-scripts") != want {
				t.Errorf("%s on %s: the error is %v; names the sandbox: want %v", what, path, err, want)
			}
		}
	}
}
