// Command flow compares what one iteration costs: the CPU of the whole process tree and the memory of
// a user, of liveload and of the same flow written directly on playwright-go, in turn, in one run, on
// the demo application. The demo counts the iterations, so no tool's own numbers are believed.
//
//	go run ./bench/flow -flow counter -users 5 -rounds 3
//
// With -telemetry it compares liveload's own sessions with telemetry and without:
//
//	go run ./bench/flow -telemetry -flow chatty
package main

import (
	"flag"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"time"

	"github.com/liveload/liveload/browserpool/installation"
	"github.com/liveload/liveload/examples/demo"
)

type settings struct {
	flow      string
	users     int
	settled   int
	warmup    time.Duration
	window    time.Duration
	rounds    int
	liveload  string
	against   string
	telemetry bool
}

func main() {
	var s settings
	var bareURL, sessionsURL string
	var unmeasured bool
	flag.StringVar(&s.flow, "flow", "counter", "counter (open, click 5 times) or chatty (a page with 200 sub-resources)")
	flag.IntVar(&s.users, "users", 5, "users at once")
	flag.IntVar(&s.settled, "settled", 20, "iterations of each user after which memory is measured")
	flag.DurationVar(&s.warmup, "warmup", 3*time.Second, "time before the window that is measured")
	flag.DurationVar(&s.window, "window", 15*time.Second, "time that is measured")
	flag.IntVar(&s.rounds, "rounds", 3, "how often each contestant runs")
	flag.StringVar(&s.liveload, "liveload", "bin/liveload", "the liveload binary")
	flag.StringVar(&s.against, "against", "", "another liveload binary, such as one from before a change, to run in turn with the others")
	flag.BoolVar(&s.telemetry, "telemetry", false, "compare sessions with telemetry and without")
	flag.StringVar(&sessionsURL, "sessions", "", "run the flow in sessions against this address until killed (used by the benchmark itself)")
	flag.BoolVar(&unmeasured, "unmeasured", false, "run those sessions without telemetry")
	flag.StringVar(&bareURL, "bare", "", "run the bare flow against this address until killed (used by the benchmark itself)")
	flag.Parse()
	if err := start(s, bareURL, sessionsURL, unmeasured); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func start(s settings, bareURL, sessionsURL string, unmeasured bool) error {
	inst, err := installation.Here()
	if err != nil {
		return err
	}
	if bareURL != "" {
		return bare(inst, s.flow, bareURL, s.users)
	}
	if sessionsURL != "" {
		return sessions(inst, s.flow, sessionsURL, s.users, unmeasured)
	}
	return compare(s, inst)
}

func compare(s settings, inst installation.Installation) error {
	app, err := demo.New(demo.Options{ClientDir: inst.DemoClientDir, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	server := httptest.NewServer(app.Handler())
	defer server.Close()
	defer app.Close()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	users := strconv.Itoa(s.users)
	liveload := func(binary string) []string {
		return []string{binary, "bench/flow/" + s.flow + ".js", "--users", users, "--duration", "10m", "--config", "baseURL=" + server.URL, "--quiet"}
	}
	contestants := []contestant{
		{"bare", []string{self, "-bare", server.URL, "-flow", s.flow, "-users", users}},
		{"liveload", liveload(s.liveload)},
	}
	if s.against != "" {
		contestants = append(contestants, contestant{"against", liveload(s.against)})
	}
	if s.telemetry {
		measured := []string{self, "-sessions", server.URL, "-flow", s.flow, "-users", users}
		contestants = []contestant{{"without telemetry", append(measured, "-unmeasured")}, {"with telemetry", measured}}
	}
	table := newTable()
	for round := range s.rounds {
		for _, c := range contestants {
			m, err := c.measure(s, app)
			if err != nil {
				return fmt.Errorf("%s, round %d: %w", c.name, round+1, err)
			}
			table.add(c.name, m)
		}
	}
	table.print(os.Stdout, s)
	return nil
}

// A contestant is a command that runs the flow until it is ended.
type contestant struct {
	name    string
	command []string
}

// A measurement is what one contestant used in the window. Memory is measured when the same number of
// iterations was done, since pages that are gone stay in memory until the browser collects them.
type measurement struct {
	iterations int
	usage      usage
}

func (c contestant) measure(s settings, app *demo.Server) (measurement, error) {
	cmd := exec.Command(c.command[0], c.command[1:]...)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return measurement{}, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	defer stop(cmd, ended)
	begun := iterationsOf(s.flow, app)
	if err := pause(s.warmup, ended); err != nil {
		return measurement{}, err
	}
	memory, err := settledMemory(cmd.Process.Pid, ended, func() bool {
		return iterationsOf(s.flow, app)-begun >= s.settled*s.users
	})
	if err != nil {
		return measurement{}, err
	}
	iterations := iterationsOf(s.flow, app)
	before, err := treeUsage(cmd.Process.Pid)
	if err != nil {
		return measurement{}, err
	}
	if err := pause(s.window, ended); err != nil {
		return measurement{}, err
	}
	after, err := treeUsage(cmd.Process.Pid)
	if err != nil {
		return measurement{}, err
	}
	used := after.minus(before)
	used.pss = memory
	return measurement{iterations: iterationsOf(s.flow, app) - iterations, usage: used}, nil
}

// settledMemory is what the tree below root takes as soon as done says so.
func settledMemory(root int, ended <-chan error, done func() bool) (map[string]float64, error) {
	for !done() {
		if err := pause(100*time.Millisecond, ended); err != nil {
			return nil, err
		}
	}
	u, err := treeUsage(root)
	return u.pss, err
}

func pause(d time.Duration, ended <-chan error) error {
	select {
	case <-time.After(d):
		return nil
	case err := <-ended:
		return fmt.Errorf("ended too early: %v", err)
	}
}

// stop asks twice, as a person with Ctrl-C would, and waits.
func stop(cmd *exec.Cmd, ended <-chan error) {
	for range 2 {
		_ = cmd.Process.Signal(os.Interrupt)
		select {
		case <-ended:
			return
		case <-time.After(10 * time.Second):
		}
	}
	_ = cmd.Process.Kill()
	<-ended
}
