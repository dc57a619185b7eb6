package machines

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/cluster/phases"
	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/remote"
)

// A cloud is a provider and the hub that its machines join: machine m-1, m-2, and so on, each as boots says.
type cloud struct {
	boots   map[string]any // how long the worker of a machine takes to join, or the error with which the machine ends; never without
	refuses error          // what Check says
	fails   error          // what Destroy says
	ended   []string       // for which machines Destroy was called

	mu       sync.Mutex
	spec     providers.Spec
	launched int
	there    map[string]bool // machines
	joined   []string
	without  map[string]bool
	gone     []string
	changed  chan struct{}
}

// An atOnce is why a machine ends while it is launched.
type atOnce struct{ error }

func newCloud(boots map[string]any) *cloud {
	return &cloud{boots: boots, there: map[string]bool{}, without: map[string]bool{}, changed: make(chan struct{})}
}

func (c *cloud) Check(context.Context, int) error { return c.refuses }

func (c *cloud) Launch(_ context.Context, n int, spec providers.Spec) (machines []providers.Machine, err error) {
	var ended []func() // before it returns
	defer func() {
		for _, tell := range ended {
			tell()
		}
	}()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.spec = spec
	for range n {
		c.launched++
		m := providers.Machine{Run: spec.Run, Name: fmt.Sprintf("m-%d", c.launched), Launched: time.Now()}
		c.there[m.Name] = true
		machines = append(machines, m)
		switch boot := c.boots[m.Name].(type) {
		case time.Duration:
			time.AfterFunc(boot, func() { c.join(m.Name) })
		case atOnce:
			ended = append(ended, func() { spec.Ended(m, boot) })
		case error:
			time.AfterFunc(time.Second, func() { spec.Ended(m, boot) })
		}
	}
	return machines, nil
}

func (c *cloud) join(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.there[name] && !c.without[name] {
		c.joined = append(c.joined, name)
		close(c.changed)
		c.changed = make(chan struct{})
	}
}

func (c *cloud) Destroy(_ context.Context, machines []providers.Machine) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range machines {
		c.ended = append(c.ended, m.Name)
		delete(c.there, m.Name)
	}
	return c.fails
}

func (c *cloud) Leftovers(context.Context) ([]providers.Machine, error) { return nil, nil }

func (c *cloud) Gather(ctx context.Context, n int, told func([]string)) ([]*remote.Node, error) {
	for {
		c.mu.Lock()
		joined, changed := slices.Clone(c.joined), c.changed
		c.mu.Unlock()
		told(joined)
		if len(joined) >= n {
			return make([]*remote.Node, n), nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

func (c *cloud) Exclude(names []string) (excluded []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, name := range names {
		if !slices.Contains(c.joined, name) {
			c.without[name] = true
			excluded = append(excluded, name)
		}
	}
	return excluded
}

func (c *cloud) Gone(name string, _ error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gone = append(c.gone, name)
}

func (c *cloud) set(replace bool, log *strings.Builder) *Set {
	return New(Options{
		Provider: c, Hub: c, Spec: func() providers.Spec { return providers.Spec{Run: "r"} }, Patience: time.Minute, Replace: replace,
		Phases: phases.New(func(phases.Phase, string) {}), Log: slog.New(slog.NewTextHandler(log, nil)),
	})
}

func TestGather(t *testing.T) {
	soon, dead := 10*time.Second, errors.New("the machine was taken away")
	for _, test := range []struct {
		name    string
		boots   map[string]any
		replace bool
		there   []string // machines at the end
		took    time.Duration
		err     string
	}{
		{"all join", map[string]any{"m-1": soon, "m-2": soon}, false, []string{"m-1", "m-2"}, soon, ""},
		{"one never joins", map[string]any{"m-1": soon, "m-3": soon}, false, []string{"m-1", "m-3"}, time.Minute + soon, ""},
		{"one joins too late", map[string]any{"m-1": soon, "m-2": time.Minute + time.Second, "m-3": soon}, false, []string{"m-1", "m-3"}, time.Minute + soon, ""},
		{"nor does the one that replaces it", map[string]any{"m-1": soon}, false, []string{"m-1", "m-3"}, 2 * time.Minute, "m-3 has replaced m-2, which did not join either: m-3 did not join: waited 1m0s"},
		{"one ends", map[string]any{"m-1": soon, "m-2": dead, "m-3": soon}, true, []string{"m-1", "m-3"}, time.Second + soon, ""},
		{"one ends before it was known", map[string]any{"m-1": soon, "m-2": atOnce{dead}, "m-3": soon}, true, []string{"m-1", "m-3"}, soon, ""},
		{"one ends, and the one that replaces it", map[string]any{"m-1": soon, "m-2": dead, "m-3": dead}, true, []string{"m-1", "m-3"}, 2 * time.Second, "m-3 has replaced m-2, which did not join either: m-3 did not join: the machine was taken away"},
		{"one ends that nobody replaces", map[string]any{"m-1": soon, "m-2": dead}, false, []string{"m-1", "m-2"}, time.Second, "m-2 did not join: the machine was taken away"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, log, began := newCloud(test.boots), &strings.Builder{}, time.Now()
				s := c.set(test.replace, log)
				nodes, err := s.Gather(t.Context(), 2, 2)
				if took := time.Since(began); took != test.took {
					t.Errorf("it took %v, want %v", took, test.took)
				}
				if text := fmt.Sprint(err); test.err != "" && text != test.err || test.err == "" && (err != nil || len(nodes) != 2) {
					t.Errorf("Gather = %d nodes, %v; want %q", len(nodes), err, test.err)
				}
				if there := slices.Sorted(maps.Keys(c.there)); !slices.Equal(there, test.there) {
					t.Errorf("the machines are %q, want %q", there, test.there)
				}
				if err := s.Close(t.Context()); err != nil || len(c.there) > 0 {
					t.Errorf("Close = %v; left %v", err, c.there)
				}
				time.Sleep(time.Hour) // workers that come later are refused
			})
		})
	}
}

// TestUses: a machine is used from its launch until it is ended, or has ended.
func TestUses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, log, began := newCloud(map[string]any{"m-2": errors.New("killed")}), &strings.Builder{}, time.Now()
		s := c.set(false, log)
		if _, err := s.Launch(t.Context(), 3); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if err := s.Destroy(t.Context(), "m-1"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		c.fails = errors.New("the cloud is away")
		if err := s.Close(t.Context()); !errors.Is(err, c.fails) {
			t.Errorf("Close = %v", err)
		}
		time.Sleep(time.Minute)
		c.fails = nil
		if err := s.Close(t.Context()); err != nil {
			t.Error(err)
		}
		var lasted []time.Duration
		for _, use := range s.Uses() {
			lasted = append(lasted, use.Until.Sub(began))
		}
		if want := []time.Duration{time.Minute, time.Second, 3 * time.Minute}; !slices.Equal(lasted, want) {
			t.Errorf("machines lasted %v, want %v", lasted, want)
		}
		if err := s.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if want := []string{"m-1", "m-2", "m-3", "m-2", "m-3"}; !slices.Equal(c.ended, want) {
			t.Errorf("the provider was asked to end %q, want %q: none again that it has ended", c.ended, want)
		}
		synctest.Wait() // what was told is ordered before it is read
		if !slices.Equal(c.gone, []string{"m-2"}) || strings.Count(log.String(), "a worker has ended") != 1 {
			t.Errorf("told of %q: %s", c.gone, log)
		}
	})
}

// TestCheck: what stands in the way of machines is told before any is started.
func TestCheck(t *testing.T) {
	c, log := newCloud(nil), &strings.Builder{}
	c.refuses = errors.New("the quota allows 3 of them")
	if _, err := c.set(false, log).Gather(t.Context(), 40, 40); err == nil || err.Error() != "start 40 machines: the quota allows 3 of them" || c.launched != 0 {
		t.Errorf("Gather = %v; %d machines were launched", err, c.launched)
	}
}

// TestInterrupt: nobody replaces machines of a run that was interrupted.
func TestInterrupt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, log := newCloud(nil), &strings.Builder{}
		ctx, cancel := context.WithCancelCause(t.Context())
		enough := errors.New("Ctrl-C")
		time.AfterFunc(time.Second, func() { cancel(enough) })
		if _, err := c.set(true, log).Gather(ctx, 2, 2); !errors.Is(err, enough) || c.launched != 2 {
			t.Errorf("Gather = %v; %d machines were launched", err, c.launched)
		}
	})
}

// TestUsed: batches that follow each other are given what machines were there meanwhile, together all of it.
func TestUsed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, log, began := newCloud(nil), &strings.Builder{}, time.Now()
		s := c.set(false, log)
		for range 2 {
			if _, err := s.Launch(t.Context(), 2); err != nil {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Minute)
			if err := s.Destroy(t.Context(), s.Uses()[0].Name, s.Uses()[1].Name); err != nil {
				t.Fatal(err)
			}
		}
		for _, test := range []struct {
			from, until time.Duration // since the start
			total       time.Duration
			most        int
		}{
			{0, 20 * time.Minute, 40 * time.Minute, 2},
			{-time.Hour, 15 * time.Minute, 30 * time.Minute, 2},
			{15 * time.Minute, 20 * time.Minute, 10 * time.Minute, 2},
			{-time.Hour, 0, 0, 0},
		} {
			if total, most := s.Used(began.Add(test.from), began.Add(test.until)); total != test.total || most != test.most {
				t.Errorf("from %v until %v: %d machines, %v; want %d, %v", test.from, test.until, most, total, test.most, test.total)
			}
		}
	})
}
