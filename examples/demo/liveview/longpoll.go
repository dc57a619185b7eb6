package liveview

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

const (
	pollWindow = 10 * time.Second // a poll without messages is answered after this time
	pollGrace  = 15 * time.Second // a session whose client does not poll ends after this time
	// A client that gave up a poll (page closed) never resumes the session: it starts a new one.
	abortedGrace = 2 * time.Second
)

// A pollSession is a socket over long-poll requests.
type pollSession struct {
	conn  *conn
	token string

	mu      sync.Mutex
	pending [][]byte
	polls   int           // requests that wait
	wake    chan struct{} // holds one token when pending or gone changed
	gone    bool
	expiry  *time.Timer
}

// ServeLongPoll serves both requests of the transport: GET polls (and opens a session when it
// brings no token), POST delivers a batch of frames, one a line. The HTTP status is always 200
// as in Phoenix; the status that the client acts on is in the body.
func (e *Endpoint) ServeLongPoll(w http.ResponseWriter, r *http.Request) {
	token := r.URL.Query().Get("token")
	e.mu.Lock()
	session := e.polls[token]
	e.mu.Unlock()
	switch {
	case r.Method == http.MethodGet && token == "":
		e.openPoll(w, r)
	case r.Method != http.MethodGet && r.Method != http.MethodPost:
		http.Error(w, "Long-poll takes GET and POST.", http.StatusMethodNotAllowed)
	case session == nil:
		e.pollAnswer(w, 410, "", nil)
	case r.Method == http.MethodGet:
		session.poll(w, r)
	default:
		session.deliver(w, r)
	}
}

func (e *Endpoint) openPoll(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Get("vsn") != "2.0.0" {
		e.pollAnswer(w, 403, "", nil)
		return
	}
	p := &pollSession{token: rand.Text(), wake: make(chan struct{}, 1)}
	p.conn = newConn(e, "longpoll", p)
	if !e.open(p.conn) {
		e.pollAnswer(w, 403, "", nil)
		return
	}
	e.mu.Lock()
	e.polls[p.token] = p
	e.mu.Unlock()
	p.mu.Lock()
	p.expiry = time.AfterFunc(pollGrace, p.abort)
	p.mu.Unlock()
	e.pollAnswer(w, 410, p.token, nil)
}

// poll answers with the messages that wait, or the first that comes.
func (p *pollSession) poll(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.polls++
	p.expiry.Stop()
	p.mu.Unlock()
	window := time.NewTimer(pollWindow)
	defer window.Stop()
	for {
		messages, gone := p.take()
		switch {
		case gone:
			p.endPoll(pollGrace)
			p.conn.ep.pollAnswer(w, 410, "", nil)
			return
		case len(messages) > 0:
			p.endPoll(pollGrace)
			p.conn.ep.pollAnswer(w, 200, p.token, messages)
			return
		}
		select {
		case <-p.wake:
		case <-window.C:
			p.endPoll(pollGrace)
			p.conn.ep.pollAnswer(w, 204, p.token, nil)
			return
		case <-r.Context().Done():
			p.endPoll(abortedGrace)
			return
		}
	}
}

func (p *pollSession) endPoll(grace time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.polls--
	if p.polls == 0 && !p.gone {
		p.expiry.Reset(grace)
	}
}

func (p *pollSession) take() (messages [][]byte, gone bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	messages, p.pending = p.pending, nil
	return messages, p.gone
}

// deliver hands each line of the body to the connection: a JSON array is a text frame, anything
// else a binary frame in base64.
func (p *pollSession) deliver(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxFrame))
	if err != nil {
		p.conn.ep.logger.Debug("long-poll batch not received", "error", err)
		p.conn.ep.pollAnswer(w, 500, "", nil)
		return
	}
	p.conn.ep.signal(Signal{Kind: BodyIn, Label: p.conn.transport, Bytes: len(body)})
	for line := range bytes.SplitSeq(body, []byte{'\n'}) {
		if err := p.line(bytes.TrimRight(line, "\r")); err != nil {
			p.conn.ep.logger.Warn("long-poll session closed: client breaks the protocol", "error", err)
			p.abort()
			p.conn.ep.pollAnswer(w, 410, "", nil)
			return
		}
	}
	p.conn.ep.pollAnswer(w, 200, "", nil)
}

var errEmptyBatch = errors.New("empty line in a batch")

func (p *pollSession) line(line []byte) error {
	if len(line) == 0 {
		return errEmptyBatch
	}
	if line[0] == '[' {
		return p.conn.receive(line, false)
	}
	frame, err := base64.StdEncoding.DecodeString(string(line))
	if err != nil {
		return fmt.Errorf("decode base64 line: %w", err)
	}
	return p.conn.receive(frame, true)
}

func (p *pollSession) send(frame []byte) {
	p.mu.Lock()
	if p.gone {
		p.mu.Unlock()
		return
	}
	p.pending = append(p.pending, frame)
	p.mu.Unlock()
	p.notify()
}

func (p *pollSession) notify() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// abort ends the session: the poll that waits, and every later request, is answered with 410.
func (p *pollSession) abort() {
	p.mu.Lock()
	if p.gone {
		p.mu.Unlock()
		return
	}
	p.gone = true
	if p.expiry != nil {
		p.expiry.Stop()
	}
	p.mu.Unlock()
	p.notify()
	e := p.conn.ep
	e.mu.Lock()
	delete(e.polls, p.token)
	e.mu.Unlock()
	p.conn.close()
}

// pollAnswer writes the body of a response. Frames are strings in it.
func (e *Endpoint) pollAnswer(w http.ResponseWriter, status int, token string, messages [][]byte) {
	b := fmt.Appendf(nil, `{"status":%d`, status)
	if token != "" {
		b = append(b, `,"token":`...)
		b = appendString(b, token)
	}
	b = append(b, `,"messages":[`...)
	for i, m := range messages {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, string(m))
	}
	b = append(b, "]}"...)
	e.signal(Signal{Kind: BodyOut, Label: "longpoll", Bytes: len(b)})
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if _, err := w.Write(b); err != nil {
		e.logger.Debug("long-poll answer not delivered", "error", err)
	}
}
