// Package pages holds the live pages of the demo, one file each. A page owns its markup, its events
// and its state; what several of its visitors share (chat rooms, carts) belongs to the App.
package pages

import (
	"github.com/liveload/liveload/examples/demo/liveview"
)

// An App is what all visitors of one server share.
type App struct {
	pages []page
	rooms *rooms
	carts *carts
	rows  []liveview.Entry // of the big table
}

// A page is a live page of the demo with its line in the index; pages without about are reached
// from others.
type page struct {
	path  string
	about string
	view  func() liveview.View
}

// New returns an application with empty rooms and carts.
func New() *App {
	a := &App{rooms: newRooms(), carts: newCarts(), rows: tableRows()}
	a.pages = []page{
		{"/", "", func() liveview.View { return &index{app: a} }},
		{"/counter", "a number to count up and down", func() liveview.View { return &counter{} }},
		{"/form", "every kind of input, with live validation", func() liveview.View { return &form{} }},
		{"/products", "pages of products (live patch), a product (live navigation), the cart", func() liveview.View { return &products{} }},
		{"/products/:id", "", func() liveview.View { return &product{carts: a.carts} }},
		{"/cart", "quantities, checkout with redirect and flash", func() liveview.View { return &cart{carts: a.carts} }},
		{"/chat", "rooms; a message reaches every socket in the room", func() liveview.View { return &chat{rooms: a.rooms} }},
		{"/todos", "a list with filters (live patch) and a live component", func() liveview.View { return &todos{} }},
		{"/async", "a result that arrives after ?async_delay= ms", func() liveview.View { return &async{} }},
		{"/login/live", "log in with a LiveView that submits a plain form", func() liveview.View { return &liveLogin{} }},
		{"/account", "for users who logged in", func() liveview.View { return &account{} }},
		{"/nested", "child views and a sticky one", func() liveview.View { return &nested{} }},
		{"/nested/other", "", func() liveview.View { return &nestedOther{} }},
		{"/crash", "crashes and lost connections on demand", func() liveview.View { return &crash{} }},
		{"/upload", "file upload with progress and drop target", func() liveview.View { return &upload{} }},
		{"/table", "?rows=1000 rows to sort and change", func() liveview.View { return &table{shared: a.rows} }},
		{"/hooks", "a hook, JS commands, key and focus bindings", func() liveview.View { return &hooks{} }},
	}
	a.pages = append(a.pages, misbehaving()...)
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
	return map[string]func() liveview.View{
		"child":  func() liveview.View { return &child{} },
		"sticky": func() liveview.View { return &child{} },
	}
}
