package pages

import (
	"strings"

	"github.com/liveload/liveload/examples/demo/liveview"
)

var (
	searchTemplate = liveview.Parse(`
		<h1>Search</h1>
		<form phx-change="find"><input id="words" name="words" autocomplete="off" value="{}"></form>
		<p><span id="searches">{}</span> searches</p>
		<ul id="names">{}</ul>
	`)
	searchName = liveview.Parse(`<li>{}</li>`)
)

// search misbehaves: its input has no debounce, so that each key is a search.
type search struct {
	liveview.Base
	words    string
	searches int
}

func (p *search) Mount(s *liveview.Socket) error {
	s.SetTitle("Search")
	return nil
}

func (p *search) HandleEvent(_ *liveview.Socket, e *liveview.Event) error {
	if e.Name != "find" {
		return liveview.UnknownEvent(e)
	}
	p.words = e.Get("words")
	p.searches++
	return nil
}

func (p *search) Render(s *liveview.Socket) *liveview.Node {
	var found []liveview.Entry
	for id := 1; id <= 200 && len(found) < 20; id++ {
		if name := rowName(id); strings.Contains(name, p.words) {
			found = append(found, liveview.Entry{Key: name, Node: searchName.With(name)})
		}
	}
	return withFlash(s, searchTemplate.With(p.words, p.searches, searchName.Each(found)))
}
