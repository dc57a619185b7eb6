package demo

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/liveload/liveload/examples/demo/liveview/liveviewtest"
)

func flashCookies(token string) []*http.Cookie {
	return []*http.Cookie{{Name: "__phoenix_flash__", Value: token, Path: "/"}}
}

func TestForm(t *testing.T) {
	r := newRig(t)
	view := r.join("/form", "websocket")
	r.form(view, "validate", "profile[email]=nope&profile[_unused_text]=&profile[text]=")
	r.shows(view, `<span id="email-error" class="error">is not an address</span>`, `<span id="text-error" class="error"></span>`)
	values := url.Values{"profile[text]": {"a&b"}, "profile[email]": {"a@b.c"}, "profile[password]": {"12345678"}, "profile[number]": {"3"},
		"profile[terms]": {"false", "true"}, "profile[interests][]": {"music", "books"}, "profile[plan]": {"pro"}}
	r.form(view, "save", values.Encode())
	r.shows(view, "text=a&amp;b\n", "interests=music,books\n", "terms=true\n", `value="pro" checked`)
}

func TestChatReachesEverySocketInTheRoom(t *testing.T) {
	r := newRig(t)
	views := []*liveviewtest.View{r.join("/chat?room=x", "websocket"), r.join("/chat?room=x", "longpoll"), r.join("/chat?room=y", "websocket")}
	r.form(views[0], "send", "message=hello")
	for _, view := range views[:2] {
		if _, err := view.WaitPush(r.ctx, "diff"); err != nil {
			t.Fatal(err)
		}
		r.shows(view, `<span class="text">hello</span>`)
	}
	r.reply(views[2].Push(r.ctx, "live_patch", map[string]any{"url": r.browser.Base + "/chat?room=x"}))
	r.shows(views[2], `<span class="text">hello</span>`)
}

func TestTodosWithComponent(t *testing.T) {
	r := newRig(t)
	view := r.join("/todos", "websocket")
	add := func(cid int, title string) {
		r.reply(view.Push(r.ctx, "event", map[string]any{"type": "form", "event": "add", "value": "title=" + title, "cid": cid}))
	}
	add(1, "a")
	add(1, "b")
	r.shows(view, `<span id="added">2</span>`, `<span class="title">b</span>`, `<span id="left">2</span>`)
	r.click(view, "toggle", map[string]any{"id": "1", "value": "on"})
	r.reply(view.Push(r.ctx, "live_patch", map[string]any{"url": r.browser.Base + "/todos?filter=done"}))
	if html := view.Tree.HTML(); strings.Contains(html, `>b</span>`) || !strings.Contains(html, `>a</span>`) {
		t.Errorf("filter done shows %s", html)
	}
	r.click(view, "toggle_form", nil)
	reply := r.reply(view.Push(r.ctx, "cids_destroyed", map[string]any{"cids": []int{1, 9}}))
	if got, ok := reply.Response["cids"].([]any); !ok || len(got) != 1 || got[0] != float64(1) {
		t.Errorf("destroyed = %v, want [1]", reply.Response["cids"])
	}
	r.click(view, "toggle_form", nil)
	add(2, "c")
	r.shows(view, `<span id="added">1</span>`)
}

func TestAsync(t *testing.T) {
	r := newRig(t)
	view := r.join("/async?async_delay=50", "websocket")
	r.shows(view, `<p id="async-state">loading</p>`)
	if _, err := view.WaitPush(r.ctx, "diff"); err != nil {
		t.Fatal(err)
	}
	r.shows(view, `<p id="async-state">ready</p>`, `id="async-result"`)
}

func TestLogin(t *testing.T) {
	r := newRig(t)
	page := r.open("/account")
	equal(t, "page for strangers", page.URL.Path, "/login")
	if !strings.Contains(page.HTML, "Log in first.") {
		t.Error("the login page does not say why it came")
	}
	login := func(password, csrf string) *liveviewtest.Page {
		page, err := r.browser.Submit(r.ctx, "/login", url.Values{"user": {"demo"}, "password": {password}, "_csrf_token": {csrf}})
		r.must(err)
		return page
	}
	equal(t, "without token", login("secret", "").Status, http.StatusForbidden)
	wrong := login("wrong", page.CSRF())
	equal(t, "wrong password", wrong.Status, http.StatusUnauthorized)
	if !strings.Contains(wrong.HTML, "Wrong user or password.") {
		t.Error("a wrong password shows no error")
	}
	account := login("secret", page.CSRF())
	equal(t, "page after login", account.URL.Path, "/account")
	if strings.Contains(account.HTML, "Log in first.") {
		t.Error("the flash is shown twice")
	}
	view, _, err := r.connect("websocket").Join(r.ctx, account.Views[0], account.URL.String())
	r.must(err)
	r.shows(view, `<b id="account-user">demo</b>`)
	out, err := r.browser.Submit(r.ctx, "/logout", url.Values{"_csrf_token": {account.CSRF()}})
	r.must(err)
	equal(t, "page after logout", out.URL.Path, "/login")
	equal(t, "account after logout", r.open("/account").URL.Path, "/login")
}

func TestLiveLoginTriggersTheForm(t *testing.T) {
	r := newRig(t)
	view := r.join("/login/live", "websocket")
	r.form(view, "check", "user=demo&password=wrong")
	r.shows(view, `id="login-error"`)
	r.form(view, "check", "user=demo&password=secret")
	r.shows(view, ` phx-trigger-action`)
}

func TestNestedViews(t *testing.T) {
	r := newRig(t)
	socket := r.connect("websocket")
	parent, page := r.joinOn(socket, "/nested")
	elements := liveviewtest.Elements(parent.Tree.HTML())
	equal(t, "views in the page", len(page.Views), 4)
	equal(t, "nested views after the join", len(elements), 3)
	for _, element := range elements {
		child, reply, err := socket.Join(r.ctx, element, "")
		r.must(err)
		equal(t, element.ID, reply.Status, "ok")
		r.click(child, "child_inc", nil)
		r.shows(child, `-count">1</span>`)
	}
	before := parent.Tree.HTML()
	r.click(parent, "inc", nil)
	if after := parent.Tree.HTML(); strings.Replace(before, `count">0<`, `count">1<`, 1) != after {
		t.Error("a new render of the parent changed its children's elements")
	}
	s := r.server.Stats()
	equal(t, "children", s.Joins["nested:child"], 2)
	equal(t, "sticky", s.Joins["nested:sticky"], 1)
	equal(t, "all", s.JoinsTotal, 4)
}

func TestUpload(t *testing.T) {
	for _, transport := range transports {
		t.Run(transport, func(t *testing.T) {
			r := newRig(t)
			socket := r.connect(transport)
			view, _ := r.joinOn(socket, "/upload")
			data := []byte(strings.Repeat("liveload", 20_000))
			const ref = "phx-upload-files"
			file := map[string]any{"ref": "0", "name": "a.bin", "type": "x/y", "size": len(data)}
			r.reply(view.Push(r.ctx, "event", map[string]any{"type": "form", "event": "validate", "value": "",
				"uploads": map[string]any{ref: []any{file}}}))
			r.shows(view, `data-phx-active-refs="0"`)
			allowed := r.reply(view.Push(r.ctx, "allow_upload", map[string]any{"ref": ref, "entries": []any{file}}))
			token := allowed.Response["entries"].(map[string]any)["0"]
			chunk := int(allowed.Response["config"].(map[string]any)["chunk_size"].(float64))
			const joinRef = "77"
			r.reply(socket.Push(r.ctx, joinRef, "lvu:0", "phx_join", map[string]any{"token": token}))
			for rest := data; len(rest) > 0; {
				n := min(chunk, len(rest))
				r.reply(socket.PushBinary(r.ctx, joinRef, "lvu:0", "chunk", rest[:n]))
				rest = rest[n:]
				percent := 100 * (len(data) - len(rest)) / len(data)
				r.reply(view.Push(r.ctx, "progress", map[string]any{"ref": ref, "entry_ref": "0", "progress": percent}))
				r.shows(view, `value="`+strconv.Itoa(percent)+`"`)
			}
			r.form(view, "save", "")
			sum := sha256.Sum256(data)
			r.shows(view, `<span class="size">160000</span>`, hex.EncodeToString(sum[:]), `data-phx-active-refs=""`)
			s := r.server.Stats().Uploads
			equal(t, "uploads", s, UploadStats{Started: 1, Finished: 1, Bytes: 160_000})
		})
	}
}

func TestUploadRefusals(t *testing.T) {
	r := newRig(t)
	socket := r.connect("websocket")
	view, _ := r.joinOn(socket, "/upload")
	r.reply(view.Push(r.ctx, "event", map[string]any{"type": "form", "event": "validate", "value": "", "uploads": map[string]any{
		"phx-upload-files": []any{map[string]any{"ref": "0", "name": "big", "size": 1 << 30}}}}))
	r.shows(view, "too large", `data-phx-error-refs="0"`)
	reply, err := socket.Push(r.ctx, "", "lvu:0", "phx_join", map[string]any{"token": "made up"})
	r.must(err)
	equal(t, "join with a made-up token", reply.Status, "error")
}

func TestTable(t *testing.T) {
	r := newRig(t)
	view := r.join("/table?rows=50", "websocket")
	reply := r.click(view, "update", map[string]any{"row": "1"})
	if diff, err := json.Marshal(reply.Response["diff"]); err != nil || len(diff) > 100 {
		t.Errorf("one row of 50 costs %d bytes: %s (%v)", len(diff), diff, err)
	}
	r.shows(view, `<td id="value-1">6008</td>`)
	r.click(view, "sort", map[string]any{"by": "value"})
	r.click(view, "sort", map[string]any{"by": "id"})
	fresh := r.join("/table?rows=50", "websocket")
	r.shows(fresh, `<td id="value-1">6007</td>`)
	rows := strings.Index(view.Tree.HTML(), "<table>")
	other := strings.Index(fresh.Tree.HTML(), "<table>")
	if strings.Replace(view.Tree.HTML()[rows:], "6008", "6007", 1) != fresh.Tree.HTML()[other:] {
		t.Error("sorting back by id does not restore the rows")
	}
}

func TestHookReplyAndEvent(t *testing.T) {
	r := newRig(t)
	view := r.join("/hooks", "websocket")
	reply := r.reply(view.Push(r.ctx, "event", map[string]any{"type": "hook", "event": "echo", "value": map[string]any{"text": "hi"}}))
	diff, err := json.Marshal(reply.Response["diff"])
	r.must(err)
	equal(t, "diff", string(diff), `{"2":{"0":"1"},"e":[["shout",{"text":"hi!"}]],"r":{"text":"HI"}}`)
}

func TestPlainAndChatty(t *testing.T) {
	r := newRig(t)
	page := r.open("/plain")
	sent, err := r.browser.Submit(r.ctx, "/plain", url.Values{"name": {"Bo"}, "_csrf_token": {page.CSRF()}})
	r.must(err)
	if !strings.Contains(sent.HTML, "Hello, Bo!") {
		t.Errorf("plain form answered %s", sent.HTML)
	}
	r.open("/chatty")
	for _, kind := range []string{"css", "js", "img", "fetch"} {
		for _, n := range []string{"1", "50"} {
			equal(t, kind, r.open("/chatty/"+kind+"/"+n).Status, http.StatusOK)
		}
		equal(t, kind+" beyond the last", r.open("/chatty/"+kind+"/51").Status, http.StatusNotFound)
	}
	s := r.server.Stats().HTTPRequests
	equal(t, "images", s.Detail["/chatty/img/:id"]["200"], 2)
	equal(t, "missing images", s.Detail["/chatty/img/:id"]["404"], 1)
	equal(t, "not found", s.ByStatus["404"], 4)
}
