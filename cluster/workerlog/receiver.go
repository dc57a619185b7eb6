package workerlog

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// NodeKey is the attribute with the name of the node.
const NodeKey = "node"

// ours are keys that say what the controller knows.
var ours = []string{NodeKey, slog.TimeKey, slog.LevelKey, slog.MessageKey, slog.SourceKey, ""}

// A Receiver writes the records of all workers to a log. Safe for concurrent use.
type Receiver struct {
	levels  Levels
	out     slog.Handler
	secrets *strings.Replacer

	mu    sync.Mutex
	nodes map[string]*source
}

// A source is a node that logs.
type source struct {
	limit *rate.Limiter
	left  int64     // records that were left out and not reported yet
	next  time.Time // when they are reported at the earliest
}

// leaveOut counts records, of which a worker may say any number.
func (s *source) leaveOut(records int64) {
	s.left += min(records, math.MaxInt64-s.left)
}

// NewReceiver returns a Receiver that writes to log what is at the levels, without the secrets.
func NewReceiver(log *slog.Logger, levels Levels, secrets ...string) *Receiver {
	var pairs []string
	for _, secret := range secrets {
		if secret != "" {
			pairs = append(pairs, secret, "[secret]")
		}
	}
	return &Receiver{levels: levels, out: log.Handler(), secrets: strings.NewReplacer(pairs...), nodes: make(map[string]*source)}
}

// Levels are those that workers are asked for.
func (r *Receiver) Levels() Levels { return r.levels }

// Take writes the records of a message of a node, whose clock is ahead of ours by ahead. An error means that the message is
// not one of a Sender.
func (r *Receiver) Take(node string, ahead time.Duration, message []byte) error {
	b, err := read(message)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	from := r.source(node)
	from.leaveOut(b.Left)
	for _, one := range b.Records {
		if !from.limit.Allow() || r.levels.Workers == nil {
			from.leaveOut(1)
			continue
		}
		r.write(node, ahead, one)
	}
	if now := time.Now(); from.left > 0 && !now.Before(from.next) {
		from.next = now.Add(reportEvery)
		r.reportLeft(node, from)
	}
	return nil
}

// Lost counts messages of a node that were too many for us to read.
func (r *Receiver) Lost(node string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.source(node).leaveOut(1)
}

// Close reports what was left out since the last report.
func (r *Receiver) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, node := range slices.Sorted(maps.Keys(r.nodes)) {
		if from := r.nodes[node]; from.left > 0 {
			r.reportLeft(node, from)
		}
	}
}

// source returns the node's. The caller holds the lock.
func (r *Receiver) source(node string) *source {
	from, known := r.nodes[node]
	if !known {
		from = &source{limit: rate.NewLimiter(2*perSecond, 2*burst)}
		r.nodes[node] = from
	}
	return from
}

func (r *Receiver) reportLeft(node string, from *source) {
	report := slog.NewRecord(time.Now(), slog.LevelWarn, "log records of a node were left out, since it logs too much", 0)
	report.AddAttrs(slog.String(NodeKey, node), slog.Int64("records", from.left))
	from.left = 0
	_ = r.out.Handle(context.Background(), report) // there is nowhere else to say it
}

// write writes a record with the node's name, at the time that it was on our clock. The handlers of package slog quote what
// could end a line.
func (r *Receiver) write(node string, ahead time.Duration, one record) {
	at, now := one.Time.Add(-ahead), time.Now()
	if at.After(now) || now.Sub(at) > time.Hour {
		at = now
	}
	out := slog.NewRecord(at, min(max(one.Level, slog.LevelDebug), slog.LevelError), r.secrets.Replace(one.Message), 0)
	out.AddAttrs(slog.String(NodeKey, node))
	for _, a := range one.Attrs {
		if a.Key == NodeKey && a.Value == node {
			continue
		}
		if slices.Contains(ours, a.Key) {
			a.Key = "its " + a.Key
		}
		out.AddAttrs(slog.Any(r.secrets.Replace(a.Key), r.value(a.Value)))
	}
	_ = r.out.Handle(context.Background(), out)
}

// value returns what JSON had.
func (r *Receiver) value(v any) any {
	switch v := v.(type) {
	case string:
		return r.secrets.Replace(v)
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		return v.String()
	}
	return v
}
