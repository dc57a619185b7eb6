package pages

import "github.com/liveload/liveload/examples/demo/liveview"

var unstableTemplate = liveview.Parse(`
	<h1>Unstable</h1>
	<p><span id="here">{}</span> visitors are here.</p>
	<button id="cut" phx-click="cut">Cut the connections of everybody here</button>
`)

// unstable misbehaves: its event cuts the connections of all visitors at once, as the restart of a server does.
type unstable struct {
	liveview.Base
	visitors *visitors
	here     int
}

type (
	cutOff  struct{}
	arrived struct{}
)

func (u *unstable) Mount(s *liveview.Socket) error {
	s.SetTitle("Unstable")
	if s.Connected() {
		u.visitors.come(s.Ref())
		u.visitors.tell(arrived{})
	}
	return nil
}

func (u *unstable) HandleEvent(_ *liveview.Socket, e *liveview.Event) error {
	if e.Name != "cut" {
		return liveview.UnknownEvent(e)
	}
	u.visitors.tell(cutOff{})
	return nil
}

func (u *unstable) HandleInfo(s *liveview.Socket, msg any) error {
	if _, cut := msg.(cutOff); cut {
		s.Disconnect()
	}
	u.here = u.visitors.count()
	return nil
}

func (u *unstable) Terminate(s *liveview.Socket) { u.visitors.leave(s.Ref()) }

func (u *unstable) Render(s *liveview.Socket) *liveview.Node {
	return withFlash(s, unstableTemplate.With(u.here))
}
