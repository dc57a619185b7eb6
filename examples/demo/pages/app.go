// Package pages holds the live pages of the demo, one file each. A page owns its markup, its events
// and its state; what several of its visitors share (chat rooms, carts) belongs to the App.
package pages

import (
	"github.com/liveload/liveload/examples/demo/liveview"
)

// An App is what all visitors of one server share.
type App struct {
	pages []page
}

// A page is a live page of the demo with its line in the index; pages without about are reached
// from others.
type page struct {
	path  string
	about string
	view  func() liveview.View
}

// New returns an empty application.
func New() *App {
	a := &App{}
	a.pages = []page{
		{"/", "", func() liveview.View { return &index{app: a} }},
		{"/counter", "a number to count up and down", func() liveview.View { return &counter{} }},
	}
	return a
}

// Routes are the live pages.
func (a *App) Routes() []liveview.Route {
	routes := make([]liveview.Route, len(a.pages))
	for i, p := range a.pages {
		routes[i] = liveview.Route{Page: p.path, New: p.view}
	}
	return routes
}

// Children are the nested views by name.
func (a *App) Children() map[string]func() liveview.View {
	return map[string]func() liveview.View{}
}
