package pump

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks"
)

const (
	// DefaultMemory is what a Pump keeps in memory, in bytes.
	DefaultMemory = 32 << 20
	// DefaultDisk is what it keeps on disk, in bytes.
	DefaultDisk = 1 << 30
	// checkTime is how long the first write may take.
	checkTime = 10 * time.Second
	// hurry is how long a run that was stopped at once waits.
	hurry = 2 * time.Second
)

// Options say how a Pump works.
type Options struct {
	Name    string        // in messages, without secrets
	Kind    string        // of the output, for a replay
	Address string        // of the destination, without secrets, for a replay
	Partial bool          // options of the address are left out that a replay has to be told
	Spool   string        // folder for what memory does not hold; made when it is needed
	Memory  int           // bytes; 0 is DefaultMemory
	Disk    int64         // bytes; 0 is DefaultDisk
	Timeout time.Duration // that Flush waits, and a Replay in which nothing is taken
	Log     *slog.Logger
}

// A Pump is the Sink that drives an Output. What the destination does not take at once waits in memory, then in a spool
// on disk, and is tried again until it is taken, in order. So a slow or dead destination delays nobody but the end of the
// run, and that by the Timeout at most: what is left then stays in the spool, for a Replay.
type Pump struct {
	options Options
	sender  *sender

	finish, done, stopped chan struct{}
	cancel                context.CancelFunc
}

// New returns a pump for an output, which it closes.
func New(output Output, options Options) *Pump {
	options.Memory, options.Disk = cmp.Or(options.Memory, DefaultMemory), cmp.Or(options.Disk, DefaultDisk)
	return &Pump{options: options, finish: make(chan struct{}), done: make(chan struct{}), sender: &sender{
		name: options.Name, output: output, log: options.Log, more: make(chan struct{}, 1),
		losses:  sinks.NewLosses(options.Name, "point", options.Log),
		backlog: &backlog{dir: options.Spool, most: options.Memory, disk: options.Disk, header: Header{Kind: options.Kind, Address: options.Address, Partial: options.Partial}},
	}}
}

// Start checks the destination. When ctx is over, the run is to end at once.
func (p *Pump) Start(ctx context.Context, run metrics.RunInfo) error {
	checking, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	if err := p.sender.output.Check(checking, run); err != nil {
		return errors.Join(err, p.sender.output.Close(checking))
	}
	p.sender.known = true
	p.sender.backlog.header.RunID, p.sender.backlog.header.Version = run.RunID, run.Version
	p.stopped = make(chan struct{})
	sending, stop := context.WithCancel(context.WithoutCancel(ctx))
	unwatch := context.AfterFunc(ctx, func() { close(p.stopped) })
	p.cancel = func() { unwatch(); stop() }
	go func() {
		defer close(p.done)
		p.sender.run(sending, p.finish)
	}()
	return nil
}

// Write encodes an interval and leaves it to the sender.
func (p *Pump) Write(_ context.Context, i *metrics.Interval) error {
	records, err := p.sender.output.Encode(i)
	if err != nil {
		return err
	}
	began, err := p.sender.backlog.add(records)
	if began {
		p.options.Log.Warn("memory is full: what "+p.options.Name+" does not take is kept on disk", "spool", p.sender.backlog.folder())
	}
	var full fullError
	switch {
	case errors.As(err, &full):
		p.sender.losses.Add(pointsOf(records), "dropped since "+full.Error(), nil)
	case err != nil:
		p.sender.losses.Add(pointsOf(records), "dropped since memory is full and the disk takes nothing", err)
	}
	select {
	case p.sender.more <- struct{}{}:
	default: // it knows
	}
	return nil
}

// Flush sends what waits, for the Timeout at most, and keeps the rest in the spool. It is called once.
func (p *Pump) Flush(ctx context.Context) (notes []string, err error) {
	close(p.finish)
	waiting := time.AfterFunc(time.Second, func() {
		p.options.Log.Info(fmt.Sprintf("waiting for %s, at most %v", p.options.Name, p.options.Timeout), "points", p.sender.backlog.left())
	})
	defer waiting.Stop()
	ctx, cancel := context.WithTimeout(ctx, p.options.Timeout)
	defer cancel()
	select {
	case <-p.done:
	case <-ctx.Done():
	case <-p.stopped:
		wait(ctx, min(hurry, p.options.Timeout), p.done)
	}
	p.cancel()
	<-p.done
	kept, lost, err := p.sender.backlog.keep()
	if lost > 0 {
		p.sender.losses.Add(lost, "lost since the disk takes nothing", err)
	} else if err != nil {
		p.options.Log.Warn("could not close a spool", "error", err)
	}
	return p.notes(kept), p.sender.losses.Err()
}

// notes tell of what did not go straight to the destination.
func (p *Pump) notes(kept int64) []string {
	s := p.sender
	if s.backlog.spooled == 0 {
		return nil
	}
	note := fmt.Sprintf("%s took %s; %d had to wait on disk", p.options.Name, Points(s.sent.Load()), s.backlog.spooled)
	if kept == 0 {
		return []string{note}
	}
	why := errors.Join(s.denied, s.last)
	if why == nil {
		why = errors.New("there was no time for more")
	}
	return []string{note, fmt.Sprintf("%s has not got %s (%v): send them with `liveload replay %s`", p.options.Name, Points(kept), why, s.backlog.folder())}
}

// Points says a number of points: "1 point".
func Points(n int64) string {
	if n == 1 {
		return "1 point"
	}
	return fmt.Sprintf("%d points", n)
}

// Close ends what Flush has not ended, and closes the output.
func (p *Pump) Close(ctx context.Context, _ []metrics.Result) error {
	p.cancel()
	<-p.done
	return p.sender.output.Close(ctx)
}

// Counted implements sinks.Counter.
func (p *Pump) Counted() (spooled, lost int64) {
	c := p.Counts()
	return c.Spooled, c.Lost
}

// Counts are the points of a pump. Each point that was encoded is sent, kept or lost.
type Counts struct {
	Sent    int64
	Spooled int64 // of these, and of the kept and lost ones, how many went to the disk
	Kept    int64 // in the spool, after Flush
	Lost    int64
}

// Counts returns what became of the points so far.
func (p *Pump) Counts() Counts {
	b := p.sender.backlog
	b.mu.Lock()
	spooled := b.spooled
	b.mu.Unlock()
	return Counts{Sent: p.sender.sent.Load(), Spooled: spooled, Kept: b.left(), Lost: p.sender.losses.Count()}
}
