package workerlog

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/liveload/liveload/metrics"
)

const (
	// gather is how long records wait for others, so that many travel in one message.
	gather = 100 * time.Millisecond
	// reportEvery is how often the number of records that were left out is sent without others.
	reportEvery = 5 * time.Second
)

// A Sender sends log records to the controller. Until Open is called, there are none. Safe for concurrent use.
type Sender struct {
	levels atomic.Pointer[Levels] // nil while nothing is sent
	queue  chan record
	limit  *rate.Limiter
	left   atomic.Int64 // records that were left out since the last report
}

// NewSender returns a Sender that takes no records until Open is called.
func NewSender() *Sender {
	return &Sender{queue: make(chan record, burst), limit: rate.NewLimiter(perSecond, burst)}
}

// Workers handles what the worker says itself.
func (s *Sender) Workers() slog.Handler { return &handler{sender: s} }

// Scripts handles what scripts write to their console.
func (s *Sender) Scripts() slog.Handler { return &handler{sender: s, scripts: true} }

// Open takes records from now on: those that the controller wants.
func (s *Sender) Open(levels Levels) {
	if levels.Workers != nil {
		s.levels.Store(&levels)
	}
}

// Run sends records with publish until ctx is over, and at last those that wait. What publish returns an error for counts as
// left out. It is called once, and after it no records are taken.
func (s *Sender) Run(ctx context.Context, publish func(message []byte) error) {
	tick := time.NewTicker(reportEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case r := <-s.queue:
			records := []record{r}
			full := time.NewTimer(gather)
			for open := true; open && len(records) < mostRecords; {
				select {
				case r := <-s.queue:
					records = append(records, r)
				case <-full.C:
					open = false
				case <-ctx.Done():
					open = false
				}
			}
			full.Stop()
			s.send(records, publish)
		case <-tick.C:
			s.send(nil, publish)
		}
	}
	s.levels.Store(nil)
	s.drain(publish)
}

// drain sends what waits.
func (s *Sender) drain(publish func([]byte) error) {
	for records := []record(nil); ; records = append(records, <-s.queue) {
		if len(s.queue) == 0 || len(records) == mostRecords {
			s.send(records, publish)
			records = nil
		}
		if len(s.queue) == 0 {
			return
		}
	}
}

func (s *Sender) send(records []record, publish func([]byte) error) {
	b := batch{Records: records, Left: s.left.Swap(0)}
	if len(records) == 0 && b.Left == 0 {
		return
	}
	message, err := json.Marshal(b)
	if err == nil {
		err = publish(message)
	}
	if err != nil { // nothing can be logged here
		s.left.Add(b.Left + int64(len(records)))
	}
}

// put queues a record, if there is room.
func (s *Sender) put(r record) {
	if s.limit.Allow() {
		select {
		case s.queue <- r:
			return
		default:
		}
	}
	s.left.Add(1)
}

// A handler makes records of what is logged.
type handler struct {
	sender  *Sender
	scripts bool
	prefix  string // of the keys of attributes to come
	attrs   []attr
}

// Enabled implements slog.Handler.
func (h *handler) Enabled(_ context.Context, level slog.Level) bool {
	levels := h.sender.levels.Load()
	switch {
	case levels == nil:
		return false
	case h.scripts:
		return level >= levels.Scripts
	}
	return level >= *levels.Workers
}

// Handle implements slog.Handler.
func (h *handler) Handle(_ context.Context, r slog.Record) error {
	out := record{Time: r.Time, Level: r.Level, Message: metrics.Shorten(r.Message, mostMessage), Attrs: slices.Clone(h.attrs)}
	r.Attrs(func(a slog.Attr) bool {
		out.Attrs = appendAttr(out.Attrs, h.prefix, a)
		return true
	})
	h.sender.put(out)
	return nil
}

// WithAttrs implements slog.Handler.
func (h *handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	with := *h
	with.attrs = slices.Clone(h.attrs)
	for _, a := range attrs {
		with.attrs = appendAttr(with.attrs, h.prefix, a)
	}
	return &with
}

// WithGroup implements slog.Handler.
func (h *handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	with := *h
	with.prefix = h.prefix + name + "."
	return &with
}

// appendAttr adds an attribute, those of a group one by one.
func appendAttr(attrs []attr, prefix string, a slog.Attr) []attr {
	value := a.Value.Resolve()
	if value.Kind() == slog.KindGroup {
		if a.Key != "" {
			prefix += a.Key + "."
		}
		for _, member := range value.Group() {
			attrs = appendAttr(attrs, prefix, member)
		}
		return attrs
	}
	if a.Equal(slog.Attr{}) || len(attrs) == mostAttrs {
		return attrs
	}
	return append(attrs, attr{metrics.Shorten(prefix+a.Key, mostKey), plain(value)})
}

// plain is a value that JSON has.
func plain(value slog.Value) any {
	switch value.Kind() {
	case slog.KindBool, slog.KindInt64, slog.KindUint64:
		return value.Any()
	}
	return metrics.Shorten(value.String(), mostValue)
}
