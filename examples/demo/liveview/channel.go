package liveview

import (
	"encoding/json"
	"fmt"
	"net/url"
	"time"
)

// A channel is one connected view: its mailbox runs everything that touches the view.
type channel struct {
	conn    *conn
	topic   string
	joinRef string
	socket  *Socket
	view    View
	last    *Node
	mailbox mailbox
	mounted bool // Mount was called, so Terminate is due
	stopped bool // the view left or crashed while a message was running
}

// guard runs one step of the view and turns a panic into an error.
func guard(step func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return step()
}

// receive queues a message of the client. It does not block.
func (ch *channel) receive(f Frame) {
	arrived, began := time.Now(), time.Time{}
	var wait func() time.Duration
	if f.Event == "event" || f.Event == "live_patch" {
		wait = func() time.Duration {
			began = time.Now()
			return ch.socket.delay
		}
	}
	ch.mailbox.post(wait, func() {
		if ch.stopped {
			return
		}
		ch.conn.ep.signal(Signal{Kind: Pushed, Label: f.Event})
		if err := guard(func() error { return ch.handle(f, arrived, began) }); err != nil {
			ch.crash(err)
		}
	})
}

// handle runs one message of the client, whose turn began after it had arrived.
func (ch *channel) handle(f Frame, arrived, began time.Time) error {
	switch f.Event {
	case "event":
		return ch.event(f, arrived, began)
	case "live_patch":
		return ch.livePatch(f)
	case "allow_upload":
		return ch.allowUpload(f)
	case "progress":
		return ch.progress(f)
	case "cids_will_destroy":
		ch.reply(f.Ref, []byte("{}"))
		return nil
	case "cids_destroyed":
		return ch.destroyComponents(f)
	default:
		return fmt.Errorf("handle message %q: not part of the LiveView protocol", f.Event)
	}
}

func (ch *channel) event(f Frame, arrived, began time.Time) error {
	e, err := parseEvent(f.Payload)
	if err != nil {
		return err
	}
	ch.socket.trackUploads(e.files)
	err = guard(func() error { return ch.dispatch(e) })
	ch.conn.ep.signal(Signal{Kind: Handled, Label: e.Name, View: ch.socket.page, Took: time.Since(arrived), Handler: time.Since(began)})
	if err != nil {
		return err
	}
	return ch.respond(f.Ref)
}

func (ch *channel) dispatch(e *Event) error {
	if e.Name == "lv:clear-flash" {
		ch.socket.clearFlash(e.Get("key"))
		return nil
	}
	if e.cid == 0 {
		return ch.view.HandleEvent(ch.socket, e)
	}
	state, err := ch.socket.components.get(e.cid)
	if err != nil {
		return err
	}
	return state.component.HandleEvent(ch.socket, e)
}

func (s *Socket) clearFlash(kind string) {
	if kind == "" {
		clear(s.flash)
		return
	}
	delete(s.flash, kind)
}

func (ch *channel) livePatch(f Frame) error {
	var p struct {
		URL string `json:"url"`
	}
	if err := json.Unmarshal(f.Payload, &p); err != nil {
		return fmt.Errorf("parse live patch: %w", err)
	}
	uri, err := url.Parse(p.URL)
	if err != nil {
		return fmt.Errorf("parse live patch: %w", err)
	}
	route, path := ch.conn.ep.match(uri.Path)
	if route == nil || route.Page != ch.socket.page {
		ch.reply(f.Ref, []byte(`{"link_redirect":true}`)) // another view: the client navigates instead
		return nil
	}
	ch.socket.path = path
	ch.socket.setURI(uri)
	if err := ch.view.HandleParams(ch.socket, uri); err != nil {
		return err
	}
	ch.signal(LivePatched, true)
	return ch.respond(f.Ref)
}

// info handles a message from the server's side.
func (ch *channel) info(msg any) {
	if ch.stopped {
		return
	}
	err := guard(func() error {
		if err := ch.view.HandleInfo(ch.socket, msg); err != nil {
			return err
		}
		return ch.respond("")
	})
	if err != nil {
		ch.crash(err)
	}
}

// respond follows patches, renders, and answers the message with that reference; without one it
// pushes what changed.
func (ch *channel) respond(ref string) error {
	s := ch.socket
	patch, err := ch.followPatches(false)
	if err != nil {
		return err
	}
	if s.nav != nil {
		ch.leaveFor(ref, s.nav)
		return nil
	}
	diff, err := ch.diff()
	if err != nil {
		return err
	}
	if ref != "" {
		ch.reply(ref, object(field{"diff", diff}, patchField(patch)))
		return nil
	}
	if diff != nil {
		ch.conn.ep.signal(Signal{Kind: DiffPushed, Label: s.page, Bytes: len(diff)})
		ch.push("diff", diff)
	}
	if patch != nil {
		ch.push("live_patch", patch.json(""))
	}
	return nil
}

func (ch *channel) reply(ref string, response []byte) {
	ch.conn.send(replyFrame(ch.joinRef, ref, ch.topic, "ok", response))
}

func (ch *channel) push(event string, payload []byte) {
	ch.conn.send(pushFrame(ch.joinRef, "", ch.topic, event, payload))
}

func (ch *channel) signal(kind SignalKind, connected bool) {
	ch.conn.ep.signal(Signal{Kind: kind, Label: ch.socket.page, Connected: connected})
}

func (ch *channel) signalNavigation(nav *navigation) {
	kinds := [...]SignalKind{navPatch: ServerPatched, navNavigate: ServerNavigated, navRedirect: ServerRedirected}
	ch.signal(kinds[nav.kind], true)
}

func (ch *channel) destroyComponents(f Frame) error {
	var p struct {
		CIDs []int `json:"cids"`
	}
	if err := json.Unmarshal(f.Payload, &p); err != nil {
		return fmt.Errorf("parse destroyed components: %w", err)
	}
	gone, err := json.Marshal(ch.socket.components.destroy(p.CIDs))
	if err != nil {
		return fmt.Errorf("encode destroyed components: %w", err)
	}
	ch.reply(f.Ref, object(field{"cids", gone}))
	return nil
}
