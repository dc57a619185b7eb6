package pages

import "github.com/liveload/liveload/examples/demo/liveview"

var counterTemplate = liveview.Parse(`
	<h1>Counter</h1>
	<button id="dec" phx-click="dec">-</button>
	<span id="count">{}</span>
	<button id="inc" phx-click="inc">+</button>
`)

type counter struct {
	liveview.Base
	count int
}

func (c *counter) Mount(s *liveview.Socket) error {
	s.SetTitle("Counter")
	return nil
}

func (c *counter) HandleEvent(_ *liveview.Socket, e *liveview.Event) error {
	switch e.Name {
	case "inc":
		c.count++
	case "dec":
		c.count--
	default:
		return liveview.UnknownEvent(e)
	}
	return nil
}

func (c *counter) Render(s *liveview.Socket) *liveview.Node {
	return withFlash(s, counterTemplate.With(c.count))
}
