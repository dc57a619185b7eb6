package pages

import (
	"github.com/liveload/liveload/examples/demo/liveview"
)

var (
	nestedTemplate = liveview.Parse(`
		<h1>Nested</h1>
		<p>Parent <span id="parent-count">{}</span> <button id="parent-inc" phx-click="inc">+</button>
		<button id="toggle-child" phx-click="toggle_child">Third child on/off</button></p>
		{}{}{}
		<h2>Sticky</h2>
		{}
		<a id="to-other" href="{}" data-phx-link="redirect" data-phx-link-state="push">to the other page</a>
	`)
	nestedOtherTemplate = liveview.Parse(`
		<h1>Other</h1>
		{}
		<a id="to-nested" href="{}" data-phx-link="redirect" data-phx-link-state="push">back</a>
	`)
	childTemplate = liveview.Parse(`
		<p>{} <span id="{}-count">{}</span> <button id="{}-inc" phx-click="child_inc">+</button></p>
	`)
)

type nested struct {
	liveview.Base
	count int
	third bool
}

func (n *nested) Mount(s *liveview.Socket) error {
	s.SetTitle("Nested")
	return nil
}

func (n *nested) HandleEvent(_ *liveview.Socket, e *liveview.Event) error {
	switch e.Name {
	case "inc":
		n.count++
	case "toggle_child":
		n.third = !n.third
	default:
		return liveview.UnknownEvent(e)
	}
	return nil
}

func (n *nested) Render(s *liveview.Socket) *liveview.Node {
	third := liveview.HTML("")
	if n.third {
		third = childOf(s, "child-c")
	}
	return withFlash(s, nestedTemplate.With(n.count, childOf(s, "child-a"), childOf(s, "child-b"), third, sticky(s), link(s, "/nested/other")))
}

func childOf(s *liveview.Socket, id string) liveview.HTML {
	return s.Child(id, "child", map[string]string{"name": id}, false)
}

// sticky is on both pages: it stays connected, with its count, when the user navigates.
func sticky(s *liveview.Socket) liveview.HTML {
	return s.Child("sticky", "sticky", map[string]string{"name": "sticky"}, true)
}

type nestedOther struct{ liveview.Base }

func (n *nestedOther) Mount(s *liveview.Socket) error {
	s.SetTitle("Nested, other page")
	return nil
}

func (n *nestedOther) Render(s *liveview.Socket) *liveview.Node {
	return withFlash(s, nestedOtherTemplate.With(sticky(s), link(s, "/nested")))
}

// child is a nested view: a counter whose ids start with its name.
type child struct {
	liveview.Base
	count int
}

func (c *child) HandleEvent(_ *liveview.Socket, e *liveview.Event) error {
	if e.Name != "child_inc" {
		return liveview.UnknownEvent(e)
	}
	c.count++
	return nil
}

func (c *child) Render(s *liveview.Socket) *liveview.Node {
	name := s.Session("name")
	return childTemplate.With(name, name, c.count, name)
}
