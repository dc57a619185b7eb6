package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/liveload/liveload/browserpool/rundir"
	"github.com/liveload/liveload/cluster"
	"github.com/liveload/liveload/control"
	"github.com/liveload/liveload/sinks/plaintext"
)

// statusTimeout is how long a run may take to answer.
const statusTimeout = 5 * time.Second

// A foundRun is a run of this machine that answers.
type foundRun struct {
	client *control.Client
	status control.Status
}

// findRun returns the run whose id begins so, or the only one.
func (o *outside) findRun(ctx context.Context, id string) (foundRun, error) {
	env, err := o.environment("", false)
	if err != nil {
		return foundRun{}, err
	}
	alive, err := rundir.Alive(env.Cache)
	if err != nil {
		return foundRun{}, err
	}
	found, silent := askAll(ctx, alive)
	var meant []foundRun
	for _, run := range found {
		if strings.HasPrefix(run.status.ID, id) {
			meant = append(meant, run)
		}
	}
	switch {
	case len(meant) == 1:
		return meant[0], nil
	case len(found) == 0 && silent != nil:
		return foundRun{}, silent
	case len(found) == 0:
		return foundRun{}, fmt.Errorf("no liveload runs here (this is about runs of the same user with the cache folder %s)", env.Cache)
	case len(meant) == 0:
		return foundRun{}, fmt.Errorf("no run %q is in progress, but these are:\n%s", id, listOf(found))
	}
	return foundRun{}, fmt.Errorf("several runs are in progress, name one with --run:\n%s", listOf(meant))
}

// askAll asks every run for its status. A run without a socket is just beginning or ending, or no run but
// another command; silent names those that do not answer.
func askAll(ctx context.Context, alive []rundir.Live) (found []foundRun, silent error) {
	ctx, cancel := context.WithTimeout(ctx, statusTimeout)
	defer cancel()
	answers, errs := make([]control.Status, len(alive)), make([]error, len(alive))
	var asking sync.WaitGroup
	for i, run := range alive {
		asking.Go(func() { answers[i], errs[i] = control.NewClient(run.Path).Status(ctx) })
	}
	asking.Wait()
	for i, run := range alive {
		if errs[i] == nil {
			found = append(found, foundRun{client: control.NewClient(run.Path), status: answers[i]})
			continue
		}
		if _, err := os.Lstat(control.Socket(run.Path)); err == nil {
			silent = errors.Join(silent, fmt.Errorf("run %s does not answer: %w", run.ID, errs[i]))
		}
	}
	return found, silent
}

// listOf is a table of runs, for people to choose from.
func listOf(runs []foundRun) string {
	var out strings.Builder
	table := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "  run\tscript\tsince\tusers")
	for _, r := range runs {
		fmt.Fprintf(table, "  %s\t%s\t%s\t%d\n", r.status.ID, scriptList(r.status), since(r.status.Since), r.status.Users())
	}
	_ = table.Flush() // into memory
	return strings.TrimSuffix(out.String(), "\n")
}

func scriptList(s control.Status) string { return plaintext.Line(strings.Join(s.Scripts, ", ")) }

func since(t time.Time) string {
	return fmt.Sprintf("%s (%v)", t.Local().Format(time.TimeOnly), time.Since(t).Round(time.Second))
}

// statusText says how far a run is.
func statusText(s control.Status) string {
	var out strings.Builder
	table := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "run %s of %s, since %s\n", s.ID, scriptList(s), since(s.Since))
	if s.Ending {
		fmt.Fprintln(table, "it finishes the running iterations, no more begin")
	}
	if len(s.Scenarios) == 0 {
		fmt.Fprintln(table, "no scenario runs at the moment: the next one is being prepared, or the last one is done")
	} else {
		fmt.Fprintln(table, "\nscenario\tshape\tusers\trate\titerations\tfailures\tstate\tleft")
	}
	for _, one := range s.Scenarios {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%d\t%d\t%s\t%s\n", plaintext.Line(one.Name), one.Kind, usersOf(one), rateOf(one), one.Iterations, one.Failures, one.State, left(one))
	}
	_ = table.Flush() // into memory
	for _, one := range s.Scenarios {
		if one.Search != nil {
			fmt.Fprintf(&out, "\nlooking for the limit of %s: %s\n", plaintext.Line(one.Name), searchOf(*one.Search))
		}
	}
	return out.String()
}

// searchOf says how far a search is.
func searchOf(s cluster.SearchStatus) string {
	var parts []string
	if s.Now != "" {
		parts = append(parts, s.Now)
	}
	switch {
	case s.Held != "":
		parts = append(parts, s.Held+" held")
	case s.Broke == "":
		parts = append(parts, "no load was judged by now")
	}
	if s.Broke != "" {
		parts = append(parts, s.Broke+" did not: "+s.Reason)
	}
	return plaintext.Line(strings.Join(parts, "; "))
}

func usersOf(s cluster.ScenarioStatus) string {
	if s.Wanted == nil {
		return fmt.Sprint(s.Users)
	}
	return fmt.Sprintf("%d of %d", s.Users, *s.Wanted)
}

func rateOf(s cluster.ScenarioStatus) string {
	if s.Rate == "" {
		return fmt.Sprintf("%.1f/s", s.PerSecond)
	}
	return fmt.Sprintf("%.1f/s of %s", s.PerSecond, s.Rate)
}

func left(s cluster.ScenarioStatus) string {
	if s.LeftMS == nil {
		return "-"
	}
	return (time.Duration(*s.LeftMS) * time.Millisecond).Round(time.Second).String()
}
