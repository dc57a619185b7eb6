package liveviewtest

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
)

// A Socket is one connection with the views joined over it. It is for one goroutine, and reads only
// while a method waits for something.
type Socket struct {
	wire  wire
	ref   int
	views map[string]*View // by topic
	// Sent and Received count channel messages and the bytes of their payloads.
	Sent, SentBytes, Received, ReceivedBytes int
}

// A View is a joined view.
type View struct {
	Tree  Tree
	Title string
	Topic string
	// Pushes are the messages that were no replies, in order: diff, redirect, phx_error, ...
	Pushes  []Message
	socket  *Socket
	joinRef string
}

// A Message is a frame from the server.
type Message struct {
	JoinRef, Ref, Topic, Event string
	Payload                    map[string]any
}

// A Reply is the answer to a push.
type Reply struct {
	Status   string // ok or error
	Response map[string]any
}

// Connect opens a socket over websocket or longpoll. Close it.
func (b *Browser) Connect(ctx context.Context, transport string) (*Socket, error) {
	dial := b.dialWebSocket
	if transport == "longpoll" {
		dial = b.dialLongPoll
	}
	w, err := dial(ctx)
	if err != nil {
		return nil, err
	}
	return &Socket{wire: w, views: make(map[string]*View)}, nil
}

// Close drops the connection.
func (s *Socket) Close() { s.wire.close() }

// Join joins a view as a page load does: with the page's URL for a main view.
func (s *Socket) Join(ctx context.Context, e Element, url string) (*View, Reply, error) {
	payload := map[string]any{"session": e.Session, "static": e.Static, "params": map[string]any{"_mounts": 0}}
	if e.Main {
		payload["url"] = url
	}
	return s.JoinWith(ctx, e.ID, payload)
}

// JoinWith joins a view with any payload. The View is also there when the reply is an error.
func (s *Socket) JoinWith(ctx context.Context, id string, payload map[string]any) (*View, Reply, error) {
	v := &View{Topic: "lv:" + id, socket: s, joinRef: s.nextRef()}
	s.views[v.Topic] = v
	if err := s.send(ctx, []any{v.joinRef, v.joinRef, v.Topic, "phx_join", payload}); err != nil {
		return nil, Reply{}, err
	}
	reply, err := s.await(ctx, v.joinRef)
	if err != nil {
		return nil, Reply{}, err
	}
	if rendered, ok := reply.Response["rendered"].(map[string]any); ok {
		v.merge(rendered)
	}
	return v, reply, nil
}

// Push sends a message to the view and waits for its reply; a diff in it is merged.
func (v *View) Push(ctx context.Context, event string, payload map[string]any) (Reply, error) {
	ref, err := v.Send(ctx, event, payload)
	if err != nil {
		return Reply{}, err
	}
	return v.Await(ctx, ref)
}

// Send sends a message and returns its reference.
func (v *View) Send(ctx context.Context, event string, payload map[string]any) (string, error) {
	ref := v.socket.nextRef()
	return ref, v.socket.send(ctx, []any{v.joinRef, ref, v.Topic, event, payload})
}

// Await waits for the reply to a message.
func (v *View) Await(ctx context.Context, ref string) (Reply, error) {
	reply, err := v.socket.await(ctx, ref)
	if err != nil {
		return reply, err
	}
	if diff, ok := reply.Response["diff"].(map[string]any); ok {
		v.merge(diff)
	}
	return reply, nil
}

// Click pushes the event of a phx-click.
func (v *View) Click(ctx context.Context, event string, value map[string]any) (Reply, error) {
	if value == nil {
		value = map[string]any{}
	}
	return v.Push(ctx, "event", map[string]any{"type": "click", "event": event, "value": value})
}

// Form pushes the event of a phx-change or phx-submit; value is URL-encoded.
func (v *View) Form(ctx context.Context, event, value string) (Reply, error) {
	return v.Push(ctx, "event", map[string]any{"type": "form", "event": event, "value": value})
}

// WaitPush waits until the server has pushed a message with that event to the view. Messages that
// were waited for are forgotten.
func (v *View) WaitPush(ctx context.Context, event string) (Message, error) {
	for {
		for i, m := range v.Pushes {
			if m.Event == event {
				v.Pushes = append(v.Pushes[:i:i], v.Pushes[i+1:]...)
				return m, nil
			}
		}
		if _, err := v.socket.read(ctx); err != nil {
			return Message{}, err
		}
	}
}

func (v *View) merge(diff map[string]any) {
	if title, ok := diff["t"].(string); ok {
		v.Title = title
	}
	v.Tree.Merge(diff)
}

// Push sends a message to any topic and waits for its reply.
func (s *Socket) Push(ctx context.Context, joinRef, topic, event string, payload any) (Reply, error) {
	ref := s.nextRef()
	if joinRef == "" {
		joinRef = ref
	}
	if err := s.send(ctx, []any{joinRef, ref, topic, event, payload}); err != nil {
		return Reply{}, err
	}
	return s.await(ctx, ref)
}

// PushBinary sends a binary message and waits for its reply.
func (s *Socket) PushBinary(ctx context.Context, joinRef, topic, event string, data []byte) (Reply, error) {
	ref := s.nextRef()
	frame := []byte{0, byte(len(joinRef)), byte(len(ref)), byte(len(topic)), byte(len(event))}
	frame = append(frame, joinRef+ref+topic+event...)
	if err := s.deliver(ctx, append(frame, data...), true); err != nil {
		return Reply{}, err
	}
	return s.await(ctx, ref)
}

func (s *Socket) nextRef() string {
	s.ref++
	return strconv.Itoa(s.ref)
}

func (s *Socket) send(ctx context.Context, frame []any) error {
	data, err := json.Marshal(frame)
	if err != nil {
		return fmt.Errorf("encode frame: %w", err)
	}
	return s.deliver(ctx, data, false)
}

func (s *Socket) deliver(ctx context.Context, frame []byte, binary bool) error {
	s.Sent++
	s.SentBytes += len(frame)
	return s.wire.send(ctx, frame, binary)
}

func (s *Socket) await(ctx context.Context, ref string) (Reply, error) {
	for {
		m, err := s.read(ctx)
		if err != nil {
			return Reply{}, fmt.Errorf("await reply %s: %w", ref, err)
		}
		if m.Event != "phx_reply" || m.Ref != ref {
			continue
		}
		reply := Reply{Status: fmt.Sprint(m.Payload["status"])}
		reply.Response, _ = m.Payload["response"].(map[string]any)
		return reply, nil
	}
}

// read takes one message; what the server pushed to a view is kept with it.
func (s *Socket) read(ctx context.Context) (Message, error) {
	data, err := s.wire.receive(ctx)
	if err != nil {
		return Message{}, err
	}
	s.Received++
	s.ReceivedBytes += len(data)
	var m Message
	var parts []json.RawMessage
	if err := json.Unmarshal(data, &parts); err != nil || len(parts) != 5 {
		return m, fmt.Errorf("decode frame %s: not an array of 5", data)
	}
	for i, into := range []any{&m.JoinRef, &m.Ref, &m.Topic, &m.Event, &m.Payload} {
		if err := json.Unmarshal(parts[i], into); err != nil {
			return m, fmt.Errorf("decode frame %s: %w", data, err)
		}
	}
	if v := s.views[m.Topic]; v != nil && m.Event != "phx_reply" && m.JoinRef == v.joinRef {
		if m.Event == "diff" {
			v.merge(m.Payload)
		}
		v.Pushes = append(v.Pushes, m)
	}
	return m, nil
}
