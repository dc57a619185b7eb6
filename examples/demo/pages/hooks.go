package pages

import (
	"net/url"
	"strings"

	"github.com/liveload/liveload/examples/demo/liveview"
)

var hooksTemplate = liveview.Parse(`
	<h1>Hooks</h1>
	<button id="echo" phx-hook="Echo" data-text="hello">Push "hello" from a hook</button>
	<p>Reply <b id="hook-reply" phx-update="ignore"></b>, event <b id="hook-event" phx-update="ignore"></b>, pushes <b id="echo-count">{}</b></p>
	<h2>JS commands</h2>
	<p>
		<button id="js-toggle" phx-click='[["toggle",{"to":"#panel"}]]'>toggle</button>
		<button id="js-show" phx-click='[["show",{"to":"#panel"}]]'>show</button>
		<button id="js-hide" phx-click='[["hide",{"to":"#panel"}]]'>hide</button>
		<button id="js-transition" phx-click='[["transition",{"to":"#panel","time":200,"transition":[["fade"],["faded"],["shown"]]}]]'>transition</button>
		<button id="js-class" phx-click='[["toggle_class",{"to":"#panel","names":["done"]}]]'>class</button>
		<button id="js-dispatch" phx-click='[["dispatch",{"to":"#panel","event":"demo:mark","detail":{"value":"yes"}}]]'>dispatch</button>
		<button id="js-push" phx-click='[["push",{"event":"js_push","value":{"from":"js"},"page_loading":true}]]'>push</button>
		<button id="js-patch" phx-click='[["patch",{"href":"{}","replace":false}]]'>patch</button>
		<button id="js-navigate" phx-click='[["navigate",{"href":"{}","replace":false}]]'>navigate</button>
	</p>
	<div id="panel">Panel</div>
	<p>Pushed <b id="js-pushed">{}</b>, step <b id="step">{}</b></p>
	<h2>Bindings</h2>
	<input id="keys" phx-keydown="keydown" phx-keyup="keyup" phx-focus="focus" phx-blur="blur">
	<p>Down <b id="key-down">{}</b>, up <b id="key-up">{}</b>, focus <b id="focus-state">{}</b></p>
	<form id="search-form" phx-change="search"><input id="search" name="query" phx-debounce="100" value="{}"></form>
	<p>Found <b id="found">{}</b></p>
`)

// hooks is about what happens in the browser: hooks, JS commands, keys and focus.
type hooks struct {
	liveview.Base
	echoes         int
	pushed, step   string
	down, up       string
	focus          string
	query, results string
}

func (h *hooks) Mount(s *liveview.Socket) error {
	s.SetTitle("Hooks")
	h.focus = "never"
	return nil
}

func (h *hooks) HandleParams(s *liveview.Socket, _ *url.URL) error {
	h.step = s.Query("step")
	return nil
}

func (h *hooks) HandleEvent(s *liveview.Socket, e *liveview.Event) error {
	switch e.Name {
	case "echo":
		h.echoes++
		text := e.Get("text")
		s.Reply(map[string]string{"text": strings.ToUpper(text)})
		s.PushEvent("shout", map[string]string{"text": text + "!"})
	case "js_push":
		h.pushed = e.Get("from")
	case "keydown":
		h.down = e.Get("key")
	case "keyup":
		h.up = e.Get("key")
	case "focus", "blur":
		h.focus = e.Name
	case "search":
		h.query = e.Get("query")
		h.results = strings.ToUpper(h.query)
	default:
		return liveview.UnknownEvent(e)
	}
	return nil
}

func (h *hooks) Render(s *liveview.Socket) *liveview.Node {
	return withFlash(s, hooksTemplate.With(h.echoes, link(s, "/hooks?step=1"), link(s, "/counter"), h.pushed, h.step,
		h.down, h.up, h.focus, h.query, h.results))
}
