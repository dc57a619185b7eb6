package pages

import (
	"strings"

	"github.com/liveload/liveload/examples/demo/liveview"
)

var (
	indexTemplate = liveview.Parse(`
		<h1>liveload demo</h1>
		<p>Add ?delay=MS to make a page's events slow, ?mount_delay=MS its join, ?transport=longpoll its socket.
		What the server saw: <a id="to-stats" href="/__stats">/__stats</a></p>
		<ul id="pages">{}</ul>
	`)
	indexEntry = liveview.Parse(`<li><a id="page{}" class="page" href="{}">{}</a> {}</li>`)
)

// plainPages are the pages that are served outside of LiveView.
var plainPages = []page{
	{path: "/login", about: "a plain form with a CSRF token and a session cookie, then /account"},
	{path: "/plain", about: "no LiveView: links and a form"},
	{path: "/chatty", about: "no LiveView: 200 small files per load"},
}

type index struct {
	liveview.Base
	app *App
}

func (i *index) Mount(s *liveview.Socket) error {
	s.SetTitle("Pages")
	return nil
}

func (i *index) Render(s *liveview.Socket) *liveview.Node {
	var entries []liveview.Entry
	for _, p := range append(i.app.pages[:len(i.app.pages):len(i.app.pages)], plainPages...) {
		if p.about != "" {
			id := strings.ReplaceAll(p.path, "/", "-")
			entries = append(entries, liveview.Entry{Key: p.path, Node: indexEntry.With(id, p.path, p.path, p.about)})
		}
	}
	return withFlash(s, indexTemplate.With(indexEntry.Each(entries)))
}
