package liveview

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"
)

// A conn is one client socket over any transport: it gives each frame to the channel of its topic.
type conn struct {
	ep        *Endpoint
	transport string
	out       outlet

	mu       sync.Mutex
	closed   bool
	channels map[string]*channel     // by topic
	uploads  map[string]*uploadEntry // by token
	streams  map[string]*uploadEntry // by topic lvu:..., once joined
}

// An outlet is the transport's way to the client. Its methods do not block and may be called from
// any goroutine, also after the end of the connection.
type outlet interface {
	send(frame []byte)
	abort() // cut the connection at once
}

func newConn(ep *Endpoint, transport string, out outlet) *conn {
	return &conn{ep: ep, transport: transport, out: out, channels: make(map[string]*channel)}
}

func (c *conn) send(frame []byte) {
	c.ep.signal(Signal{Kind: FrameOut, Label: c.transport, Bytes: len(frame)})
	c.out.send(frame)
}

// receive handles one frame of the client. An error means that the client does not speak the
// protocol: the transport should end the connection.
func (c *conn) receive(data []byte, binary bool) error {
	c.ep.signal(Signal{Kind: FrameIn, Label: c.transport, Bytes: len(data)})
	decode := DecodeText
	if binary {
		decode = DecodeBinary
	}
	f, err := decode(data)
	if err != nil {
		return err
	}
	switch {
	case f.Topic == "phoenix" && f.Event == "heartbeat":
		c.send(replyFrame("", f.Ref, f.Topic, "ok", []byte("{}")))
	case strings.HasPrefix(f.Topic, "lv:"):
		c.viewFrame(f)
	case strings.HasPrefix(f.Topic, "lvu:"):
		c.uploadFrame(f)
	default:
		c.unmatched(f)
	}
	return nil
}

func (c *conn) viewFrame(f Frame) {
	switch f.Event {
	case "phx_join":
		c.join(f)
		return
	case "phx_leave":
		if ch := c.take(f); ch != nil {
			ch.leave(f.Ref)
			return
		}
	default:
		if ch := c.lookup(f); ch != nil {
			ch.receive(f)
			return
		}
	}
	c.unmatched(f)
}

// unmatched answers a frame whose topic nobody joined; leaving such a topic is fine.
func (c *conn) unmatched(f Frame) {
	if f.Event == "phx_leave" {
		c.send(replyFrame(f.JoinRef, f.Ref, f.Topic, "ok", []byte("{}")))
		return
	}
	c.send(replyFrame(f.JoinRef, f.Ref, f.Topic, "error", []byte(`{"reason":"unmatched topic"}`)))
}

func (c *conn) lookup(f Frame) *channel {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ch := c.channels[f.Topic]; ch != nil && ch.joinRef == f.JoinRef {
		return ch
	}
	return nil
}

func (c *conn) take(f Frame) *channel {
	c.mu.Lock()
	defer c.mu.Unlock()
	ch := c.channels[f.Topic]
	if ch == nil || ch.joinRef != f.JoinRef {
		return nil
	}
	delete(c.channels, f.Topic)
	return ch
}

func (c *conn) forget(ch *channel) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.channels[ch.topic] == ch {
		delete(c.channels, ch.topic)
	}
}

// close ends every view of the connection, once.
func (c *conn) close() {
	c.mu.Lock()
	channels := c.channels
	first := !c.closed
	c.closed, c.channels, c.uploads, c.streams = true, nil, nil, nil
	c.mu.Unlock()
	if !first {
		return
	}
	for _, ch := range channels {
		ch.shutdown()
	}
	c.ep.drop(c)
}

// joinInfo is what a join says about its history.
type joinInfo struct{ redirect, rejoin bool }

type joinParams struct {
	URL      string `json:"url"`
	Redirect string `json:"redirect"`
	Session  string `json:"session"`
	Static   string `json:"static"`
	Flash    string `json:"flash"`
	Params   struct {
		Mounts int `json:"_mounts"`
	} `json:"params"`
}

var errOtherTopic = errors.New("session was made for another topic")

// join starts the view that the join asks for, in place of one with the same topic.
func (c *conn) join(f Frame) {
	var p joinParams
	var session viewSession
	err := json.Unmarshal(f.Payload, &p)
	if err == nil {
		err = c.ep.signer.Verify("view", p.Session, &session)
	}
	if err == nil && "lv:"+session.ID != f.Topic {
		err = errOtherTopic
	}
	if err != nil {
		c.ep.logger.Debug("refused join", "topic", f.Topic, "error", err)
		c.refuseJoin(f, "stale")
		return
	}
	ch := &channel{conn: c, topic: f.Topic, joinRef: f.JoinRef}
	if ch.view, ch.socket, err = c.ep.joinedView(&p, &session); err != nil {
		c.ep.logger.Debug("refused join", "topic", f.Topic, "error", err)
		c.refuseJoin(f, "unauthorized")
		return
	}
	ch.socket.channel = ch
	if !c.add(ch) {
		return
	}
	info := joinInfo{redirect: p.Redirect != "", rejoin: p.Params.Mounts > 0}
	delay := time.Duration(ch.socket.QueryInt("mount_delay", 0)) * time.Millisecond
	ch.mailbox.post(func() time.Duration { return delay }, func() { ch.mount(info) })
}

func (c *conn) refuseJoin(f Frame, reason string) {
	c.ep.signal(Signal{Kind: JoinRefused, Label: reason})
	c.send(replyFrame(f.JoinRef, f.Ref, f.Topic, "error", []byte(`{"reason":"`+reason+`"}`)))
}

// add registers a new channel; it reports false when the connection is closed.
func (c *conn) add(ch *channel) bool {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return false
	}
	duplicate := c.channels[ch.topic]
	c.channels[ch.topic] = ch
	c.ep.running.Add(1)
	c.mu.Unlock()
	if duplicate != nil {
		duplicate.shutdown()
	}
	return true
}

// flash is the token of the messages that the view starts with: those of the navigation, or those of
// the page load when this is its first join.
func (p *joinParams) flash() string {
	if p.Redirect == "" && p.Params.Mounts == 0 {
		return p.Static
	}
	return p.Flash
}

// joinedView makes the view and socket for a join: by URL for a main view, by name for a nested one.
func (e *Endpoint) joinedView(p *joinParams, session *viewSession) (View, *Socket, error) {
	s := &Socket{ep: e, id: session.ID, session: session.Session, flash: e.readFlash(p.flash())}
	s.delay = time.Duration(session.DelayMS) * time.Millisecond
	if session.View != "" {
		create, ok := e.children[session.View]
		if !ok {
			return nil, nil, fmt.Errorf("join nested view %q: no such view", session.View)
		}
		s.page = nestedPage(session.View)
		return create(), s, nil
	}
	target := p.URL
	if p.Redirect != "" {
		target = p.Redirect
	}
	uri, err := url.Parse(target)
	if err != nil {
		return nil, nil, fmt.Errorf("join %q: %w", target, err)
	}
	route, path := e.match(uri.Path)
	if route == nil {
		return nil, nil, fmt.Errorf("join %q: no live route", target)
	}
	s.main, s.page, s.path = true, route.Page, path
	s.setURI(uri)
	return route.New(), s, nil
}

func nestedPage(view string) string { return "nested:" + view }
