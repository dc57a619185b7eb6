package pages

import (
	"time"

	"github.com/liveload/liveload/examples/demo/liveview"
)

var coldTemplate = liveview.Parse(`
	<h1>Cold</h1>
	<p>Visits of this browser: <span id="visits">{}</span></p>
`)

// cold misbehaves: the first join of a browser takes ?first=1500 milliseconds, as one that fills a cache for its user.
type cold struct {
	liveview.Base
	visits *visits
	number int
}

func (c *cold) Mount(s *liveview.Socket) error {
	s.SetTitle("Cold")
	if !s.Connected() {
		return nil
	}
	if c.number = c.visits.next(s.Session("id")); c.number == 1 {
		time.Sleep(time.Duration(max(s.QueryInt("first", 1500), 0)) * time.Millisecond)
	}
	return nil
}

func (c *cold) Render(s *liveview.Socket) *liveview.Node {
	return withFlash(s, coldTemplate.With(c.number))
}
