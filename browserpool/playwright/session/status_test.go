package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/statuses"
)

// TestPagesThatFail: a document that is an error of the server fails the operation that first meets it, whichever operation
// led there, unless that status is allowed. A form that is shown again with status 422 is a page like any other.
func TestPagesThatFail(t *testing.T) {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		status := http.StatusOK
		switch r.URL.Path {
		case "/down":
			status = http.StatusServiceUnavailable
		case "/gone":
			status = http.StatusNotFound
		case "/form":
			if r.FormValue("name") == "" {
				status = http.StatusUnprocessableEntity
			}
		}
		w.WriteHeader(status)
		io.WriteString(w, `<!doctype html><h1>`+fmt.Sprint(status)+r.URL.Path+`</h1><a id=down href=/down>x</a> <a id=gone href=/gone>x</a> <a id=page href=/page>x</a>
			<form method=post action=/form><input id=name name=name></form>
			<button id=later onclick="setTimeout(() => location.href = '/down', 50)">x</button>`)
		if r.URL.Path == "/framed" {
			io.WriteString(w, `<iframe id=frame src=/down></iframe>`)
		}
	}))
	t.Cleanup(site.Close)
	u := newUser(t, nil)
	ctx := func() context.Context { return within(t, 20*time.Second) }
	open := func(path string, allowed ...string) {
		t.Helper()
		_, err := u.Navigate(ctx(), site.URL+path, browserpool.NavigateOptions{AllowStatus: statuses.Set(allowed)})
		must(t, err)
	}
	shows := func(want string) {
		t.Helper()
		if got, err := u.InnerText(ctx(), "h1"); err != nil || got != want {
			t.Fatalf("the page shows %q, %v, want %q", got, err, want)
		}
	}
	fails := func(err error) {
		t.Helper()
		want := browserpool.StatusError{Status: 503, URL: site.URL + "/down", Later: true}
		if failed, ok := errors.AsType[*browserpool.StatusError](err); !ok || *failed != want {
			t.Fatalf("the error is %v, want %v", err, &want)
		}
	}

	open("/page")
	for name, meet := range map[string]func() error{
		"reads":     func() error { _, err := u.InnerText(ctx(), "h1"); return err },
		"evaluates": func() error { _, err := u.Evaluate(ctx(), "1", nil); return err },
		"waits":     func() error { return u.WaitForSelector(ctx(), "text=nothing", "visible") },
		"presses":   func() error { return u.Click(ctx(), "#page") },
	} {
		t.Log(name)
		must(t, u.Click(ctx(), "#down"))
		fails(meet())
		shows("503/down") // once is enough
		must(t, u.Click(ctx(), "#page"))
		shows("200/page")
	}
	must(t, u.Click(ctx(), "#later"))
	fails(u.WaitForSelector(ctx(), "#none", "visible")) // while it waits

	open("/down") // which says it itself
	shows("503/down")
	_, err := u.Reload(ctx())
	must(t, err)
	shows("503/down")
	open("/page", "5xx")
	must(t, u.Click(ctx(), "#down"))
	shows("503/down")
	open("/framed")
	shows("200/framed")
	text, err := u.InnerText(ctx(), "#frame >> internal:control=enter-frame >> h1")
	if err != nil || text != "503/down" {
		t.Errorf("the frame shows %q, %v", text, err)
	}

	open("/page")
	must(t, u.SubmitForm(ctx(), "form"))
	shows("422/form")
	must(t, u.Fill(ctx(), "#name", "Ann"), u.SubmitForm(ctx(), "form"))
	shows("200/form")
	must(t, u.Click(ctx(), "#gone"))
	err = u.WaitForSelector(within(t, 2*time.Second), "#thanks", "visible")
	if wait, ok := errors.AsType[*browserpool.WaitError](err); !ok || !strings.HasSuffix(wait.Found, ", and the page has come with status 404") {
		t.Errorf("the error is %v", err)
	}

	open("/page")
	objectOf(t, u, "page") // a script may have opened the page with it
	must(t, u.Click(ctx(), "#down"))
	shows("503/down")
}
