package pages

import "github.com/liveload/liveload/examples/demo/liveview"

var busyTemplate = liveview.Parse(`
	<h1>Busy</h1>
	<p>Drawn <span id="drawn">{}</span> times</p>
	<button id="draw" phx-click="draw">Draw</button>
	<div id="chart" phx-hook="Busy" data-ms="{}" data-drawn="{}"></div>
`)

// busy misbehaves: a hook of the page works for ?work=400 milliseconds before each change is shown.
type busy struct {
	liveview.Base
	drawn int
	work  int
}

func (b *busy) Mount(s *liveview.Socket) error {
	s.SetTitle("Busy")
	b.work = min(max(s.QueryInt("work", 400), 0), 5000)
	return nil
}

func (b *busy) HandleEvent(_ *liveview.Socket, e *liveview.Event) error {
	if e.Name != "draw" {
		return liveview.UnknownEvent(e)
	}
	b.drawn++
	return nil
}

func (b *busy) Render(s *liveview.Socket) *liveview.Node {
	return withFlash(s, busyTemplate.With(b.drawn, b.work, b.drawn))
}
