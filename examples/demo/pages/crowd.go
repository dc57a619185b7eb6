package pages

import (
	"time"

	"github.com/liveload/liveload/examples/demo/liveview"
)

var crowdTemplate = liveview.Parse(`
	<h1>Crowd</h1>
	<p>Looked <span id="looks">{}</span> times, last at <span id="seen">{}</span> visitors.</p>
	<button id="look" phx-click="look">Look at everybody</button>
`)

// crowd misbehaves: its event takes ?each=10 milliseconds for each visitor who is connected, as one that walks through
// all of them.
type crowd struct {
	liveview.Base
	visitors    *visitors
	looks, seen int
}

func (c *crowd) Mount(s *liveview.Socket) error {
	s.SetTitle("Crowd")
	if s.Connected() {
		c.visitors.come(s.Ref())
	}
	return nil
}

func (c *crowd) HandleEvent(s *liveview.Socket, e *liveview.Event) error {
	if e.Name != "look" {
		return liveview.UnknownEvent(e)
	}
	c.looks, c.seen = c.looks+1, c.visitors.count()
	time.Sleep(time.Duration(c.seen*s.QueryInt("each", 10)) * time.Millisecond)
	return nil
}

func (c *crowd) Terminate(s *liveview.Socket) { c.visitors.leave(s.Ref()) }

func (c *crowd) Render(s *liveview.Socket) *liveview.Node {
	return withFlash(s, crowdTemplate.With(c.looks, c.seen))
}
