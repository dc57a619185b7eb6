package pages

import (
	"fmt"
	"strings"

	"github.com/liveload/liveload/examples/demo/liveview"
)

var reportTemplate = liveview.Parse(`
	<h1>Report</h1>
	<p>Refreshed <span id="refreshed">{}</span> times</p>
	<button id="refresh" phx-click="refresh">Refresh</button>
	<pre id="report">{}</pre>
`)

// report misbehaves: its text of ?kb=150 kilobytes is one assign that changes as a whole, so that each event sends all of it.
type report struct {
	liveview.Base
	refreshed int
	kilobytes int
}

func (r *report) Mount(s *liveview.Socket) error {
	s.SetTitle("Report")
	r.kilobytes = min(max(s.QueryInt("kb", 150), 1), 1000)
	return nil
}

func (r *report) HandleEvent(_ *liveview.Socket, e *liveview.Event) error {
	if e.Name != "refresh" {
		return liveview.UnknownEvent(e)
	}
	r.refreshed++
	return nil
}

func (r *report) Render(s *liveview.Socket) *liveview.Node {
	return withFlash(s, reportTemplate.With(r.refreshed, pageful(r.refreshed, r.kilobytes)))
}

// pageful is a text of so many kilobytes that differs with its number.
func pageful(number, kilobytes int) string {
	line := fmt.Sprintf("%09d and some words that fill a line of one hundred bytes, as such reports are mostly made of them.\n", number)
	return strings.Repeat(line[:99]+"\n", 10*kilobytes)
}
