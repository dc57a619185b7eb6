package pages

import (
	"time"

	"github.com/liveload/liveload/examples/demo/liveview"
)

var tickerTemplate = liveview.Parse(`
	<h1>Ticker</h1>
	<p>Tick <span id="ticks">{}</span></p>
	<pre id="prices">{}</pre>
`)

// ticker misbehaves: it pushes ?kb=100 kilobytes every ?every=500 milliseconds.
type ticker struct {
	liveview.Base
	ticks     int
	kilobytes int
	every     time.Duration
}

type tick struct{}

func (t *ticker) Mount(s *liveview.Socket) error {
	s.SetTitle("Ticker")
	t.kilobytes = min(max(s.QueryInt("kb", 100), 1), 1000)
	t.every = time.Duration(max(s.QueryInt("every", 500), 20)) * time.Millisecond
	s.After(t.every, tick{})
	return nil
}

func (t *ticker) HandleInfo(s *liveview.Socket, _ any) error {
	t.ticks++
	s.After(t.every, tick{})
	return nil
}

func (t *ticker) Render(s *liveview.Socket) *liveview.Node {
	text := ""
	if t.ticks > 0 { // the page itself is small
		text = pageful(t.ticks, t.kilobytes)
	}
	return withFlash(s, tickerTemplate.With(t.ticks, text))
}
