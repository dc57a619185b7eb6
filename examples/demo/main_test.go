package demo

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/liveload/liveload/examples/demo/liveview/liveviewtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var transports = []string{"websocket", "longpoll"}

// A rig is a running demo without the JavaScript clients, and one browser.
type rig struct {
	t       *testing.T
	ctx     context.Context
	server  *Server
	browser *liveviewtest.Browser
}

func newRig(t *testing.T) *rig {
	t.Helper()
	server := newServer(Options{}, newAssets())
	web := httptest.NewServer(server.Handler())
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	r := &rig{t: t, ctx: ctx, server: server}
	r.browser = r.newBrowser(web.URL)
	t.Cleanup(func() {
		cancel()
		server.Close()
		web.Close()
		if now := server.Stats().SocketsNow; now != 0 {
			t.Errorf("%d sockets are open after Close", now)
		}
	})
	return r
}

func (r *rig) newBrowser(base string) *liveviewtest.Browser {
	r.t.Helper()
	browser, err := liveviewtest.NewBrowser(base)
	r.must(err)
	r.t.Cleanup(browser.HTTP.CloseIdleConnections)
	return browser
}

func (r *rig) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) open(path string) *liveviewtest.Page {
	r.t.Helper()
	page, err := r.browser.Open(r.ctx, path)
	r.must(err)
	return page
}

func (r *rig) connect(transport string) *liveviewtest.Socket {
	r.t.Helper()
	socket, err := r.browser.Connect(r.ctx, transport)
	r.must(err)
	r.t.Cleanup(socket.Close)
	return socket
}

// join loads a page, connects, and joins its main view.
func (r *rig) join(path, transport string) *liveviewtest.View {
	r.t.Helper()
	view, _ := r.joinOn(r.connect(transport), path)
	return view
}

func (r *rig) joinOn(socket *liveviewtest.Socket, path string) (*liveviewtest.View, *liveviewtest.Page) {
	r.t.Helper()
	page := r.open(path)
	view, reply, err := socket.Join(r.ctx, page.Views[0], page.URL.String())
	r.must(err)
	if reply.Status != "ok" {
		r.t.Fatalf("join %s: %+v", path, reply)
	}
	return view, page
}

func (r *rig) click(view *liveviewtest.View, event string, value map[string]any) liveviewtest.Reply {
	r.t.Helper()
	return r.reply(view.Click(r.ctx, event, value))
}

func (r *rig) form(view *liveviewtest.View, event, value string) liveviewtest.Reply {
	r.t.Helper()
	return r.reply(view.Form(r.ctx, event, value))
}

func (r *rig) reply(reply liveviewtest.Reply, err error) liveviewtest.Reply {
	r.t.Helper()
	r.must(err)
	if reply.Status != "ok" {
		r.t.Fatalf("reply = %+v, want ok", reply)
	}
	return reply
}

func (r *rig) shows(view *liveviewtest.View, markup ...string) {
	r.t.Helper()
	for _, want := range markup {
		if html := view.Tree.HTML(); !strings.Contains(html, want) {
			r.t.Errorf("the view does not show %s:\n%s", want, html)
		}
	}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}
