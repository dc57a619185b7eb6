package demo

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/examples/demo/liveview/liveviewtest"
)

func TestCounter(t *testing.T) {
	for _, transport := range transports {
		t.Run(transport, func(t *testing.T) {
			r := newRig(t)
			socket := r.connect(transport)
			view, page := r.joinOn(socket, "/counter")
			if !strings.Contains(page.HTML, `<span id="count">0</span>`) {
				t.Errorf("the page does not show the counter: %s", page.HTML)
			}
			equal(t, "title", view.Title, "Counter")
			for range 3 {
				r.click(view, "inc", nil)
			}
			r.click(view, "dec", nil)
			r.shows(view, `<span id="count">2</span>`)
			s := r.server.Stats()
			equal(t, "sockets now", s.SocketsNow, 1)
			equal(t, "sockets opened", s.Transports[transport], 1)
			equal(t, "joins", s.Joins["/counter"], 1)
			equal(t, "page loads", s.ViewsMounted.HTTP["/counter"], 1)
			equal(t, "connected mounts", s.ViewsMounted.Connected["/counter"], 1)
			equal(t, "inc", s.Events["inc"], 3)
			equal(t, "dec", s.Events["dec"], 1)
			equal(t, "handler times", s.HandlerTime.Count, 4)
			equal(t, "requests of the page", s.HTTPRequests.Detail["/counter"]["200"], 1)
			f := s.Frames[transport]
			equal(t, "frames received", f.Received, int64(socket.Sent))
			equal(t, "bytes received", f.ReceivedBytes, int64(socket.SentBytes))
			equal(t, "frames sent", f.Sent, int64(socket.Received))
			equal(t, "bytes sent", f.SentBytes, int64(socket.ReceivedBytes))
		})
	}
}

func TestHeartbeatAndUnknownTopics(t *testing.T) {
	for _, transport := range transports {
		t.Run(transport, func(t *testing.T) {
			r := newRig(t)
			socket := r.connect(transport)
			for _, c := range []struct{ topic, event, status string }{
				{"phoenix", "heartbeat", "ok"},
				{"room:1", "phx_join", "error"},
				{"lv:nobody", "event", "error"},
				{"lv:nobody", "phx_leave", "ok"},
				{"lvu:0", "phx_leave", "ok"},
			} {
				reply, err := socket.Push(r.ctx, "", c.topic, c.event, map[string]any{})
				r.must(err)
				equal(t, c.topic+" "+c.event, reply.Status, c.status)
			}
		})
	}
}

func TestPatchNavigateAndRedirectWithFlash(t *testing.T) {
	r := newRig(t)
	socket := r.connect("websocket")
	view, page := r.joinOn(socket, "/products")
	r.reply(view.Push(r.ctx, "live_patch", map[string]any{"url": r.browser.Base + "/products?page=3"}))
	r.shows(view, `<span id="page">3</span>`, "Product 21")
	reply := r.reply(view.Push(r.ctx, "live_patch", map[string]any{"url": r.browser.Base + "/counter"}))
	equal(t, "link_redirect for another view", reply.Response["link_redirect"], any(true))

	element := page.Views[0]
	leave, err := view.Push(r.ctx, "phx_leave", map[string]any{})
	r.must(err)
	equal(t, "leave", leave.Status, "ok")
	navigate := func(path string) *liveviewtest.View {
		v, reply, err := socket.JoinWith(r.ctx, element.ID, map[string]any{"redirect": r.browser.Base + path,
			"session": element.Session, "params": map[string]any{"_mounts": 0}})
		r.must(err)
		equal(t, "join of "+path, reply.Status, "ok")
		return v
	}
	product := navigate("/products/21")
	r.click(product, "add_to_cart", nil)
	r.shows(product, `<span id="cart-count">1</span>`, "Product 21 is in the cart.")
	r.click(product, "lv:clear-flash", map[string]any{"key": "info"})
	if strings.Contains(product.Tree.HTML(), "is in the cart") {
		t.Error("the flash is still there")
	}

	cart := navigate("/cart")
	r.shows(cart, `<span id="qty-21">1</span>`)
	reply = r.click(cart, "checkout", nil)
	redirect, _ := reply.Response["redirect"].(map[string]any)
	equal(t, "redirect", redirect["to"], any("/products"))
	if _, err := cart.WaitPush(r.ctx, "phx_close"); err != nil {
		t.Errorf("the view that redirected was not closed: %v", err)
	}
	token, _ := redirect["flash"].(string)
	base, err := url.Parse(r.browser.Base)
	r.must(err)
	r.browser.HTTP.Jar.SetCookies(base, flashCookies(token))
	after := r.open("/products")
	if !strings.Contains(after.HTML, "Order placed.") {
		t.Error("the page after the redirect does not show the flash")
	}
	again, _, err := socket.Join(r.ctx, after.Views[0], after.URL.String())
	r.must(err)
	r.shows(again, "Order placed.")
	s := r.server.Stats()
	equal(t, "patches", s.Navigations.Patch, 1)
	equal(t, "live navigations", s.Navigations.Redirect, 2)
	equal(t, "server redirects", s.Navigations.ServerRedirect, 1)
}

func TestMountThatNavigates(t *testing.T) {
	r := newRig(t)
	page := r.open("/products/999")
	equal(t, "page", page.URL.Path, "/products")
	if !strings.Contains(page.HTML, "No such product.") {
		t.Error("the flash of the redirect is not on the page")
	}
	element := page.Views[0]
	_, reply, err := r.connect("websocket").JoinWith(r.ctx, element.ID, map[string]any{
		"redirect": r.browser.Base + "/products/999", "session": element.Session})
	r.must(err)
	equal(t, "join", reply.Status, "error")
	target, _ := reply.Response["live_redirect"].(map[string]any)
	equal(t, "target", target["to"], any("/products"))
	equal(t, "kind", target["kind"], any("push"))
}

func TestCrashAndRejoin(t *testing.T) {
	for _, transport := range transports {
		t.Run(transport, func(t *testing.T) {
			r := newRig(t)
			socket := r.connect(transport)
			view, page := r.joinOn(socket, "/crash")
			r.click(view, "inc", nil)
			_, err := view.Send(r.ctx, "event", map[string]any{"type": "click", "event": "crash", "value": map[string]any{}})
			r.must(err)
			if _, err := view.WaitPush(r.ctx, "phx_error"); err != nil {
				t.Fatal(err)
			}
			element := page.Views[0]
			again, reply, err := socket.JoinWith(r.ctx, element.ID, map[string]any{"url": page.URL.String(),
				"session": element.Session, "params": map[string]any{"_mounts": 1}})
			r.must(err)
			equal(t, "rejoin", reply.Status, "ok")
			r.shows(again, `<span id="count">0</span>`)
			s := r.server.Stats()
			equal(t, "errors", s.Errors["/crash"], 1)
			equal(t, "joins", s.Joins["/crash"], 2)
			equal(t, "rejoins", s.Rejoins, 1)
			equal(t, "crash events", s.Events["crash"], 1)
		})
	}
}

func TestUnknownEventCrashesTheView(t *testing.T) {
	r := newRig(t)
	view := r.join("/counter", "websocket")
	_, err := view.Send(r.ctx, "event", map[string]any{"type": "click", "event": "no_such_event", "value": nil})
	r.must(err)
	if _, err := view.WaitPush(r.ctx, "phx_error"); err != nil {
		t.Fatal(err)
	}
}

func TestForcedDisconnect(t *testing.T) {
	r := newRig(t)
	for _, transport := range transports {
		view := r.join("/crash", transport)
		_, err := view.Click(r.ctx, "disconnect", nil)
		if err == nil || r.ctx.Err() != nil {
			t.Errorf("%s: click after which the server hangs up = %v, want a closed connection", transport, err)
		}
		if transport == "longpoll" && !errors.Is(err, liveviewtest.ErrGone) {
			t.Errorf("long-poll session = %v, want ErrGone", err)
		}
	}
	equal(t, "disconnects", r.server.Stats().DisconnectsForced, 2)
}

func TestRefusedJoins(t *testing.T) {
	r := newRig(t)
	page := r.open("/counter")
	element := page.Views[0]
	socket := r.connect("websocket")
	for name, c := range map[string]struct {
		id, session, url string
		reason           string
	}{
		"no session":    {element.ID, "", page.URL.String(), "stale"},
		"other session": {element.ID, element.Session + "x", page.URL.String(), "stale"},
		"other topic":   {"phx-other", element.Session, page.URL.String(), "stale"},
		"no route":      {element.ID, element.Session, r.browser.Base + "/nowhere", "unauthorized"},
		"crash":         {element.ID, element.Session, r.browser.Base + "/crash?crash_mount=1", "join crashed"},
	} {
		_, reply, err := socket.JoinWith(r.ctx, c.id, map[string]any{"url": c.url, "session": c.session})
		r.must(err)
		equal(t, name, reply.Status, "error")
		equal(t, name, reply.Response["reason"], any(c.reason))
	}
	equal(t, "joins", r.server.Stats().JoinsTotal, 0)
}

func TestEventsWaitForEachOtherAndForTheDelay(t *testing.T) {
	r := newRig(t)
	slow := r.join("/counter?delay=100", "websocket")
	start := time.Now()
	var refs []string
	for _, event := range []string{"inc", "inc", "dec"} {
		ref, err := slow.Send(r.ctx, "event", map[string]any{"type": "click", "event": event, "value": map[string]any{}})
		r.must(err)
		refs = append(refs, ref)
	}
	for i, want := range []string{`id="count">1<`, `id="count">2<`, `id="count">1<`} {
		r.reply(slow.Await(r.ctx, refs[i]))
		r.shows(slow, want)
		if took, atLeast := time.Since(start), time.Duration(i+1)*100*time.Millisecond; took < atLeast {
			t.Errorf("event %d was answered after %v, want at least %v", i, took, atLeast)
		}
	}
	times := r.server.Stats().HandlerTime
	equal(t, "timed events", times.Count, 3)
	if times.P95US < 300_000 {
		t.Errorf("p95 = %v µs, want at least 300 ms: the last event waited for three delays", times.P95US)
	}
}

func TestDelayIsOfOneViewOnly(t *testing.T) {
	r := newRig(t)
	socket := r.connect("websocket")
	slow, _ := r.joinOn(socket, "/counter?delay=60000")
	_, err := slow.Send(r.ctx, "event", map[string]any{"type": "click", "event": "dec", "value": map[string]any{}})
	r.must(err)
	fast, _ := r.joinOn(socket, "/counter")
	r.click(fast, "inc", nil)
	equal(t, "slow events handled", r.server.Stats().Events["dec"], 0)
}

func TestMountDelay(t *testing.T) {
	r := newRig(t)
	start := time.Now()
	r.join("/counter?mount_delay=150", "websocket")
	if took := time.Since(start); took < 150*time.Millisecond {
		t.Errorf("the join took %v, want at least 150ms", took)
	}
}
