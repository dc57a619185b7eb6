package session

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/sessiontest"
)

// wantText reads an element at once; what it says must be there already.
func wantText(t *testing.T, ctx context.Context, u *user, selector, want string) {
	t.Helper()
	got, err := u.InnerText(ctx, selector)
	if err != nil || !strings.Contains(got, want) {
		t.Errorf("%s says %q, %v; want %q", selector, got, err, want)
	}
}

func TestDemoForm(t *testing.T) {
	t.Parallel()
	u, app, ctx := newUser(t, nil), newApp(t), within(t, patience)
	must(t, sessiontest.Moved(u.Navigate(ctx, app.url+"/form")), u.EnsureLiveView(ctx), u.WaitForLiveView(ctx))
	values := [][2]string{
		{"text", "some text"}, {"email", "a@b.example"}, {"password", "long enough"}, {"number", "7"}, {"date", "2024-02-29"},
		{"time", "13:45"}, {"datetime", "2024-02-29T13:45"}, {"month", "2024-02"}, {"week", "2024-W09"}, {"color", "#a0b1c2"},
		{"range", "40"}, {"search", "needle"}, {"tel", "112"}, {"url", "http://x.example/"}, {"bio", "über\nmich"},
	}
	for _, v := range values {
		must(t, u.Fill(ctx, "#"+v[0], v[1]), u.WaitForPhxLoading(ctx, "change", "#profile-form"))
	}
	must(t,
		u.SetChecked(ctx, "#terms", true), u.SetChecked(ctx, "#interests-music", true), u.SetChecked(ctx, "#interests-books", true), u.SetChecked(ctx, "#interests-music", false),
		u.SetChecked(ctx, "#plan-pro", true), u.WaitForPhxLoading(ctx, "change", "#profile-form"),
	)
	for _, selector := range []string{"#country", "#languages"} {
		first, err := u.Evaluate(ctx, "(s) => document.querySelector(s).options[1].value", selector)
		must(t, err, u.SelectOptions(ctx, selector, browserpool.Choices(first.(string))))
	}
	must(t, u.SubmitForm(ctx, "#profile-form"))
	result, err := u.TextContent(ctx, "#result")
	must(t, err)
	for _, v := range values {
		if !strings.Contains(strings.ReplaceAll(result, "\r", ""), v[0]+"="+v[1]) {
			t.Errorf("the result lacks %s=%s:\n%s", v[0], v[1], result)
		}
	}
	if checked, err := u.IsChecked(ctx, "#interests-music"); checked || err != nil {
		t.Errorf("music is checked: %v, %v", checked, err)
	}
}

func TestDemoLoadingStates(t *testing.T) {
	t.Parallel()
	u, app, ctx := newUser(t, nil), newApp(t), within(t, patience)
	must(t, sessiontest.Moved(u.Navigate(ctx, app.url+"/counter?delay=200")), u.WaitForLiveView(ctx))
	must(t, u.Click(ctx, "#inc"), u.WaitForPhxLoading(ctx, "click", "#inc"))
	wantText(t, ctx, u, "#count", "1")
	must(t, sessiontest.Moved(u.Navigate(ctx, app.url+"/hooks?delay=200")), u.WaitForLiveView(ctx), u.Press(ctx, "#keys", "a"))
	must(t, u.WaitForPhxLoading(ctx, "keydown", "#keys"), u.WaitForPhxLoading(ctx, "keyup", "#keys"), u.WaitForPhxLoading(ctx, "focus", "#keys"))
	wantText(t, ctx, u, "#key-up", "a")
	must(t, u.Blur(ctx, "#keys"), u.WaitForPhxLoading(ctx, "blur", "#keys"))
	must(t, sessiontest.Moved(u.Navigate(ctx, app.url+"/todos?delay=200")), u.WaitForLiveView(ctx))
	must(t, u.Fill(ctx, "#todo-title", "milk"), u.SubmitForm(ctx, "#todo-form"))
	wantText(t, ctx, u, ".title", "milk")
	must(t, sessiontest.Moved(u.Navigate(ctx, app.url+"/chat?delay=200")), u.WaitForLiveView(ctx))
	must(t, u.Type(ctx, "#message", "hello"), u.Press(ctx, "#message", "Enter"), u.WaitForPhxLoading(ctx, "submit", "#chat-form"))
	must(t, u.WaitForText(ctx, "#messages", "hello")) // a broadcast, which may come after the reply
	if app.Stats().Events["typing"] == 0 {
		t.Error("typing made no events")
	}
}

// TestDemoDebounce: a change that phx-debounce holds back is waited for, by its field, its form and its name.
func TestDemoDebounce(t *testing.T) {
	t.Parallel()
	u, app, ctx := newUser(t, nil), newApp(t), within(t, patience)
	must(t, sessiontest.Moved(u.Navigate(ctx, app.url+"/hooks?delay=200")), u.WaitForLiveView(ctx))
	for _, c := range []struct {
		text string
		wait func() error
	}{
		{"tea", func() error { return u.WaitForPhxLoading(ctx, "change", "#search") }},
		{"rum", func() error { return u.WaitForPhxLoading(ctx, "change", "#search-form") }},
		{"gin", func() error { return u.WaitForPhxReply(ctx, "search") }},
	} {
		must(t, u.Fill(ctx, "#search", c.text), c.wait())
		wantText(t, ctx, u, "#found", strings.ToUpper(c.text))
	}
	must(t, u.Fill(ctx, "#search", "now"), u.Blur(ctx, "#search"), u.WaitForPhxLoading(ctx, "change", "#search"))
	wantText(t, ctx, u, "#found", "NOW") // sent on blur, not held back any more
	if n := app.Stats().Events["search"]; n != 4 {
		t.Errorf("%d searches reached the server, want 4: each was waited for", n)
	}
	must(t, u.Clear(ctx, "#search"), u.Type(ctx, "#search", "ale"), u.WaitForPhxReply(ctx, "search"))
	wantText(t, ctx, u, "#found", "ALE") // whether one event or more
}

// TestDemoReply: the answer to an event is awaited by the event's name.
func TestDemoReply(t *testing.T) {
	t.Parallel()
	u, app, ctx := newUser(t, nil), newApp(t), within(t, patience)
	for _, transport := range []string{"websocket", "longpoll"} {
		must(t, sessiontest.Moved(u.Navigate(ctx, app.url+"/hooks?delay=200&transport="+transport)), u.WaitForLiveView(ctx))
		must(t, u.Click(ctx, "#js-push"), u.WaitForPhxReply(ctx, "js_push"))
		wantText(t, ctx, u, "#js-pushed", "js")
		must(t, u.Click(ctx, "#echo"), u.WaitForPhxReply(ctx, "echo"))
		wantText(t, ctx, u, "#echo-count", "1")
	}
	for _, c := range []struct{ event, found string }{
		{"js_push", "it was last sent before the last operation: wait for it right after what sends it"},
		{"nope", `the page has not sent it; it has sent "js_push", "echo"`},
	} {
		soon := within(t, time.Second)
		if err := u.WaitForPhxReply(soon, c.event); err == nil || !strings.Contains(err.Error(), c.found) {
			t.Errorf("error = %v, want %s", err, c.found)
		}
	}
}

func TestDemoNestedViews(t *testing.T) {
	t.Parallel()
	u, app, ctx := newUser(t, nil), newApp(t), within(t, patience)
	must(t, sessiontest.Moved(u.Navigate(ctx, app.url+"/nested?mount_delay=150")), u.WaitForLiveView(ctx))
	must(t, u.Click(ctx, "#parent-inc"), u.WaitForText(ctx, "#parent-count", "1"), u.Click(ctx, "#sticky-inc"), u.WaitForText(ctx, "#sticky-count", "1"))
	must(t, u.Click(ctx, "#to-other"), u.WaitForURL(ctx, "/nested/other**"), u.WaitForSelector(ctx, "#to-nested", ""), u.WaitForLiveView(ctx))
	wantText(t, ctx, u, "#sticky-count", "1")
	must(t, sessiontest.Moved(u.GoBack(ctx)), u.WaitForURL(ctx, "/nested**"), u.WaitForSelector(ctx, "#to-other", ""), u.WaitForLiveView(ctx))
	must(t, sessiontest.Moved(u.GoForward(ctx)), u.WaitForSelector(ctx, "#to-nested", ""), sessiontest.Moved(u.Reload(ctx)), u.WaitForLiveView(ctx))
	wantText(t, ctx, u, "#sticky-count", "0")
}

func TestDemoLogin(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/login", "/login/live"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			u, app, ctx := newUser(t, nil), newApp(t), within(t, patience)
			must(t, sessiontest.Moved(u.Navigate(ctx, app.url+path)))
			if path == "/login/live" {
				must(t, u.WaitForLiveView(ctx))
			}
			must(t, u.Fill(ctx, "#login-user", "demo"), u.Fill(ctx, "#login-password", "secret"), u.SubmitForm(ctx, "#login-form"))
			must(t, u.WaitForURL(ctx, "**/account"), u.WaitForLiveView(ctx))
			wantText(t, ctx, u, "#account-user", "demo")
			must(t, u.Click(ctx, "#logout"), u.WaitForURL(ctx, "**/login**"))
		})
	}
}

func TestDemoUpload(t *testing.T) {
	t.Parallel()
	u, app, ctx := newUser(t, nil), newApp(t), within(t, patience)
	file := filepath.Join(t.TempDir(), "a.bin")
	must(t, os.WriteFile(file, make([]byte, 100_000), 0o600))
	must(t, sessiontest.Moved(u.Navigate(ctx, app.url+"/upload")), u.WaitForLiveView(ctx), u.SetInputFiles(ctx, "#upload-form input[type=file]", browserpool.Files(file)))
	must(t, u.WaitForSelector(ctx, "#entries [id^=entry-]", ""), u.SubmitForm(ctx, "#upload-form"), u.WaitForText(ctx, "#stored .name", "a.bin"))
	wantText(t, ctx, u, "#stored .size", "100000")
}

func TestBlockedRequests(t *testing.T) {
	t.Parallel()
	u, app, ctx := openUser(t, rig.Browser(t), browserpool.SessionOptions{Block: []string{"**/*.css*"}}), newApp(t), within(t, patience)
	must(t, sessiontest.Moved(u.Navigate(ctx, app.url+"/counter")), u.WaitForLiveView(ctx), sessiontest.Moved(u.Navigate(ctx, app.url+"/todos")), u.WaitForLiveView(ctx))
	for path, n := range app.Stats().HTTPRequests.ByPath {
		if strings.Contains(path, ".css") {
			t.Errorf("%s was requested", path)
		}
		if strings.Contains(path, ".js") && n != 1 {
			t.Errorf("%s was requested %d times: blocking must not disable the cache", path, n)
		}
	}
}

func TestConsole(t *testing.T) {
	t.Parallel()
	lines := make(chan browserpool.ConsoleMessage, 10)
	u := openUser(t, rig.Browser(t), browserpool.SessionOptions{OnConsole: func(m browserpool.ConsoleMessage) { lines <- m }})
	must(t, sessiontest.Moved(u.Navigate(within(t, patience), sessiontest.NewSite(t).Page(`<script>console.warn('look', 1)</script>`))))
	if m := <-lines; m.Level != "warning" || m.Text != "look 1" || !strings.Contains(m.URL, "/page/1") || m.Time.IsZero() {
		t.Errorf("message = %+v", m)
	}
}
