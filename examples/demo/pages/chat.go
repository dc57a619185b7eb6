package pages

import (
	"net/url"

	"github.com/liveload/liveload/examples/demo/liveview"
)

var (
	chatTemplate = liveview.Parse(`
		<h1>Chat: <span id="room">{}</span></h1>
		<p>{}</p>
		<p>You are <span id="me">{}</span>.</p>
		<ul id="messages">{}</ul>
		<form id="chat-form" phx-change="typing" phx-submit="send">
			<input id="message" name="message" autocomplete="off" value="{}">
			<button id="send">Send</button>
		</form>
	`)
	chatMessage = liveview.Parse(`<li id="message-{}"><b>{}</b>: <span class="text">{}</span></li>`)
)

type chat struct {
	liveview.Base
	rooms   *rooms
	room    string
	draft   string
	history []liveview.Entry
}

func (c *chat) Mount(s *liveview.Socket) error {
	s.SetTitle("Chat")
	return nil
}

func (c *chat) HandleParams(s *liveview.Socket, _ *url.URL) error {
	name := s.Query("room")
	if name == "" {
		name = "lobby"
	}
	if !s.Connected() {
		c.room, c.history = name, c.rooms.history(name)
		return nil
	}
	if c.room != "" {
		c.rooms.leave(c.room, s.Ref())
	}
	c.room = name
	c.history = c.rooms.enter(name, s.Ref())
	return nil
}

func (c *chat) HandleEvent(s *liveview.Socket, e *liveview.Event) error {
	switch e.Name {
	case "typing":
		c.draft = e.Get("message")
	case "send":
		c.draft = ""
		if text := e.Get("message"); text != "" {
			c.rooms.say(c.room, author(s), text)
		}
	default:
		return liveview.UnknownEvent(e)
	}
	return nil
}

func (c *chat) HandleInfo(_ *liveview.Socket, msg any) error {
	if m, ok := msg.(roomChanged); ok && m.room == c.room { // else: sent before we changed rooms
		c.history = m.history
	}
	return nil
}

func (c *chat) Terminate(s *liveview.Socket) { c.rooms.leave(c.room, s.Ref()) }

// author is the same name for all tabs of one browser.
func author(s *liveview.Socket) string {
	id := s.Session("id")
	return "guest-" + id[:min(6, len(id))]
}

func (c *chat) Render(s *liveview.Socket) *liveview.Node {
	links := make([]liveview.Entry, len(namedRooms))
	for i, name := range namedRooms {
		links[i] = liveview.Entry{Key: name, Node: patchLink.With("room-"+name, link(s, "/chat?room="+name), name)}
	}
	return withFlash(s, chatTemplate.With(c.room, patchLink.Each(links), author(s), chatMessage.Each(c.history), c.draft))
}
