package providertest

import (
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/liveload/liveload/cluster/providers"
)

// A stage is the controller of one test: a provider, and the hub that its workers join.
type stage struct {
	*testing.T
	rig      Rig
	hub      *hub
	open     Open
	provider providers.Provider
	end      func() error
	run      string
	ended    chan error // what Spec.Ended was told
}

func newStage(t *testing.T, open Open, rig Rig) *stage {
	t.Helper()
	run := uuid.NewString()
	provider, end, err := open(rig.Config, run)
	if err != nil {
		t.Fatal(err)
	}
	return &stage{
		T: t, rig: rig, hub: openHub(t, rig.Listen), open: open, provider: provider, end: end,
		run: run, ended: make(chan error, 100),
	}
}

func (s *stage) spec(env ...string) providers.Spec {
	return providers.Spec{
		Run: s.run, Token: s.hub.token(), Args: []string{"--log-level", "warn", "--lifetime", time.Hour.String()}, Env: env, Lifetime: time.Hour,
		Ended: func(_ providers.Machine, why error) { s.ended <- why },
	}
}

// becomeAnother gives the stage the id of a run whose controller will be killed: the run of this process goes on.
func (s *stage) becomeAnother() { s.run = uuid.NewString() }

// launch launches n machines and waits until their workers have joined.
func (s *stage) launch(n int, env ...string) []providers.Machine {
	s.Helper()
	machines, err := s.provider.Launch(bounded(s.T), n, s.spec(env...))
	if err != nil || len(machines) != n {
		s.Fatalf("Launch = %d machines, %v; want %d", len(machines), err, n)
	}
	s.hub.waitFor(s.T, names(machines)...)
	return machines
}

// destroy destroys machines, and waits until only the rest is here.
func (s *stage) destroy(machines []providers.Machine, rest ...providers.Machine) {
	s.Helper()
	if err := s.provider.Destroy(bounded(s.T), machines); err != nil {
		s.Fatalf("Destroy = %v", err)
	}
	s.hub.waitFor(s.T, names(rest)...)
}

// whyEnded is what Spec.Ended is told next.
func (s *stage) whyEnded() string {
	s.Helper()
	select {
	case why := <-s.ended:
		return why.Error()
	case <-bounded(s.T).Done():
		s.Fatal("nobody was told that a machine had ended")
		return ""
	}
}

// checkNobodyEnded makes sure that no machine ended by itself.
func (s *stage) checkNobodyEnded() {
	s.Helper()
	select {
	case why := <-s.ended:
		s.Errorf("a machine ended: %v", why)
	default:
	}
}

func names(machines []providers.Machine) (all []string) {
	for _, m := range machines {
		all = append(all, m.Name)
	}
	return all
}

// leftovers are those of this test.
func (s *stage) leftovers() []providers.Machine {
	s.Helper()
	left, err := s.provider.Leftovers(bounded(s.T))
	if err != nil {
		s.Fatalf("Leftovers = %v", err)
	}
	return slices.DeleteFunc(left, func(m providers.Machine) bool { return m.Run != s.run })
}

// crash launches n machines in a controller of another process, which it kills once they have joined.
func (s *stage) crash(n int, spec providers.Spec) []providers.Machine {
	s.Helper()
	return s.crashAs(s.rig.Config, n, spec)
}

// crashAs crashes a controller that has another Config.
func (s *stage) crashAs(config string, n int, spec providers.Spec) []providers.Machine {
	s.Helper()
	launched, kill := s.controller(config, n, spec)
	defer kill()
	var machines []providers.Machine
	if err := json.NewDecoder(launched).Decode(&machines); err != nil {
		s.Fatal(err)
	}
	s.hub.waitFor(s.T, names(machines)...)
	return machines
}

// controller begins to launch n machines in another process, which writes those that run. kill kills it.
func (s *stage) controller(config string, n int, spec providers.Spec) (launched io.Reader, kill func()) {
	s.Helper()
	text, err := json.Marshal(order{config, n, spec})
	if err != nil {
		s.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), controller+"="+string(text))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		s.Fatal(err)
	}
	in, err := cmd.StdinPipe() // it ends with this test at the latest
	if err != nil {
		s.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		s.Fatal(err)
	}
	var once sync.Once
	kill = func() {
		once.Do(func() {
			cmd.Process.Kill()
			cmd.Wait()
			in.Close()
		})
	}
	s.Cleanup(kill)
	return out, kill
}

// checkNothingLeft ends the run and looks for what should be gone.
func (s *stage) checkNothingLeft() {
	s.Helper()
	s.hub.waitFor(s.T)
	if err := s.end(); err != nil {
		s.Errorf("end the run: %v", err)
	}
	if left := s.leftovers(); len(left) > 0 {
		s.Errorf("leftovers: %+v", left)
	}
	s.eventually("what is left on the machines", s.rig.Left)
	s.eventually("goroutines", func() ([]string, error) { return goroutines(), nil })
}

// eventually waits until there is nothing.
func (s *stage) eventually(what string, list func() ([]string, error)) {
	s.Helper()
	s.until(what, func() ([]string, bool, error) {
		left, err := list()
		return left, len(left) == 0, err
	})
}

// until waits until something is so, and shows what it saw last when it never is.
func (s *stage) until(what string, look func() (seen []string, ok bool, err error)) {
	s.Helper()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	ctx := bounded(s.T)
	for {
		seen, ok, err := look()
		if err == nil && ok {
			return
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			s.Errorf("%s: %q, %v", what, seen, err)
			return
		}
	}
}

// goroutines are those of providers. Those of tests do not count, also where they call providers.
func goroutines() (all []string) {
	stacks := make([]byte, 1<<20)
	for stack := range strings.SplitSeq(string(stacks[:runtime.Stack(stacks, true)]), "\n\n") {
		if strings.Contains(stack, "liveload/cluster/providers/") && !strings.Contains(stack, "test.") {
			all = append(all, stack)
		}
	}
	return all
}
