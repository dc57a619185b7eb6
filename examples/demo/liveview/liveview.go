// Package liveview is a small LiveView server: it renders views to HTML, keeps one process-like
// channel for each connected view, and speaks the LiveView wire protocol (vsn 2.0.0) to the
// genuine phoenix and phoenix_live_view JavaScript clients over WebSocket and long-poll.
//
// It owns the protocol, the rendered trees and their diffs, and the order in which a view's
// messages are handled. It leaves pages, routes, root layout and counters to its user (Config).
package liveview

import "net/url"

// A View is what a LiveView module is in Phoenix. A fresh one is made for each page load and each
// join; the methods of one View are never called concurrently. An error or a panic from a method
// ends a connected view as a crash (the client rejoins), and answers a page load with status 500.
type View interface {
	// Mount prepares the view, for the page load (s.Connected() is false) and again for the join.
	Mount(s *Socket) error
	// HandleParams sees the URL after Mount and after each live patch. Nested views have none.
	HandleParams(s *Socket, uri *url.URL) error
	// HandleEvent handles one event that the client pushed.
	HandleEvent(s *Socket, e *Event) error
	// HandleInfo handles a message from Ref.Send or Socket.After.
	HandleInfo(s *Socket, msg any) error
	// Render returns the tree for the present state. It must not change the state.
	Render(s *Socket) *Node
	// Terminate is called once, after the last message of a connected view, also after a crash.
	Terminate(s *Socket)
}

// Base gives a View the methods that it does not need. An event that arrives there is unknown,
// and crashes the view as it would in Phoenix.
type Base struct{}

// Mount does nothing.
func (Base) Mount(*Socket) error { return nil }

// HandleParams does nothing.
func (Base) HandleParams(*Socket, *url.URL) error { return nil }

// HandleEvent refuses the event.
func (Base) HandleEvent(_ *Socket, e *Event) error { return UnknownEvent(e) }

// HandleInfo does nothing.
func (Base) HandleInfo(*Socket, any) error { return nil }

// Terminate does nothing.
func (Base) Terminate(*Socket) {}

// A Component is a stateful part of a view (a LiveComponent): it renders on its own and receives
// the events whose phx-target is its number. It lives as long as its element is on the page.
type Component interface {
	HandleEvent(s *Socket, e *Event) error
	// Render returns a tree with exactly one root element. cid is the value for phx-target.
	Render(s *Socket, cid int) *Node
}
