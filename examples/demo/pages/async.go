package pages

import (
	"errors"
	"time"

	"github.com/liveload/liveload/examples/demo/liveview"
)

var asyncTemplate = liveview.Parse(`
	<h1>Async</h1>
	<p id="async-state">{}</p>
	{}
	<button id="reload" phx-click="reload">Load again</button> loaded <span id="loads">{}</span> times
`)

var asyncResult = liveview.Parse(`<p id="async-result">{}</p>`)

var errSwitchedOn = errors.New("crash asked for")

// async loads something beside the view, as assign_async does: the page shows "loading", then
// "ready" with a result, or "failed" with ?async_fail=1.
type async struct {
	liveview.Base
	state  string
	result string
	loads  int
}

type asyncDone struct{}

func (a *async) Mount(s *liveview.Socket) error {
	s.SetTitle("Async")
	a.load(s)
	return nil
}

func (a *async) load(s *liveview.Socket) {
	a.state, a.result = "loading", ""
	s.After(time.Duration(s.QueryInt("async_delay", 200))*time.Millisecond, asyncDone{})
}

func (a *async) HandleEvent(s *liveview.Socket, e *liveview.Event) error {
	if e.Name != "reload" {
		return liveview.UnknownEvent(e)
	}
	a.load(s)
	return nil
}

func (a *async) HandleInfo(s *liveview.Socket, _ any) error {
	a.loads++
	if s.Query("async_fail") == "1" {
		a.state = "failed"
		return nil
	}
	a.state, a.result = "ready", "The answer is 42."
	return nil
}

func (a *async) Render(s *liveview.Socket) *liveview.Node {
	var result *liveview.Node
	if a.result != "" {
		result = asyncResult.With(a.result)
	}
	return withFlash(s, asyncTemplate.With(a.state, result, a.loads))
}
