package pages

import "github.com/liveload/liveload/examples/demo/liveview"

var crashTemplate = liveview.Parse(`
	<h1>Crash</h1>
	<span id="count">{}</span> <button id="inc" phx-click="inc">+</button>
	<button id="crash" phx-click="crash">Crash this view</button>
	<button id="disconnect" phx-click="disconnect">Cut the connection</button>
	<a id="crash-mount" href="/crash?crash_mount=1" data-phx-link="redirect" data-phx-link-state="push">Crash at mount</a>
`)

// crash loses its count whenever its process dies. With ?crash_mount=1 every join crashes.
type crash struct {
	liveview.Base
	count int
}

func (c *crash) Mount(s *liveview.Socket) error {
	s.SetTitle("Crash")
	if s.Connected() && s.Query("crash_mount") == "1" {
		return errSwitchedOn
	}
	return nil
}

func (c *crash) HandleEvent(s *liveview.Socket, e *liveview.Event) error {
	switch e.Name {
	case "inc":
		c.count++
	case "crash":
		panic(errSwitchedOn)
	case "disconnect":
		s.Disconnect()
	default:
		return liveview.UnknownEvent(e)
	}
	return nil
}

func (c *crash) Render(s *liveview.Socket) *liveview.Node {
	return withFlash(s, crashTemplate.With(c.count))
}
