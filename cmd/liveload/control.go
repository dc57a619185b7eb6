package main

import (
	"cmp"
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
		return show(o.stdout, c.Bool("json"), run.status, statusText(run.status))
	}
	return o.send(ctx, asked, run, c.Bool("json"))
}

// send sends a request to the run and prints what it changed.
func (o *outside) send(ctx context.Context, r request, run foundRun, asJSON bool) error {
	if r.word == "stop" && r.scenario == "" {
		if err := run.client.Stop(ctx); err != nil {
			return failed(run, err)
		}
		return show(o.stdout, asJSON, map[string]string{"run": run.status.ID, "stopped": "all"},
			fmt.Sprintf("run %s: finishing the running iterations, no more begin\n", run.status.ID))
	}
	steered, err := run.client.Steer(ctx, r.scenario, r.command)
	if err != nil {
		return failed(run, err)
	}
	return show(o.stdout, asJSON, steered, steeredText(steered))
}

func failed(run foundRun, err error) error {
	if refused, ok := errors.AsType[*control.RefusedError](err); ok {
		return errors.New(strings.TrimPrefix(refused.Reason, "steer "))
	}
	return fmt.Errorf("run %s: %w", run.status.ID, err)
}

// show writes a value as JSON or as text.
func show(out io.Writer, asJSON bool, value any, text string) (err error) {
	if asJSON {
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		err = encoder.Encode(value)
	} else {
		_, err = io.WriteString(out, text)
	}
	if err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	return nil
}

func steeredText(s cluster.Steered) (text string) {
	for _, change := range s.Changes {
		text += change.Of(s.Scenario) + "\n"
	}
	return cmp.Or(text, s.Scenario+": nothing to change, it was like that\n")
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
	takes, r := 0, request{word: word}
	switch word {
	case "status":
	case "pause", "resume":
		paused := word == "pause"
		r.command.Paused = &paused
	case "stop":
		r.command.Stop = true
	case "users", "rate":
		takes = 1
		if len(values) == 0 {
			return refuse("how many? For example: liveload control %s", map[string]string{"users": "users 25", "rate": "rate 10/s"}[word])
		}
		if problem := r.readValue(values[0]); problem != "" {
			return refuse("%s", problem)
		}
	default:
		words := []string{"status", "users", "rate", "pause", "resume", "stop"}
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
