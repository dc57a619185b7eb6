package cluster

import (
	"context"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/redact"
)

// collect runs the batch and publishes its intervals. It returns when the users ended.
func (c *Controller) collect(ctx context.Context, running *runningBatch, checker *checker) (end time.Time, err error) {
	events := make(chan node.Event, 4)
	var runErr error
	defer c.follow(ctx, running)()
	defer checker.release(ctx) // first: the last reading may take longer than what is left of the time for iterations
	go func() {
		defer close(events)
		runErr = running.job.Run(checker.bounded, running.start, checker.drained, events)
	}()
	end = running.start
	for event := range events {
		var intervals []*metrics.Interval
		switch snapshot := event.Snapshot; {
		case event.Ended != "":
			running.commanded[event.Ended].ended.Store(true)
		case event.Lost != "":
			c.Log.Warn("a node is lost", "node", event.Node, "reason", event.Lost)
			intervals = running.aggregator.NodeLost(event.Node, event.Lost, running.elapsed())
			if checker.search != nil {
				checker.search.again()
			}
		case event.Moved != nil:
			c.moved(event.Node, event.Moved, running, checker.search)
		case event.Late > 0:
			c.Log.Warn(running.late(event.Node, event.Late))
		case event.Machines != nil:
			running.machines = event.Machines
		default:
			if at := running.start.Add(snapshot.To.Sub(snapshot.Start)); at.After(end) { // clocks of nodes differ
				end = at
			}
			intervals = running.aggregator.Add(snapshot)
		}
		checker.check(intervals)
		c.publish(ctx, running, intervals)
		if len(intervals) > 0 {
			c.journalStand(running, checker)
		}
	}
	return end, runErr // assigned before events was closed
}

// follow reads the tested application until the returned function is called, which waits for the last reading.
func (c *Controller) follow(ctx context.Context, running *runningBatch) (stop func()) {
	if c.Application == nil {
		return func() {}
	}
	following, cancel := context.WithCancel(context.WithoutCancel(ctx))
	over := make(chan struct{})
	go func() {
		defer close(over)
		c.Application.Follow(following, running.start, func(r *metrics.Reading) { running.aggregator.AddReading(redact.Deep(c.Secrets, r)) })
	}()
	return func() { cancel(); <-over }
}

// publish completes the state that the intervals share, and hands them to the sinks.
func (c *Controller) publish(ctx context.Context, running *runningBatch, intervals []*metrics.Interval) {
	for n, i := range intervals {
		if n == 0 {
			running.describe(i)
			running.saturation.follow(i, c.Log)
		}
		c.latest.Store(i)
		if err := c.Sink.Write(context.WithoutCancel(ctx), i); err != nil {
			c.Log.Warn("a sink refused an interval", "error", err)
		}
	}
}
