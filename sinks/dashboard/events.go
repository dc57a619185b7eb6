package dashboard

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// heartbeat is how often a page hears something, so that both sides notice when the other one is gone.
const heartbeat = 2 * time.Second

// events streams the run to a page: first everything, then what each interval brings. A page that reads slowly gets the newest
// state when it is ready for it, and nothing waits for it.
func (s *Sink) events(w http.ResponseWriter, r *http.Request) {
	select {
	case s.readers <- struct{}{}:
		defer func() { <-s.readers }()
	default:
		http.Error(w, fmt.Sprintf("%d pages show this run already: close one of them", mostReaders), http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	out := &stream{to: w, control: http.NewResponseController(w)}
	if out.err = out.control.SetReadDeadline(time.Time{}); out.err != nil { // it would end the request
		return
	}
	have, beat := 0, time.NewTicker(heartbeat)
	defer beat.Stop()
	out.send("status", 0, s.status())
	for out.err == nil {
		kind, text, version, changed, pause := s.feed.message(have)
		if text != nil {
			out.status(s.status())
			out.event(kind, version, text)
			have = version
			continue
		}
		var again <-chan time.Time
		if pause > 0 {
			changed, again = nil, time.After(pause)
		}
		select {
		case <-changed:
		case <-again:
		case <-beat.C:
			out.send("status", 0, s.status())
		case <-r.Context().Done():
			return
		case <-s.over:
			return
		}
	}
}

// A stream writes server-sent events until one fails.
type stream struct {
	to      http.ResponseWriter
	control *http.ResponseController
	last    []byte // the last status
	err     error
}

// send sends a value.
func (s *stream) send(kind string, version int, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		s.err = err
		return
	}
	s.last = text
	s.event(kind, version, text)
}

// status sends the status of the run when it has changed.
func (s *stream) status(value any) {
	if text, err := json.Marshal(value); err == nil && !bytes.Equal(text, s.last) {
		s.last = text
		s.event("status", 0, text)
	}
}

// event sends JSON, in which there are no line ends.
func (s *stream) event(kind string, version int, text []byte) {
	if s.err != nil {
		return
	}
	if s.err = s.control.SetWriteDeadline(time.Now().Add(patience)); s.err != nil {
		return
	}
	var head string
	if version > 0 {
		head = fmt.Sprintf("id: %d\n", version)
	}
	head += "event: " + kind + "\ndata: "
	for _, part := range [][]byte{[]byte(head), text, []byte("\n\n")} {
		if _, err := s.to.Write(part); err != nil {
			s.err = err
			return
		}
	}
	s.err = s.control.Flush()
}
