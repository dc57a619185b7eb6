package dashboard

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"
)

const (
	// heartbeat is how often a page hears something, so that both sides notice when the other one is gone.
	heartbeat = 2 * time.Second
	// piece is how much of an event a page must have read within patience: all of a large run takes longer over a slow line.
	piece = 64 << 10
)

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
	out.status(s.status(), true)
	for out.err == nil {
		kind, text, version, changed, pause := s.feed.message(have)
		if text != nil {
			out.status(s.status(), false)
			out.event(kind, text)
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
			out.status(s.status(), true)
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

// status sends the status of the run when it has changed, or always.
func (s *stream) status(value any, always bool) {
	text, err := json.Marshal(value)
	if err != nil {
		s.err = err
		return
	}
	if always || !bytes.Equal(text, s.last) {
		s.last = text
		s.event("status", text)
	}
}

// event sends JSON, in which there are no line ends.
func (s *stream) event(kind string, text []byte) {
	s.write([]byte("event: " + kind + "\ndata: "))
	for part := range slices.Chunk(text, piece) {
		s.write(part)
	}
	s.write([]byte("\n\n"))
	if s.err == nil {
		s.err = s.control.Flush()
	}
}

func (s *stream) write(part []byte) {
	if s.err != nil {
		return
	}
	if s.err = s.control.SetWriteDeadline(time.Now().Add(patience)); s.err == nil {
		_, s.err = s.to.Write(part)
	}
}
