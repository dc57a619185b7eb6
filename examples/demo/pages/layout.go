package pages

import (
	"net/url"

	"github.com/liveload/liveload/examples/demo/liveview"
)

var layoutTemplate = liveview.Parse(`
	<div id="flash">{}{}</div>
	{}
`)

var flashTemplate = liveview.Parse(`<p id="flash-{}" class="flash flash-{}" phx-click="lv:clear-flash" phx-value-key="{}">{}</p>`)

// withFlash puts the messages for the user above a page.
func withFlash(s *liveview.Socket, content *liveview.Node) *liveview.Node {
	return layoutTemplate.With(flash(s, "info"), flash(s, "error"), content)
}

func flash(s *liveview.Socket, kind string) *liveview.Node {
	message := s.Flash(kind)
	if message == "" {
		return nil
	}
	return flashTemplate.With(kind, kind, kind, message)
}

// carried are the parameters that links of the demo take along.
var carried = []string{"delay", "mount_delay", "transport"}

// link is a path of the demo with the parameters that the present page was opened with.
func link(s *liveview.Socket, path string) string {
	target, err := url.Parse(path)
	if err != nil {
		return path
	}
	query := target.Query()
	for _, name := range carried {
		if value := s.Query(name); value != "" {
			query.Set(name, value)
		}
	}
	target.RawQuery = query.Encode()
	return target.String()
}
