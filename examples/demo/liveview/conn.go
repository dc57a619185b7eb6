package liveview

import (
	"strings"
	"sync"
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
