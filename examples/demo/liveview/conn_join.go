package liveview

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"
)

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
