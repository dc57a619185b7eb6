package pages

import (
	"time"

	"github.com/liveload/liveload/examples/demo/liveview"
)

var flakyTemplate = liveview.Parse(`
	<h1>Flaky</h1>
	<p>This view crashes soon after each join.</p>
`)

// flaky misbehaves: it crashes ?after=300 milliseconds after each join, and the client joins again.
type flaky struct{ liveview.Base }

func (f *flaky) Mount(s *liveview.Socket) error {
	s.SetTitle("Flaky")
	s.After(time.Duration(max(s.QueryInt("after", 300), 1))*time.Millisecond, tick{})
	return nil
}

func (f *flaky) HandleInfo(*liveview.Socket, any) error { return errSwitchedOn }

func (f *flaky) Render(s *liveview.Socket) *liveview.Node { return withFlash(s, flakyTemplate.With()) }
