package pages

import "github.com/liveload/liveload/examples/demo/liveview"

var fullTemplate = liveview.Parse(`
	<h1>Full</h1>
	<p id="state">{}</p>
`)

// full misbehaves: it turns visitors away when ?room=10 are there already, as a pool without a free connection does.
type full struct {
	liveview.Base
	visitors *visitors
	state    string
}

func (f *full) Mount(s *liveview.Socket) error {
	s.SetTitle("Full")
	f.state = "waiting"
	if !s.Connected() {
		return nil
	}
	f.state = "welcome"
	if f.visitors.come(s.Ref()) > s.QueryInt("room", 10) {
		f.visitors.leave(s.Ref())
		f.state = "full"
	}
	return nil
}

func (f *full) Terminate(s *liveview.Socket) { f.visitors.leave(s.Ref()) }

func (f *full) Render(s *liveview.Socket) *liveview.Node {
	return withFlash(s, fullTemplate.With(f.state))
}
