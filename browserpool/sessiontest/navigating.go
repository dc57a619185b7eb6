package sessiontest

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool"
)

func title(want string) operation {
	return reads(want, func(ctx context.Context, u browserpool.Session) (string, error) { return u.Title(ctx) })
}

// after is one operation and then, at once, another.
func after(first, second operation) operation {
	return func(ctx context.Context, u browserpool.Session) error {
		if err := first(ctx, u); err != nil {
			return err
		}
		return second(ctx, u)
	}
}

// What follows an operation that leaves the page must speak of the page that comes, however slow that is.
func testLeavingThePage(t *testing.T, r *rig) {
	const slowLink = `<title>old</title><a id=b href="{site}/slow">x</a><h1 id=h>old</h1>`
	const slowForm = `<title>old</title><form id=f action="{site}/slow" method=post><input id=q name=q value=1><button id=b>x</button></form>`
	text := func(ctx context.Context, u browserpool.Session) error { return u.WaitForText(ctx, "#h", "slow") }
	slowURL := func(ctx context.Context, u browserpool.Session) error {
		url, err := u.URL(ctx)
		if err == nil && !strings.HasSuffix(url, "/slow") {
			return &browserpool.PageError{Message: "the address is still " + url}
		}
		return err
	}
	reload := func(ctx context.Context, u browserpool.Session) error { return Moved(u.Reload(ctx)) }
	const stays = "document.title === 'old'"
	r.run(t, []step{
		{name: "link, title", page: slowLink, do: after(clicks("#b"), title("slow"))},
		{name: "link, url", page: slowLink, do: after(clicks("#b"), slowURL)},
		{name: "link, text", page: slowLink, do: after(clicks("#b"), text)},
		{name: "link, evaluate", page: slowLink, do: after(clicks("#b"), reads[any]("slow", func(ctx context.Context, u browserpool.Session) (any, error) {
			return u.Evaluate(ctx, "document.title", nil)
		}))},
		{name: "link, locator", page: slowLink, do: after(clicks("#b"), reads("slow ", func(ctx context.Context, u browserpool.Session) (string, error) {
			return u.TextContent(ctx, "xpath=//h1")
		}))},
		{name: "link by locator, title", page: slowLink, do: after(clicks("text=x"), title("slow"))},
		{name: "form, title", page: slowForm, do: after(clicks("#b"), title("slow"))},
		{name: "form by Enter, title", page: slowForm, do: after(func(ctx context.Context, u browserpool.Session) error { return u.Press(ctx, "#q", "Enter") }, title("slow"))},
		{name: "submitForm, title", page: slowForm, do: after(func(ctx context.Context, u browserpool.Session) error { return u.SubmitForm(ctx, "#f") }, title("slow"))},
		{name: "script, title", page: `<title>old</title><button id=b onclick="location.href = '{site}/slow'">x`, do: after(clicks("#b"), title("slow"))},
		{name: "reload, title", page: `<title>old</title><button id=b onclick="location.replace('{site}/slow')">x`, do: after(clicks("#b"), after(reload, title("slow")))},
		{name: "wait under way", page: `<title>old</title><script>setTimeout(() => location.href = '{site}/slow', 100)</script>`, do: text},
		{name: "wait in slow page", page: `<a id=b href="{site}/never">x</a>`, do: after(clicks("#b"), text), fail: "waited for the page to answer: timed out"},

		{name: "prevented", page: `<title>old</title><a id=b href="/slow" onclick="event.preventDefault()">x</a>`, do: after(clicks("#b"), title("old")), want: stays},
		{name: "prevented form", page: `<title>old</title><form onsubmit="event.preventDefault()"><button id=b>x</button></form>`, do: after(clicks("#b"), title("old")), want: stays},
		{name: "navigation prevented", page: `<title>old</title><a id=b href="/slow">x</a><script>navigation.onnavigate = (e) => e.preventDefault()</script>`, do: after(clicks("#b"), title("old")), want: stays},
		{name: "intercepted", page: `<title>old</title><a id=b href="/slow">x</a><script>navigation.onnavigate = (e) => e.intercept({handler: async () => { document.title = 'routed' }})</script>`, do: after(clicks("#b"), title("routed"))},
		{name: "no content", page: `<title>old</title><a id=b href="{site}/empty">x</a>`, do: after(clicks("#b"), title("old")), want: stays},
		{name: "download", page: `<title>old</title><a id=b href="{site}/file">x</a>`, do: after(clicks("#b"), title("old")), want: stays},
		{name: "download attribute", page: `<title>old</title><a id=b download href="{site}/slow">x</a>`, do: after(clicks("#b"), title("old")), want: stays},
		{name: "stopped", page: `<title>old</title><a id=b href="{site}/never">x</a><script>b.addEventListener('click', () => setTimeout(() => stop(), 50))</script>`, do: after(clicks("#b"), title("old")), want: stays},
		{name: "refused", page: `<title>old</title><a id=b href="http://127.0.0.1:9/">x</a>`, do: after(clicks("#b"), clicks("#b")), fail: "the browser shows that it cannot open the page"},
		{name: "new tab", page: `<title>old</title><a id=b target=_blank href="{site}/slow">x</a>`, do: after(clicks("#b"), title("old")), want: stays},
		{name: "window", page: `<title>old</title><button id=b onclick="window.open('{site}/slow')">x</button>`, do: after(clicks("#b"), title("old")), want: stays},
		{name: "other program", page: `<title>old</title><a id=b href="mailto:a@b.c">x</a>`, do: after(clicks("#b"), title("old")), want: stays},
		{name: "frame", page: `<title>old</title><iframe name=i></iframe><a id=b target=i href="{site}/slow">x</a>`, do: after(clicks("#b"), title("old")), want: stays},
		{name: "hash", page: `<title>old</title><a id=b href="#x">x</a>`, do: after(clicks("#b"), title("old")), want: stays},
	})
}

// A page may forbid all but its own scripts.
func testStrictPolicy(t *testing.T, r *rig) {
	t.Parallel()
	s := NewSite(t)
	s.HandleFunc("/strict", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; require-trusted-types-for 'script'; sandbox allow-scripts allow-forms")
		HTML(`<!doctype html><title>strict</title><form id=f><input id=i><button id=b>x</button></form><p id=p class=phx-click-loading>text</p>`)(w, r)
	})
	u := r.user(t)
	ctx := Within(t, patience)
	Must(t,
		Moved(u.Navigate(ctx, s.URL+"/strict")), u.Fill(ctx, "#i", "x"), u.Type(ctx, "#i", "y"), u.WaitForText(ctx, "#p", "text"),
		u.WaitForURL(ctx, "/strict"), u.WaitForFunction(ctx, "() => document.title === 'strict'", nil), u.Click(ctx, "text=text"),
	)
	later := make(chan error, 1)
	go func() { later <- u.WaitForFunction(ctx, "() => document.title === 'changed'", nil) }()
	if v, err := u.Evaluate(ctx, "() => document.title = 'changed'", nil); v != "changed" || err != nil {
		t.Errorf("Evaluate = %v, %v", v, err)
	}
	// Such a page does not report that it is being left: the next one is waited for.
	Must(t, <-later, u.Click(ctx, "#b"), u.WaitForFunction(ctx, "() => document.title === 'strict'", nil))
}

// What is reloaded may be the browser's own page about an error, and the answer may be nothing to show.
func testReloadOfAnErrorIntoNothing(t *testing.T, r *rig) {
	t.Parallel()
	s := NewSite(t)
	var up atomic.Bool
	s.HandleFunc("/awakes", func(w http.ResponseWriter, _ *http.Request) {
		if up.Load() {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		panic(http.ErrAbortHandler)
	})
	u := r.user(t)
	ctx := Within(t, patience)
	checkError(t, Moved(u.Navigate(ctx, s.URL+"/awakes")), "net::ERR_EMPTY_RESPONSE")
	up.Store(true)
	Must(t, Moved(u.Reload(ctx)))
}

func testNavigate(t *testing.T, r *rig) {
	t.Parallel()
	s := NewSite(t)
	u := r.user(t)
	ctx := Within(t, patience)
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	Must(t, err, closed.Close())
	refused := "http://" + closed.Addr().String() + "/x"
	checkError(t, Moved(u.Navigate(ctx, refused)), "cannot open "+refused+": net::ERR_CONNECTION_REFUSED")
	checkError(t, Moved(u.Navigate(ctx, "nonsense")), `cannot open "nonsense": it is not an absolute URL`)
	checkError(t, Moved(u.Navigate(ctx, "htp://app/")), `cannot open "htp://app/": a page's address begins with http:// or https://`)
	checkError(t, Moved(u.Navigate(ctx, "http://nowhere.invalid/")), "net::ERR_NAME_NOT_RESOLVED")
	s.HandleFunc("/away", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/broken?away", http.StatusFound) })
	within := s.Page(`<title>within</title><script>history.pushState(null, '', '?within')</script>`)
	elsewhere := s.Page(`<script>location.href = '/slow'</script>`)
	for _, step := range []struct {
		do     func() (browserpool.Document, error)
		title  string
		status int
		url    string
	}{
		{func() (browserpool.Document, error) { return u.Navigate(ctx, s.URL+"/broken") }, "broken", 500, s.URL + "/broken"},
		{func() (browserpool.Document, error) { return u.Navigate(ctx, s.URL+"/empty") }, "broken", 0, s.URL + "/broken"},
		{func() (browserpool.Document, error) { return u.Navigate(ctx, s.URL+"/file") }, "broken", 0, s.URL + "/broken"},
		{func() (browserpool.Document, error) { return u.Navigate(ctx, s.URL+"/target") }, "target", 200, s.URL + "/target"},
		{func() (browserpool.Document, error) { return u.GoBack(ctx) }, "broken", 500, s.URL + "/broken"},
		{func() (browserpool.Document, error) { return u.GoForward(ctx) }, "target", 200, s.URL + "/target"},
		{func() (browserpool.Document, error) { return u.GoForward(ctx) }, "target", 0, s.URL + "/target"}, // there is nothing to go forward to
		{func() (browserpool.Document, error) { return u.Reload(ctx) }, "target", 200, s.URL + "/target"},
		{func() (browserpool.Document, error) { return u.Navigate(ctx, s.URL+"/away") }, "broken", 500, s.URL + "/broken?away"},
		{func() (browserpool.Document, error) { return u.Navigate(ctx, within) }, "within", 200, within + "?within"},
		{func() (browserpool.Document, error) { return u.GoBack(ctx) }, "within", 0, within}, // within the page
		{func() (browserpool.Document, error) { return u.Navigate(ctx, elsewhere) }, "slow", 200, s.URL + "/slow"},
	} {
		document, err := step.do()
		Must(t, err, title(step.title)(ctx, u))
		if document.Status != step.status || document.URL != step.url {
			t.Errorf("led to %+v, want %d of %s", document, step.status, step.url)
		}
	}
	Must(t, Moved(u.Navigate(ctx, s.Page(`<meta http-equiv=refresh content="0;/slow">`))), u.WaitForText(ctx, "#h", "slow"))

	for _, address := range []string{s.URL + "/never", s.Page(`<title>half</title><img src="/never">`)} {
		checkError(t, Moved(u.Navigate(Within(t, soon), address)), "waited for the page "+address+" to load: timed out after ")
	}
	Must(t, title("half")(ctx, u)) // it is there, but for its picture
	cancelled, cancel := context.WithCancel(ctx)
	time.AfterFunc(100*time.Millisecond, cancel)
	if err := Moved(u.Navigate(cancelled, s.URL+"/never")); err != context.Canceled {
		t.Errorf("cancelled navigation = %v", err)
	}
	Must(t, Moved(u.Navigate(ctx, s.URL+"/target")), title("target")(ctx, u))
}

func testNoPageYet(t *testing.T, r *rig) {
	t.Parallel()
	u := r.user(t)
	ctx := Within(t, patience)
	for name, err := range EveryOperation(ctx, u) {
		if !errors.Is(err, browserpool.ErrNoNavigation) {
			t.Errorf("%s = %v", name, err)
		}
	}
	Must(t, u.Close(ctx), u.Close(ctx))
	for name, err := range EveryOperation(ctx, u) {
		if !errors.Is(err, browserpool.ErrClosed) {
			t.Errorf("%s after Close = %v", name, err)
		}
	}
	if err := Moved(u.Navigate(ctx, "about:blank")); !errors.Is(err, browserpool.ErrClosed) {
		t.Errorf("Navigate after Close = %v", err)
	}
}

// EveryOperation calls each operation that needs a page, and returns their errors.
func EveryOperation(ctx context.Context, u browserpool.Session) map[string]error {
	drop := func(_ any, err error) error { return err }
	_, _, attribute := u.GetAttribute(ctx, "#b", "id")
	return map[string]error{
		"Reload": Moved(u.Reload(ctx)), "GoBack": Moved(u.GoBack(ctx)), "GoForward": Moved(u.GoForward(ctx)),
		"Click": u.Click(ctx, "#b"), "DblClick": u.DblClick(ctx, "#b"), "Fill": u.Fill(ctx, "#b", "x"), "Clear": u.Clear(ctx, "#b"),
		"Type": u.Type(ctx, "#b", "x"), "Press": u.Press(ctx, "#b", "a"), "SetChecked": u.SetChecked(ctx, "#b", true), "Tap": u.Tap(ctx, "#b"),
		"SelectOptions": u.SelectOptions(ctx, "#b", nil), "Focus": u.Focus(ctx, "#b"), "Blur": u.Blur(ctx, "#b"), "Hover": u.Hover(ctx, "#b"),
		"DragAndDrop": u.DragAndDrop(ctx, "#b", "#b"), "SetInputFiles": u.SetInputFiles(ctx, "#b", nil),
		"WaitForSelector": u.WaitForSelector(ctx, "#b", ""), "WaitForText": u.WaitForText(ctx, "#b", "x"), "WaitForURL": u.WaitForURL(ctx, "**"),
		"WaitForFunction": u.WaitForFunction(ctx, "1", nil), "EnsureLiveView": u.EnsureLiveView(ctx), "WaitForLiveView": u.WaitForLiveView(ctx),
		"WaitForPhxLoading": u.WaitForPhxLoading(ctx, "click", "#b"), "SubmitForm": u.SubmitForm(ctx, "#b"),
		"PageContent": drop(u.PageContent(ctx)), "InnerHTML": drop(u.InnerHTML(ctx, "#b")), "InnerText": drop(u.InnerText(ctx, "#b")),
		"TextContent": drop(u.TextContent(ctx, "#b")), "InputValue": drop(u.InputValue(ctx, "#b")), "GetAttribute": attribute,
		"IsVisible": drop(u.IsVisible(ctx, "#b")), "IsChecked": drop(u.IsChecked(ctx, "#b")), "Count": drop(u.Count(ctx, "#b")),
		"URL": drop(u.URL(ctx)), "Title": drop(u.Title(ctx)), "Evaluate": drop(u.Evaluate(ctx, "1", nil)), "Screenshot": drop(u.Screenshot(ctx)),
		"Click text=": u.Click(ctx, "text=x"), "Count text=": drop(u.Count(ctx, "text=x")),
	}
}
