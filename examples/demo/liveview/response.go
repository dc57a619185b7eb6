package liveview

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// diff renders the view and returns the JSON object that takes the client from the last render to
// this one, with title, events and reply; nil when there is nothing to tell.
func (ch *channel) diff() ([]byte, error) {
	s := ch.socket
	d := &differ{b: make([]byte, 1, 256)}
	d.b[0] = '{'
	now := ch.view.Render(s)
	d.root(ch.last, now, false)
	ch.last = now
	ch.componentDiffs(d)
	if s.main && s.title != s.titleSent {
		d.field("t")
		d.b = appendString(d.b, s.title)
		s.titleSent = s.title
	}
	if err := d.eventsAndReply(s); err != nil {
		return nil, err
	}
	if len(d.b) == 1 {
		return nil, nil
	}
	return append(d.b, '}'), nil
}

// componentDiffs writes "c": the changes of every component, by number.
func (ch *channel) componentDiffs(d *differ) {
	start := len(d.b)
	for _, state := range ch.socket.components.all {
		if state == nil {
			continue
		}
		now := state.component.Render(ch.socket, state.cid)
		if now == state.last {
			continue
		}
		before := len(d.b)
		if before == start {
			d.field("c")
			d.b = append(d.b, '{')
		}
		d.field(strconv.Itoa(state.cid))
		d.b = append(d.b, '{')
		if d.root(state.last, now, true) {
			d.b = append(d.b, '}')
		} else {
			d.b = d.b[:before]
		}
		state.last = now
	}
	if len(d.b) > start {
		d.b = append(d.b, '}')
	}
}

func (d *differ) eventsAndReply(s *Socket) error {
	if len(s.events) > 0 {
		pairs := make([][2]any, len(s.events))
		for i, e := range s.events {
			pairs[i] = [2]any{e.name, e.payload}
		}
		s.events = nil
		if err := d.marshal("e", pairs); err != nil {
			return err
		}
	}
	if s.reply != nil {
		reply := s.reply
		s.reply = nil
		return d.marshal("r", reply)
	}
	return nil
}

func (d *differ) marshal(name string, value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode %q of the diff: %w", name, err)
	}
	d.field(name)
	d.b = append(d.b, data...)
	return nil
}

func (d *differ) field(name string) {
	d.comma()
	d.b = appendString(d.b, name)
	d.b = append(d.b, ':')
}

// navigationJSON is the object that tells the client where to go. flash is its signed token.
func (n *navigation) json(flash string) []byte {
	b := append([]byte(nil), `{"to":`...)
	b = appendString(b, n.to)
	if n.kind != navRedirect {
		kind := "push"
		if n.replace {
			kind = "replace"
		}
		b = append(b, `,"kind":"`+kind+`"`...)
	}
	if flash != "" && n.kind != navPatch {
		b = append(b, `,"flash":`...)
		b = appendString(b, flash)
	}
	return append(b, '}')
}

// event is the name under which the client expects the navigation.
func (n *navigation) event() string {
	return [...]string{navPatch: "live_patch", navNavigate: "live_redirect", navRedirect: "redirect"}[n.kind]
}

// object joins named JSON values; nil values are left out.
func object(fields ...field) []byte {
	b := []byte{'{'}
	for _, f := range fields {
		if f.value == nil {
			continue
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = appendString(b, f.name)
		b = append(b, ':')
		b = append(b, f.value...)
	}
	return append(b, '}')
}

type field struct {
	name  string
	value []byte
}
