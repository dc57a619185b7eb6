package cluster

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/threshold"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/limit"
)

// A search looks for the largest load of a scenario that holds. It steers the scenario, whose users keep their
// browsers, from load to load, and judges each by what was measured meanwhile. Only the goroutine that takes the
// events uses it, and its clock is that of the run.
type search struct {
	plan       *plan.Scenario
	thresholds []*threshold.Threshold
	steer      func(plan.Command) error
	stopped    func() bool // the scenario was stopped or has ended, so that there is no load to judge
	loads      *limit.Search
	steps      []metrics.LimitStep
	failed     error // of steering, which ends the search

	// Of the present load.
	last     *metrics.Interval // the newest one; nil before the first
	window   *metrics.Window
	measured *metrics.State     // in the window
	tracker  *threshold.Tracker // of the window
	judging  bool
	waiting  bool          // no iterations begin, until those of a load that broke have ended
	longest  time.Duration // that an iteration of that load took
	began    time.Duration // when it was asked for
	before   int           // the users before it
	asked    int           // the users that were asked for last
	ready    time.Duration // since when as many are there; unready when they are not
	active   int64         // users
}

const unready = time.Duration(-1)

// slack is how much earlier than at its end a load may be judged: the next interval may come much later.
const slack = 500 * time.Millisecond

// newSearch returns the search of a scenario that is about to run, and asks for its first load.
func newSearch(ctx context.Context, scenario *plan.Scenario, thresholds []*threshold.Threshold, running *runningBatch) *search {
	s := &search{
		plan: scenario, thresholds: thresholds,
		loads: limit.New(scenario.LimitStart(), scenario.FindLimit.Most),
		steer: func(cmd plan.Command) error {
			return running.job.Steer(context.WithoutCancel(ctx), scenario.Name, cmd)
		},
		stopped: func() bool { return running.stopped(scenario.Name) },
	}
	s.begin(0)
	return s
}

// openWindow begins a window behind the newest interval.
func (s *search) openWindow() {
	s.window, s.tracker = metrics.NewWindow(s.plan.Name, s.last), threshold.NewTracker(s.thresholds)
	s.measured = s.window.State()
}

// begin asks for the next load.
func (s *search) begin(now time.Duration) {
	s.began, s.before, s.ready, s.judging, s.waiting = now, s.asked, unready, false, false
	if s.loads.Again() {
		s.asked = 0 // users that have ended are replaced when they are asked for
	}
	s.openWindow()
	if s.open() {
		s.command(plan.Command{Rate: s.plan.LimitRate(s.loads.Load())})
		return
	}
	s.ask(now)
}

// waitForBacklog starts no iterations until those have ended that piled up when the application was too slow: the
// next load would be judged by them. They pile up with open executors only.
func (s *search) waitForBacklog(now time.Duration) {
	if s.longest = s.slowest(); s.longest == 0 { // none has ended
		s.longest = time.Duration(s.plan.IterationTimeout)
	}
	s.began, s.judging, s.waiting = now, false, true
	s.openWindow()
	s.command(plan.Command{Rate: s.plan.LimitRate(0)})
}

// waited says whether as much time has passed as the slowest iteration took that has ended since.
func (s *search) waited(now time.Duration) bool {
	s.longest = max(s.longest, s.slowest())
	return now-s.began >= min(s.longest, time.Duration(s.plan.IterationTimeout))
}

// slowest is how long the slowest iteration in the window took.
func (s *search) slowest() time.Duration {
	total := s.measured.Total(metrics.IterationDuration.Name, metrics.AllLabels)
	if total.Values == "" {
		return 0
	}
	return time.Duration(total.Values.Max()) * time.Microsecond
}

func (s *search) open() bool { return s.plan.Kind().Open() }

// ask asks for the users that should be there now: more users start evenly over half of the time that a load has
// to settle, fewer end at once.
func (s *search) ask(now time.Duration) {
	if s.open() {
		return
	}
	want := s.loads.Load()
	if ramp := s.plan.FindLimit.Settle() / 2; want > s.before && now-s.began < ramp {
		more := float64(want-s.before) * float64(now-s.began) / float64(ramp)
		want = min(want, s.before+1+int(more))
	}
	if want != s.asked {
		s.asked = want
		s.command(plan.Command{Users: &want})
	}
}

func (s *search) command(cmd plan.Command) {
	if err := s.steer(cmd); err != nil && s.failed == nil && !s.stopped() {
		s.failed = fmt.Errorf("look for the limit of %s: %w", s.plan.Name, err)
	}
}

// advance takes intervals, goes on to the next step when it is time, and says whether the search is over. It
// judges nothing once the run drains or the scenario was stopped, since its users leave.
func (s *search) advance(intervals []*metrics.Interval, draining bool) (over bool) {
	s.last = intervals[len(intervals)-1]
	state := s.last.Scenario(s.plan.Name).State
	defer s.describe(state)
	if draining || s.stopped() {
		return false
	}
	for _, i := range intervals {
		s.window.Add(i)
	}
	s.measured, s.active = s.window.State(), state.Active
	s.tracker.Update(s.measured)
	now := state.Elapsed
	switch {
	case s.waiting && s.waited(now):
		s.begin(now)
	case s.waiting:
	case s.judging && now-s.window.From() >= time.Duration(s.plan.FindLimit.Step)-slack:
		s.judge(now)
	case s.judging:
	case s.settled(now):
		s.judging = true
		s.openWindow()
	case now-s.began >= s.plan.LimitPatience() && s.ready == unready:
		s.judge(now)
	default:
		s.ask(now)
	}
	return s.loads.Done() || s.failed != nil
}

// settled says whether the load has lasted long enough to be judged.
func (s *search) settled(now time.Duration) bool {
	there := s.active >= 1
	if !s.open() {
		there = s.active == int64(s.loads.Load())
	}
	if !there {
		s.ready = unready
		return false
	}
	if s.ready == unready {
		s.ready = now
	}
	settle := s.plan.FindLimit.Settle()
	return now-s.began >= settle && now-s.ready >= settle/2
}

// judge decides whether the load held, and begins the next one.
func (s *search) judge(now time.Duration) {
	step := metrics.LimitStep{
		Thresholds: []metrics.ThresholdOutcome{},
		FromMS:     s.window.From().Milliseconds(), ToMS: now.Milliseconds(),
	}
	step.Load, step.Text = s.plan.LimitLoad(s.loads.Load())
	step.Again = s.loads.Again()
	s.judgeStep(&step)
	s.steps = append(s.steps, step)
	switch s.loads.Judge(step.Held); {
	case s.loads.Done():
	case s.open() && !step.Held:
		s.waitForBacklog(now)
	default:
		s.begin(now)
	}
}

// describe sets the progress of the search in a state.
func (s *search) describe(state *metrics.State) {
	found := s.found()
	if !s.open() {
		state.PlannedUsers = s.loads.Load()
	}
	load := s.textOf(s.loads.Load())
	if s.loads.Again() {
		load += " (tried again)"
	}
	switch {
	case s.loads.Done():
		state.Search = "the search is over, iterations finish"
	case s.judging:
		state.Search = load + " being judged"
	case s.waiting:
		state.Search = load + " next, iterations finish"
	default:
		state.Search = load + " settling"
	}
	state.Limit, state.Thresholds = found, s.tracker.Outcomes()
}

// finish sets the result of the search in the last interval, with the thresholds of the largest load that held,
// or of the first one when none did.
func (s *search) finish(last *metrics.Interval) {
	found := s.found()
	found.Complete = s.loads.Done()
	found.Statement = s.statement(found)
	var outcomes []metrics.ThresholdOutcome
	if step := s.stepOf(max(s.loads.Held(), s.plan.LimitStart())); step != nil {
		outcomes = step.Thresholds
	}
	state := last.Scenario(s.plan.Name).State
	state.Limit, state.Thresholds = found, outcomes
}

// found is what is known so far.
func (s *search) found() *metrics.Limit {
	l := &metrics.Limit{Of: metrics.LimitOfUsers, Steps: append([]metrics.LimitStep{}, s.steps...)}
	if s.open() {
		l.Of = metrics.LimitOfRate
	}
	if step := s.stepOf(s.loads.Held()); step != nil {
		l.Held = &step.Load
	}
	if step := s.stepOf(s.loads.Broke()); step != nil {
		l.Broke, l.By = &step.Load, step.By
	}
	return l
}

// stepOf returns the last step with a load, nil when it was not judged.
func (s *search) stepOf(load int) *metrics.LimitStep {
	_, text := s.plan.LimitLoad(load)
	for i := range slices.Backward(s.steps) {
		if s.steps[i].Text == text {
			return &s.steps[i]
		}
	}
	return nil
}
