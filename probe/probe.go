// Package probe reads what the tested application says of itself, from its page of metrics for Prometheus, once a
// second while a run goes on. It owns which metrics are read, what they are called here, and what a counter that falls
// or a page that does not answer means. Where the numbers go is package metrics' business.
package probe

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/liveload/liveload/metrics"
)

const (
	interval = time.Second
	// patience is how long a reading may take. The next one is due soon after.
	patience = 900 * time.Millisecond
	// firstPatience is how long the one before the run may take, when connections are made and nothing is warm.
	firstPatience = 10 * time.Second
	// lastPatience is for the one after the users, which has what the last of them did.
	lastPatience = 3 * time.Second
)

// Options say what is read.
type Options struct {
	Targets []Target
	Match   []string    // patterns of metrics, beside the default list
	Header  http.Header // of each request; it may have secrets
	Log     *slog.Logger
}

// A Probe reads the metrics of the tested application. Its methods are called one after the other.
type Probe struct {
	pages  []*page
	names  *names
	wanted matcher
	log    *slog.Logger
}

// New returns a probe that has read nothing yet. Close it.
func New(o Options) (*Probe, error) {
	if err := tellApart(o.Targets); err != nil {
		return nil, err
	}
	wanted, err := newMatcher(o.Match)
	if err != nil {
		return nil, err
	}
	p := &Probe{names: newNames(), wanted: wanted, log: o.Log}
	header := http.Header{"Accept": {"text/plain;version=0.0.4"}, "User-Agent": {"liveload"}}
	for name, values := range o.Header {
		header[name] = values
	}
	for _, t := range o.Targets {
		client, err := t.client()
		if err != nil {
			return nil, fmt.Errorf("--probe %s: %w", t, err)
		}
		p.pages = append(p.pages, &page{
			target: t, header: header, client: client, wanted: wanted, history: newHistory(t.name, p.names), most: mostBytes, log: o.Log, decided: make(map[string]bool),
		})
	}
	return p, nil
}

// Close lets go of the connections.
func (p *Probe) Close() {
	for _, page := range p.pages {
		page.client.CloseIdleConnections()
	}
}

// Check reads every page once, and says what is wrong with the first one that cannot be read. Metrics is complete then,
// but for what the application shows only later.
func (p *Probe) Check(ctx context.Context) error {
	errs := make([]error, len(p.pages))
	p.each(func(i int, page *page) { _, errs[i] = page.read(ctx, firstPatience, true) })
	var shown []string
	for i, page := range p.pages {
		if errs[i] != nil {
			p.Close()
			return fmt.Errorf("--probe %s cannot be read: %w", page.target, errs[i])
		}
		shown = append(shown, page.shown...)
		page.warn()
	}
	for _, pattern := range p.wanted.idle(shown) {
		p.log.Warn(fmt.Sprintf("--probe-match %s: the application shows no metric of this name, or not yet", pattern))
	}
	return nil
}

// warn says that a page has nothing that is read.
func (p *page) warn() {
	if len(p.history.series) > 0 {
		return
	}
	const examples = 5
	text := "nothing"
	if n := len(p.shown); n > 0 {
		text = "others, such as " + strings.Join(p.shown[:min(n, examples)], ", ")
	}
	p.log.Warn(fmt.Sprintf("%s shows none of the metrics that are read by default, but %s: --probe-match reads others", p.target, text))
}

// Metrics returns the metrics that were read so far, in no order.
func (p *Probe) Metrics() []*metrics.Metric { return p.names.all() }

// Begin notes the values of the application's counters. It is called just before users start. A page that cannot be read then
// begins with the first reading that works.
func (p *Probe) Begin(ctx context.Context) {
	p.each(func(_ int, page *page) {
		page.unbegun = true
		page.follow(page.read(ctx, patience, true))
	})
}

// Follow reads every page in the middle of each second since start, and hands on what it read. Once ctx is over, it reads
// them a last time, and returns. add may be called concurrently.
func (p *Probe) Follow(ctx context.Context, start time.Time, add func(*metrics.Reading)) {
	p.each(func(_ int, page *page) {
		for {
			timer := time.NewTimer(untilDue(time.Since(start)))
			select {
			case <-timer.C:
			case <-ctx.Done():
				timer.Stop()
				add(page.follow(page.read(context.WithoutCancel(ctx), page.patienceAtEnd(), false)))
				return
			}
			if reading, err := page.read(ctx, patience, false); !errors.Is(err, context.Canceled) {
				add(page.follow(reading, err))
			}
		}
	})
}

// patienceAtEnd is how long the last reading may take. The end does not wait for what has not answered before.
func (p *page) patienceAtEnd() time.Duration {
	if p.failing {
		return patience
	}
	return lastPatience
}

// untilDue returns how long it is to the next middle of a second.
func untilDue(since time.Duration) time.Duration {
	due := max(since, 0).Truncate(interval) + interval/2
	if due <= since {
		due += interval
	}
	return due - since
}

// follow logs when a page stops answering, and when it answers again, and returns the reading.
func (p *page) follow(reading *metrics.Reading, err error) *metrics.Reading {
	switch {
	case err != nil && !p.failing:
		why := err.Error()
		if !strings.HasSuffix(why, "?") {
			why += "."
		}
		p.log.Warn(fmt.Sprintf("%s cannot be read: %s Its %s metrics are missing until it answers again", p.target, why, metrics.ServerPrefix))
	case err == nil && p.failing:
		p.log.Warn(fmt.Sprintf("%s can be read again", p.target))
	}
	p.failing = err != nil
	return reading
}

// each does something with all pages at the same time.
func (p *Probe) each(do func(int, *page)) {
	var all sync.WaitGroup
	for i, page := range p.pages {
		all.Go(func() { do(i, page) })
	}
	all.Wait()
}
