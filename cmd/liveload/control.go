package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/liveload/liveload/cluster"
	"github.com/liveload/liveload/control"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/shape"
	"github.com/liveload/liveload/suggest"
)

// controlFlags say which run and scenario are meant.
func controlFlags() []cli.Flag {
	return []cli.Flag{
		newFlag("scenario", "change the scenario `NAME` (the only one)"),
		newFlag("run", "ask the run `ID`, or the only one whose id begins so (the only one)"),
		newFlag("json", "print JSON, for programs"),
	}
}

// A request is what the command line asks of a run.
type request struct {
	word     string
	command  plan.Command
	scenario string
}

// control watches or changes a run of this machine.
func (o *outside) control(c *cli.Context) error {
	asked, err := readRequest(c.Args().Slice())
	if err != nil {
		return err
	}
	asked.scenario = c.String("scenario")
	if asked.word == "status" && asked.scenario != "" {
		return &usageError{problem: "status shows all scenarios: leave --scenario out"}
	}
	ctx, cancel := context.WithTimeout(c.Context, closeTimeout)
	defer cancel()
	run, err := o.findRun(ctx, c.String("run"))
	if err != nil {
		return err
	}
	if asked.word == "status" {
		return show(o.stdout, c.Bool("json"), run.status, func(out io.Writer) error { return showStatus(out, run.status) })
	}
	return o.send(ctx, asked, run, c.Bool("json"))
}

// send sends a request to the run and prints what it changed.
func (o *outside) send(ctx context.Context, r request, run foundRun, asJSON bool) error {
	if r.word == "stop" && r.scenario == "" {
		if err := run.client.Stop(ctx); err != nil {
			return failed(run, err)
		}
		return show(o.stdout, asJSON, map[string]string{"run": run.status.ID, "stopped": "all"}, func(out io.Writer) error {
			_, err := fmt.Fprintf(out, "run %s: finishing the running iterations, no more begin\n", run.status.ID)
			return err
		})
	}
	steered, err := run.client.Steer(ctx, r.scenario, r.command)
	if err != nil {
		return failed(run, err)
	}
	return show(o.stdout, asJSON, steered, func(out io.Writer) error { return showSteered(out, steered) })
}

func failed(run foundRun, err error) error {
	var refused *control.RefusedError
	if errors.As(err, &refused) {
		return errors.New(strings.TrimPrefix(refused.Reason, "steer "))
	}
	return fmt.Errorf("run %s: %w", run.status.ID, err)
}

// show writes a value as JSON or as text.
func show(out io.Writer, asJSON bool, value any, text func(io.Writer) error) error {
	if !asJSON {
		return text(out)
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	return nil
}

func showSteered(out io.Writer, s cluster.Steered) error {
	for _, change := range s.Changes {
		if _, err := fmt.Fprintln(out, change.Of(s.Scenario)); err != nil {
			return fmt.Errorf("write the answer: %w", err)
		}
	}
	if len(s.Changes) > 0 {
		return nil
	}
	_, err := fmt.Fprintf(out, "%s: nothing to change, it was like that\n", s.Scenario)
	return err
}

// readRequest reads the arguments behind the command.
func readRequest(args []string) (request, error) {
	refuse := func(format string, values ...any) (request, error) {
		return request{}, &usageError{problem: fmt.Sprintf(format, values...)}
	}
	if len(args) == 0 {
		return refuse("what should the run do? For example: liveload control status")
	}
	word, values := args[0], args[1:]
	words := []string{"status", "users", "rate", "pause", "resume", "stop"}
	takes := 0
	if word == "users" || word == "rate" {
		takes = 1
	}
	r := request{word: word}
	switch word {
	case "status":
	case "pause", "resume":
		paused := word == "pause"
		r.command.Paused = &paused
	case "stop":
		r.command.Stop = true
	case "users", "rate":
		if len(values) == 0 {
			return refuse("how many? For example: liveload control %s", map[string]string{"users": "users 25", "rate": "rate 10/s"}[word])
		}
		if problem := r.readValue(values[0]); problem != "" {
			return refuse("%s", problem)
		}
	default:
		if near := suggest.Closest(word, words); near != "" {
			return refuse("a run has no command %q: did you mean %s?", word, near)
		}
		return refuse("a run has no command %q: write one of %s", word, strings.Join(words, ", "))
	}
	if len(values) > takes {
		return refuse("liveload control %s takes no argument %q", word, values[takes])
	}
	return r, nil
}

// readValue reads the number of users or the rate, and says what is wrong with it.
func (r *request) readValue(text string) (problem string) {
	if r.word == "rate" {
		rate, err := shape.ParseRate(text)
		if err != nil {
			return err.Error()
		}
		if err := plan.CheckRate(rate); err != nil {
			return "the rate " + err.Error()
		}
		r.command.Rate = &rate
		return ""
	}
	users, err := strconv.Atoi(text)
	if err != nil || users < 0 {
		return fmt.Sprintf("%q is not a number of users: write a whole number from 0 up", text)
	}
	r.command.Users = &users
	return ""
}
