package cluster

import (
	"fmt"
	"strings"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/threshold"
)

// tolerated is the share of iterations that may be late or dropped in a load that counts as made.
const tolerated = 0.01

// judgeStep decides by the window whether the load of a step held. A saturated generator comes first: what it
// measured of the application cannot be trusted.
func (s *search) judgeStep(step *metrics.LimitStep) {
	generator := append(metrics.Saturation(s.measured.Totals), s.late()...)
	var application []string
	if s.judging {
		step.Thresholds = s.tracker.Outcomes()
	}
	for _, o := range step.Thresholds {
		if !o.OK {
			application = append(application, threshold.Complaint(o))
		}
	}
	step.Held = true
	for _, found := range []struct {
		cause   metrics.LimitCause
		reasons []string
	}{{metrics.LimitGenerator, generator}, {metrics.LimitApplication, application}, {metrics.LimitLoad, s.missing()}} {
		if len(found.reasons) > 0 {
			step.Held, step.By, step.Reasons = false, found.cause, found.reasons
			return
		}
	}
}

// late says that liveload itself began too many iterations late.
func (s *search) late() []string {
	n, due := s.counted(metrics.LateIterations, metrics.CauseGenerator), s.due()
	if float64(n) <= tolerated*float64(due) {
		return nil
	}
	return []string{fmt.Sprintf("%d of %d iterations began late, since liveload itself had no time for them", n, due)}
}

// missing says which part of the load was not made.
func (s *search) missing() []string {
	if load := s.loads.Load(); !s.open() {
		switch {
		case s.active < int64(load) && s.judging:
			return []string{fmt.Sprintf("only %d of %d users were left, the others had ended", s.active, load)}
		case s.active < int64(load):
			return []string{fmt.Sprintf("only %d of %d users were there after %v", s.active, load, s.plan.LimitPatience())}
		case s.active > int64(load):
			return []string{fmt.Sprintf("%d users were still there %v after %d were asked for", s.active, s.plan.LimitPatience(), load)}
		}
		return nil
	}
	var reasons []string
	if s.active == 0 {
		reasons = append(reasons, "no user was there")
	}
	due := s.due()
	for _, dropped := range []struct {
		cause string
		why   string
	}{
		{metrics.CauseNoUser, fmt.Sprintf("since all %d users were busy: raise --max-users", s.plan.Users)},
		{metrics.CauseNoSession, "since the user that was started for each got no browser session"},
	} {
		if n := s.counted(metrics.DroppedIterations, dropped.cause); float64(n) > tolerated*float64(due) {
			reasons = append(reasons, fmt.Sprintf("%d of %d iterations were dropped, %s", n, due, dropped.why))
		}
	}
	return reasons
}

// counted returns a counter of the window, of one value of its first label.
func (s *search) counted(m *metrics.Metric, by string) int64 {
	return s.measured.Total(m.Name, func(l metrics.Labels) bool { return m.By(l) == by }).Count
}

// due is how many iterations should have begun in the window.
func (s *search) due() (n int64) {
	for _, m := range []*metrics.Metric{metrics.Iterations, metrics.DroppedIterations} {
		n += s.measured.Count(m)
	}
	return n
}

// statement is the result of a search in words.
func (s *search) statement(found *metrics.Limit) string {
	held := s.heldText()
	broke := s.stepOf(s.loads.Broke())
	switch {
	case !found.Complete && broke == nil:
		return "The search was interrupted. " + upper(held) + "."
	case !found.Complete && s.loads.Held() == 0:
		return "The search was interrupted. " + upper(held) + ": " + reasons(broke) + "."
	case !found.Complete:
		return "The search was interrupted. " + upper(held) + ", and " + broke.Text + " did not: " + reasons(broke) + "."
	case broke == nil:
		return "The application held " + s.textOf(s.loads.Held()) + ", the most that was tried: --find-limit-max goes further."
	case broke.By == metrics.LimitGenerator:
		advice := "Use a larger machine, or several."
		if s.loads.Held() == 0 {
			advice = "See what else runs on it, or use a larger machine."
		}
		return fmt.Sprintf("The machine that makes the load, not the application, was the limit: at %s, %s. %s. %s",
			broke.Text, reasons(broke), upper(held), advice)
	case broke.By == metrics.LimitLoad:
		return fmt.Sprintf("The load could not be made: at %s, %s. %s.", broke.Text, reasons(broke), upper(held))
	case s.loads.Held() == 0:
		return upper(held) + ": " + reasons(broke) + "."
	}
	at := strings.TrimSuffix(strings.TrimSuffix(broke.Text, " users"), " user")
	return fmt.Sprintf("The application held %s; at %s, %s.", s.textOf(s.loads.Held()), at, reasons(broke))
}

// heldText says which load held.
func (s *search) heldText() string {
	switch {
	case s.loads.Held() > 0:
		return s.textOf(s.loads.Held()) + " held"
	case s.loads.Broke() > 0:
		return "not even " + s.textOf(s.loads.Broke()) + " held"
	}
	return "no load was judged by then"
}

func (s *search) textOf(load int) string {
	_, text := s.plan.LimitLoad(load)
	return text
}

func reasons(step *metrics.LimitStep) string { return strings.Join(step.Reasons, ", and ") }

func upper(text string) string { return strings.ToUpper(text[:1]) + text[1:] }
