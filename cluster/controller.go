// Package cluster runs a plan on its nodes: it starts them together, turns their snapshots into one interval a
// second, evaluates thresholds, and makes the Results. What a node does is decided in package node, and where
// intervals and Results go in package sinks. A run on one machine is a cluster of one node.
package cluster

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/liveload/liveload/cluster/fleet"
	"github.com/liveload/liveload/cluster/shared"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/journal"
	"github.com/liveload/liveload/metrics/threshold"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/redact"
	"github.com/liveload/liveload/runner"
	"github.com/liveload/liveload/sinks"
)

// DefaultClosing is how long the sinks may take to write what they have.
const DefaultClosing = 30 * time.Second

// A Controller runs a plan on its node: the batches one after the other, each with fresh browsers.
type Controller struct {
	Node    node.Node
	Sink    sinks.Sink
	Version string            // of liveload
	Labels  map[string]string // of the Results: git, host, ...
	Secrets *redact.Redactor  // that nothing shows
	Log     *slog.Logger
	ByNode  bool // intervals have each node's part too
	// Metrics are those that thresholds may name: also the ones that scripts have declared by now.
	Metrics *metrics.Registry
	// Lead is how far ahead of its start a batch is sent to run, so that all nodes of a fleet get it
	// before. One machine needs none.
	Lead time.Duration
	// Clocks returns how far the clocks of nodes elsewhere are ahead, by their names; nil when there are none.
	Clocks func() map[string]time.Duration
	// Machines returns what machines were used for since the last call, by a batch that has ended; nil when that is not
	// counted.
	Machines func(batch []plan.Scenario) *metrics.Machines
	// Application reads the tested application while users run; nil for nothing.
	Application Application
	// MaxFailures is the share of failures that is too many of a scenario, from 0 to 1; nil is none.
	MaxFailures *float64
	// Notes are what every Result says of the run, besides what happened in it.
	Notes []string
	// Shared is what users share from the start on, after a load that came before; nil is nothing yet.
	Shared *shared.Local
	// Setups have called setup of the scripts already, for a load that came before; nil for none.
	Setups *Setups
	// Journal keeps what is measured on disk; nil for none. Run leaves it to the caller to close.
	Journal *journal.Writer
	// Closing is how long the sinks may take at the end of the run; 0 is DefaultClosing.
	Closing time.Duration

	batch  atomic.Pointer[runningBatch]     // nil while none runs
	latest atomic.Pointer[metrics.Interval] // of the batch that runs, or ran last
}

// An Application is the tested application, as it shows itself. Its methods are called one after the other, for each
// batch anew.
type Application interface {
	// Begin notes the values of counters, just before users start. ctx bounds it.
	Begin(ctx context.Context)
	// Follow reads the application until ctx is over, when it reads a last time, and hands on each reading. add may be
	// called concurrently.
	Follow(ctx context.Context, start time.Time, add func(*metrics.Reading))
}

// Latest returns the newest interval of the scenarios that run, or ran last; nil before their first one. Safe
// for concurrent use.
func (c *Controller) Latest() *metrics.Interval { return c.latest.Load() }

// Run runs the plan. Closing drain lets running iterations finish and skips the remaining batches, and so
// does a threshold that asks for the end; cancelling ctx interrupts iterations, and so does a script that
// aborts the test, which is an error.
// In any case there is a Result for each scenario that began, and the sinks get them. A scenario that could not
// run has a Result with an Error. The error joins those of the sinks.
func (c *Controller) Run(ctx context.Context, p plan.Plan, drain <-chan struct{}) ([]metrics.Result, error) {
	lasting := context.WithoutCancel(ctx) // also after a stop, results are written
	if err := c.Sink.Start(ctx, c.info(p, p.Scenarios)); err != nil {
		return nil, err
	}
	if c.Shared == nil {
		c.Shared = &shared.Local{}
	}
	if c.Setups == nil {
		c.Setups = &Setups{Log: c.Log}
	}
	var results []metrics.Result
	var errs []error
	for _, batch := range p.Batches() {
		if ended(ctx, drain) {
			break
		}
		measured, over, err := c.runBatch(ctx, p, batch, drain)
		if err != nil {
			errs = append(errs, fmt.Errorf("scenario %s: %w", names(batch), err))
		}
		_, aborted := errors.AsType[*runner.AbortError](err)
		over = over || aborted
		switch {
		case len(measured) > 0 && (aborted || errors.Is(err, fleet.ErrNoneLeft)): // what was measured until then counts
		case err != nil:
			measured = nil
			for _, scenario := range batch {
				measured = append(measured, metrics.Result{Name: scenario.Name, Error: err.Error()})
			}
		}
		results = append(results, measured...)
		c.journalEnd(measured)
		if over {
			break
		}
	}
	if err := c.Setups.End(ctx, c.Node, c.Shared); err != nil {
		errs = append(errs, err)
		for i := range results {
			results[i].Health.Notes = append(results[i].Health.Notes, err.Error())
		}
	}
	c.journalWhole()
	closing, cancel := context.WithTimeout(lasting, cmp.Or(c.Closing, DefaultClosing))
	defer cancel()
	if err := c.Sink.Close(closing, results); err != nil {
		errs = append(errs, err)
	}
	return results, errors.Join(errs...)
}

func names(batch []plan.Scenario) string {
	var names []string
	for _, scenario := range batch {
		names = append(names, scenario.Name)
	}
	return strings.Join(names, ", ")
}

// A notBegunError says that the run was interrupted while the node prepared the batch, or setup ran.
type notBegunError struct{ cause error }

func (notBegunError) Error() string   { return "interrupted before it began" }
func (e notBegunError) Unwrap() error { return e.cause }

// runBatch prepares the node, runs the users, and returns a Result for each scenario. over says that a threshold has
// ended the run.
func (c *Controller) runBatch(ctx context.Context, p plan.Plan, batch []plan.Scenario, drain <-chan struct{}) (results []metrics.Result, over bool, err error) {
	thresholds, err := c.compile(batch)
	if err != nil {
		return nil, false, err
	}
	if err := c.Setups.Begin(ctx, c.Node, batch, c.Shared, drain); err != nil {
		if ended(ctx, drain) {
			err = notBegunError{err}
		}
		return nil, false, err
	}
	job, err := c.Node.Prepare(ctx, batch, c.Shared)
	if err != nil && ctx.Err() != nil {
		err = notBegunError{ctx.Err()}
	}
	if err != nil {
		return nil, false, err
	}
	if c.Application != nil {
		c.Application.Begin(ctx)
	}
	info := c.info(p, batch)
	info.Start = info.Start.Add(c.Lead)
	checker := newChecker(ctx, drain, c.Log)
	running := newRunningBatch(job, metrics.NewAggregator(info), info.Start, batch, checker.drained)
	c.latest.Store(nil)
	c.batch.Store(running)
	if batch[0].FindLimit != nil {
		checker.search = newSearch(ctx, &batch[0], thresholds[0], running)
	} else {
		for i := range batch {
			checker.trackers = append(checker.trackers, tracked{batch[i].Name, threshold.NewTracker(thresholds[i])})
		}
	}
	c.journalBegin(info, running, checker)
	end, err := c.collect(ctx, running, checker)
	c.batch.Store(nil)
	if closeErr := job.Close(ctx); closeErr != nil {
		c.Log.Warn("could not close all browsers", "error", closeErr)
	}
	last := running.aggregator.Finish()
	checker.finish(last)
	c.publish(ctx, running, last)
	if checker.search != nil {
		err = errors.Join(err, checker.search.failed)
	}
	results = running.aggregator.Results(end)
	used := c.used(running)
	for i := range results {
		running.complete(&results[i], c.Latest())
		results[i].FailureLimit = c.failureLimit(batch, results[i].Name)
		if results[i].Machines = used; used != nil {
			results[i].Health.Notes = append(results[i].Health.Notes, machinesText(used))
		}
		c.tellClocks(&results[i])
		interrupted := interruption(ctx, drain)
		results[i].Interrupted = interrupted != ""
		for _, note := range append([]string{interrupted, checker.note()}, c.Notes...) {
			if note != "" {
				results[i].Health.Notes = append(results[i].Health.Notes, note)
			}
		}
	}
	return results, checker.broken != nil, err
}

// failureLimit is how much of a scenario may fail. A search goes on until too much does.
func (c *Controller) failureLimit(batch []plan.Scenario, name string) *metrics.FailureLimit {
	i := slices.IndexFunc(batch, func(s plan.Scenario) bool { return s.Name == name })
	if c.MaxFailures == nil || i < 0 || batch[i].FindLimit != nil {
		return nil
	}
	return &metrics.FailureLimit{Share: *c.MaxFailures, Users: !batch[i].Kind().Open()}
}

// tellClocks says in a Result how the clocks of its nodes differ.
func (c *Controller) tellClocks(r *metrics.Result) {
	if c.Clocks == nil {
		return
	}
	offsets := c.Clocks()
	for i := range r.Nodes {
		if offset, ok := offsets[r.Nodes[i].Node]; ok {
			r.Nodes[i].ClockOffsetMS = new(math.Round(offset.Seconds()*1e6) / 1e3)
		}
	}
}

// interruption says in a note of the Results that a run ended early, "" when it did not.
func interruption(ctx context.Context, drain <-chan struct{}) string {
	switch {
	case ctx.Err() != nil:
		return "interrupted: running iterations did not finish, and count neither as ok nor as failed"
	case ended(ctx, drain):
		return "interrupted: no iteration began any more, the running ones were finished"
	}
	return ""
}

func (c *Controller) info(p plan.Plan, scenarios []plan.Scenario) metrics.RunInfo {
	info := metrics.RunInfo{
		RunID: p.RunID, Start: time.Now(), Version: c.Version,
		BucketWidth: metrics.DefaultBucketWidth, Labels: c.Labels, Nodes: c.Node.Names(), ByNode: c.ByNode,
	}
	for _, s := range scenarios {
		if s.Problem == nil {
			info.Scenarios = append(info.Scenarios, s.Info())
		}
	}
	return info
}

// ended says whether no more iterations may begin.
func ended(ctx context.Context, drain <-chan struct{}) bool {
	select {
	case <-drain:
		return true
	default:
		return ctx.Err() != nil
	}
}
