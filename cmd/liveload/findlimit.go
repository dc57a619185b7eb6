package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/limit"
	"github.com/liveload/liveload/plan/shape"
)

const (
	findLimitFlag     = "find-limit"
	findLimitStepFlag = "find-limit-step"
	findLimitMaxFlag  = "find-limit-max"
)

// findLimitFlags ask for the largest load instead of making one.
func findLimitFlags() []cli.Flag {
	return []cli.Flag{
		newFlag(findLimitFlag, "look for the largest number of `users|rate` that keeps the thresholds; --users or --rate says where to begin (1, 1/s)"),
		newFlag(findLimitStepFlag, "judge each load for `TIME`, at least 5s (30s)"),
		newFlag(findLimitMaxFlag, "try no more than `LOAD`, users or a rate such as 50/s (1000, 1000/s)"),
	}
}

// findLimit reads what search is asked for; nil is none.
func (r *flagReader) findLimit() *plan.FindLimit {
	of := r.choice(findLimitFlag, "", metrics.LimitOfUsers, metrics.LimitOfRate)
	if of == "" {
		for _, name := range []string{findLimitStepFlag, findLimitMaxFlag} {
			if r.text(name) != "" {
				r.refuse(name, "needs a search: add --%s users or --%s rate", findLimitFlag, findLimitFlag)
			}
		}
		return nil
	}
	r.refuseBeside(of)
	f := &plan.FindLimit{Step: plan.DefaultLimitStep, From: r.place(findLimitFlag)}
	if step := r.duration(findLimitStepFlag); step != nil {
		f.Step = *step
		if f.Step < plan.LeastLimitStep {
			r.refuse(findLimitStepFlag, "is %q, but takes at least %v: in less nobody can tell whether this machine keeps up", r.text(findLimitStepFlag), plan.LeastLimitStep)
		}
	}
	if of == metrics.LimitOfUsers {
		f.Users = r.userRange()
	} else {
		f.Rate = r.rateRange()
	}
	return f
}

// refuseBeside refuses flags that set another load than the search makes.
func (r *flagReader) refuseBeside(of string) {
	hints := map[string]string{
		"duration":   "the search ends by itself, and --" + findLimitStepFlag + " says how long each load is judged",
		"ramp-up":    "the search lets users start evenly by itself",
		"stage":      "the search decides how many users or iterations there are",
		"iterations": "the search decides how many there are", "iterations-per-user": "the search decides how many there are",
	}
	if of == metrics.LimitOfUsers {
		hints["rate"] = "say --" + findLimitFlag + " rate to look for the highest rate"
	} else {
		hints["users"] = "say --" + findLimitFlag + " users to look for the most users, or --max-users for how many a rate may take"
	}
	if r.isOn("controlled") {
		r.refuse("controlled", "cannot be combined with --%s %s: the search decides how many users there are, and nobody else", findLimitFlag, of)
	}
	for _, name := range flagNames(loadFlags()) {
		if hint := hints[name]; hint != "" && r.text(name) != "" {
			r.refuse(name, "cannot be combined with --%s %s: %s", findLimitFlag, of, hint)
		}
	}
}

func (r *flagReader) userRange() *plan.IntRange {
	among := &plan.IntRange{Start: 1, Most: plan.DefaultLimitUsers}
	if start := r.number("users"); start != nil {
		among.Start = *start
	}
	if most := r.number(findLimitMaxFlag); most != nil {
		among.Most = *most
	}
	switch {
	case among.Most > plan.MostExtra:
		r.refuse(findLimitMaxFlag, "asks for %d users, but a scenario has at most %d", among.Most, plan.MostExtra)
	case among.Most < among.Start:
		r.refuse(findLimitMaxFlag, "is %d, but the search begins with %d users", among.Most, among.Start)
	}
	return among
}

func (r *flagReader) rateRange() *plan.RateRange {
	among := &plan.RateRange{Start: shape.Rate{Count: 1, Per: time.Second}, Most: shape.Rate{Count: plan.DefaultLimitRate, Per: time.Second}}
	if start := r.rate("rate"); start != nil {
		among.Start = *start
	}
	if most := r.rate(findLimitMaxFlag); most != nil {
		among.Most = *most
	}
	if err := plan.CheckRate(among.Most); err != nil {
		r.refuse(findLimitMaxFlag, "%v", err)
	}
	switch {
	case among.Start.Count == 0:
		r.refuse("rate", "is %v, but the search begins with more than nothing, such as 1/s", among.Start)
	case among.Most.PerSecond() < among.Start.PerSecond():
		r.refuse(findLimitMaxFlag, "is %v, but the search begins with %v", among.Most, among.Start)
	}
	return among
}

// checkFindLimit refuses a run in which nothing could be looked for.
func checkFindLimit(p plan.Plan) error {
	var names []string
	for _, s := range p.Scenarios {
		names = append(names, s.Name)
	}
	switch {
	case len(names) > 1:
		return &usageError{problem: fmt.Sprintf("--%s raises the load of one scenario, but here are %d: %s. Give it a script with one",
			findLimitFlag, len(names), strings.Join(names, ", "))}
	case len(p.Scenarios[0].Thresholds) == 0:
		return &usageError{problem: fmt.Sprintf(`--%s needs thresholds: they say which load the application holds. For example
  --threshold 'iteration_failures:rate<1%%' --threshold 'iteration_duration_us:p(95)<5s'
or in the script
  export const options = { thresholds: { iteration_failures: 'rate<1%%', liveview_event_duration_us: 'p(95)<250ms' } };`, findLimitFlag)}
	}
	return nil
}

// judgeLimit refuses a search in which not even the first load has held.
func judgeLimit(results []metrics.Result) error {
	for _, r := range results {
		if r.Limit != nil && r.Limit.Held == nil {
			return &brokenError{r.Limit.Statement}
		}
	}
	return nil
}

// showSearch shows which loads a search would try, and how long that takes.
func showSearch(out io.Writer, s *plan.Scenario) {
	if s.FindLimit == nil {
		return
	}
	loads := limit.Raises(s.LimitStart(), s.FindLimit.Most)
	var way []string
	for i, load := range loads {
		_, text := s.LimitLoad(load)
		if i < len(loads)-1 {
			text = strings.TrimSuffix(strings.TrimSuffix(text, " users"), " user")
		}
		way = append(way, text)
	}
	if len(way) > 5 {
		way = slices.Replace(way, 4, len(way)-1, "…")
	}
	settle, step := s.FindLimit.Settle().Round(100*time.Millisecond), time.Duration(s.FindLimit.Step)
	usual := limit.UsualSteps(s.LimitStart(), s.FindLimit.Most)
	fmt.Fprintf(out, "  The search: %s while they hold, then between the last two to within 5 %%.\n", strings.Join(way, ", "))
	more := "users take to start"
	if s.Kind().Open() {
		more = "iterations take to end after a rate that broke"
	}
	fmt.Fprintf(out, "  Each settles for %v and is judged for %v: %d loads in %v at most, and the time that %s.\n",
		settle, step, usual, (time.Duration(usual) * (settle + step)).Round(time.Second), more)
	fmt.Fprintf(out, "  The one that broke is tried again; if it holds then, the search goes on from there and takes longer.\n\n")
}
