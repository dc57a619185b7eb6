package fly

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"github.com/liveload/liveload/cluster/providers"
)

var spec = providers.Spec{Run: "r", Token: "secret", Lifetime: time.Hour}

// provider is one of a run that the fake has. Its machines run and never join.
func provider(t *testing.T, regions ...string) *Provider {
	t.Helper()
	home := providers.Home{Owner: "me", Log: quiet, Runs: func() ([]string, error) { return nil, nil }}
	p, err := hasty(home, Options{App: testApp, Image: "liveload/liveload:1", Regions: regions, Env: []string{"PROVIDERTEST_WORKER=absent"}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// checkLeft removes what Leftovers finds, after which nothing is left.
func checkLeft(t *testing.T, f *fake, p *Provider) {
	t.Helper()
	left, err := p.Leftovers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Destroy(t.Context(), left); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(time.Minute)
	for { // the folders of machines go a moment after them
		still, err := f.left()
		if err == nil && len(still) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("left after Leftovers has found %d machines: %q, %v", len(left), still, err)
		}
		f.mu.Lock()
		changed := f.changed
		f.mu.Unlock()
		select {
		case <-changed:
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// count says how many machines there were, in each region and together.
func (f *fake) count() (byRegion map[string]int, all int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	byRegion = map[string]int{}
	for _, m := range f.machines {
		byRegion[m.Region]++
	}
	return byRegion, len(f.machines)
}

func TestRegions(t *testing.T) {
	for _, test := range []struct {
		name    string
		regions []string
		room    map[string]int
		faults  []fault
		want    map[string]int // machines by region
		err     string
	}{
		{"machines are spread", []string{"ams", "fra", "iad"}, nil, nil, map[string]int{"ams": 2, "fra": 1, "iad": 1}, ""},
		{"a full region is left out", []string{"ams", "fra"}, map[string]int{"ams": 0}, nil, map[string]int{"fra": 4}, ""},
		{"so is one whose quota is used up", []string{"ams", "fra"}, map[string]int{"fra": 9}, []fault{{
			method: "POST", path: "machines", status: 403, times: 1, text: `organization "My Org" is using 1970176 MB of memory in ams which is over the allowed quota. please consider other regions`,
		}}, nil, ""},
		{"all regions are full", []string{"ams", "fra"}, map[string]int{"ams": 1, "fra": 2}, nil, map[string]int{"ams": 1, "fra": 2},
			"there is no room for a machine of the size performance-2x: "},
		{"without regions Fly chooses", nil, nil, nil, map[string]int{"ams": 4}, ""},
		{"without regions there is one to be full", nil, map[string]int{"ams": 0}, nil, nil,
			"the region next to here: Fly answers 422: insufficient resources available to fulfill request in ams: name other regions, or a smaller size"},
		{"a host has no memory left", []string{"ams", "fra"}, nil, []fault{{
			method: "POST", path: "machines", status: 409, times: 1, text: "aborted: could not reserve resource for machine: insufficient memory available to fulfill request",
		}}, nil, ""},
		{"a refusal of another kind ends it", []string{"ams", "fra"}, nil, []fault{{
			method: "POST", path: "machines", status: 422, times: 9, text: "To create more than 1 machine per app please add a payment method.",
		}}, nil, "Fly wants a payment method before there can be more machines"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := startFake(t)
			f.change(func() { f.faults = test.faults })
			if test.room != nil {
				f.change(func() { f.room = test.room })
			}
			p := provider(t, test.regions...)
			machines, err := p.Launch(t.Context(), 4, spec)
			if (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("Launch = %v, want %q", err, test.err)
			}
			if test.err == "" && len(machines) != 4 {
				t.Errorf("%d machines run", len(machines))
			}
			where, _ := f.count()
			for region, n := range test.want {
				if where[region] != n {
					t.Errorf("machines are in %v, want %v", where, test.want)
					break
				}
			}
			if err := p.Destroy(t.Context(), machines); err != nil {
				t.Error(err)
			}
			checkLeft(t, f, p)
		})
	}
}

// TestCreatedWithoutAnAnswer: a machine that was created though the request failed is found, and there is no second one.
func TestCreatedWithoutAnAnswer(t *testing.T) {
	f := startFake(t)
	f.break_(fault{method: "POST", path: "machines", status: 500, text: "oops", done: true, times: 1}, fault{method: "POST", path: "machines", status: 502, text: "oops", times: 1})
	p := provider(t)
	machines, err := p.Launch(t.Context(), 2, spec)
	if _, n := f.count(); err != nil || len(machines) != 2 || n != 2 {
		t.Errorf("Launch = %d machines, %v, and Fly has %d", len(machines), err, n)
	}
	if err := p.Destroy(t.Context(), machines); err != nil {
		t.Error(err)
	}
	checkLeft(t, f, p)
}

// TestCreatedWithoutAnAnswerAndListedLater: nor is there a second one when the list does not have the first one yet.
func TestCreatedWithoutAnAnswerAndListedLater(t *testing.T) {
	f := startFake(t)
	f.break_(fault{method: "POST", path: "machines", status: 500, text: "oops", done: true, times: 1})
	f.change(func() { f.unlisted = 1 })
	p := provider(t)
	machines, err := p.Launch(t.Context(), 1, spec)
	if _, n := f.count(); err != nil || len(machines) != 1 || n != 1 {
		t.Errorf("Launch = %d machines, %v, and Fly has %d", len(machines), err, n)
	}
	if err := p.Destroy(t.Context(), machines); err != nil {
		t.Error(err)
	}
	checkLeft(t, f, p)
}

// TestHalfMade: what was made cannot be removed for a while.
func TestHalfMade(t *testing.T) {
	for _, test := range []struct {
		name   string
		faults []fault
	}{
		{"the machine is there, and nobody says so", []fault{
			{method: "POST", path: "machines", status: 500, text: "oops", done: true, times: 1}, {method: "GET", path: "machines", status: 500, text: "oops", times: 12},
		}},
		{"the secret is there, and no machine", []fault{
			{method: "POST", path: "machines", status: 400, text: "bad", times: 9}, {method: "DELETE", path: "secrets/*", status: 500, text: "oops", times: 6},
		}},
		{"the secret was set without an answer", []fault{
			{method: "POST", path: "secrets/*", status: 500, text: "oops", done: true, times: 1}, {method: "DELETE", path: "secrets/*", status: 500, text: "oops", times: 6},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := startFake(t)
			f.break_(test.faults...)
			p := provider(t)
			if machines, err := p.Launch(t.Context(), 1, spec); err == nil || len(machines) > 0 || strings.Contains(err.Error(), apiToken) {
				t.Errorf("Launch = %v, %v", machines, err)
			}
			if left, _ := f.left(); len(left) == 0 {
				t.Error("nothing is left, so that the test sees nothing")
			}
			f.change(func() { f.faults = nil })
			checkLeft(t, f, p)
		})
	}
}

func TestMachineThatDoesNotStart(t *testing.T) {
	f := startFake(t)
	boot := f.slowBoots()
	p := provider(t, "fra")
	p.booting = 50 * time.Millisecond
	if machines, err := p.Launch(t.Context(), 1, spec); len(machines) > 0 || err == nil || !strings.Contains(err.Error(), "in fra is still created after 50ms") {
		t.Errorf("Launch = %v, %v", machines, err)
	}
	boot()
	checkLeft(t, f, p)
}

// TestMachinesBootTogether: more machines than there are requests at once boot at the same time.
func TestMachinesBootTogether(t *testing.T) {
	f := startFake(t)
	boot := f.slowBoots()
	p := provider(t)
	done := make(chan error, 1)
	var machines []providers.Machine
	go func() {
		var err error
		machines, err = p.Launch(t.Context(), atOnce+1, spec)
		done <- err
	}()
	for {
		f.mu.Lock()
		booting, changed := len(f.machines), f.changed
		f.mu.Unlock()
		if booting == atOnce+1 {
			break
		}
		select {
		case <-changed:
		case <-time.After(time.Minute):
			t.Fatalf("%d machines boot, and the others wait for them", booting)
		}
	}
	boot()
	if err := <-done; err != nil || len(machines) != atOnce+1 {
		t.Errorf("Launch = %d machines, %v", len(machines), err)
	}
	if err := p.Destroy(t.Context(), machines); err != nil {
		t.Error(err)
	}
	checkLeft(t, f, p)
}

// TestTooSlow: a launch whose time is too short for the rate of creations says so, and has what it created.
func TestTooSlow(t *testing.T) {
	f := startFake(t)
	p := provider(t)
	p.creates = rate.NewLimiter(rate.Every(time.Hour), 1)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	machines, err := p.Launch(ctx, 2, spec)
	if len(machines) != 1 || !errors.Is(err, errTooSlow) {
		t.Errorf("Launch = %v, %v", machines, err)
	}
	if err := p.Destroy(t.Context(), machines); err != nil {
		t.Error(err)
	}
	checkLeft(t, f, p)
}

func TestCheck(t *testing.T) {
	for _, test := range []struct {
		name    string
		regions []string
		prepare func(f *fake, p *Provider)
		want    string
	}{
		{"there is room", []string{"ams"}, func(*fake, *Provider) {}, ""},
		{"there is room for some", []string{"ams", "fra"}, func(f *fake, _ *Provider) { f.room = map[string]int{"ams": 1, "fra": 1} },
			"there is room for 2 of 3 machines of the size performance-2x (1 in ams, 1 in fra)"},
		{"no such region", []string{"fra", "xra"}, func(*fake, *Provider) {}, `region is "xra", but Fly has ams, fra, iad (did you mean fra?)`},
		{"a region that Fly gives up", []string{"hkg"}, func(*fake, *Provider) {}, `region is "hkg", but Fly has ams, fra, iad`},
		{"no such app", nil, func(_ *fake, p *Provider) { p.options.App = "other" }, `there is no app "other" that FLY_API_TOKEN may see: make it with`},
		{"a token that is not good", nil, func(_ *fake, p *Provider) { p.client.token = "Bearer x" }, "FLY_API_TOKEN needs a token for this app: fly tokens create deploy"},
		{"a token that may not ask for room", nil, func(f *fake, _ *Provider) {
			f.faults = []fault{{method: "POST", path: "placements", status: 403, text: "not authorized", times: 1}}
		}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := startFake(t)
			p := provider(t, test.regions...)
			test.prepare(f, p)
			err := p.Check(t.Context(), 3)
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("Check = %v, want %q", err, test.want)
			}
			if _, n := f.count(); n > 0 {
				t.Error("Check has created a machine")
			}
		})
	}
}

// TestTooManyForOneStart: what Fly's rate does not allow in the time that there is, is told before anything is created.
func TestTooManyForOneStart(t *testing.T) {
	startFake(t)
	p := provider(t)
	p.creates = rate.NewLimiter(1, 3)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	if err := p.Check(ctx, 400); err == nil || !strings.Contains(err.Error(), "so that 400 machines take 6m37s") {
		t.Errorf("Check = %v", err)
	}
	if err := p.Check(ctx, 290); err != nil {
		t.Errorf("Check = %v", err)
	}
}

func TestWhy(t *testing.T) {
	m := machine{ID: "148e", Region: "fra", State: "destroyed"}
	for _, test := range []struct {
		exit *exit
		want string
	}{
		{&exit{Code: 137, OutOfMemory: true, Signal: 9}, "the machine 148e in fra is destroyed: it ran out of memory (--cluster-opt memory=MB gives it more). `fly logs --machine 148e` shows what it said"},
		{&exit{Code: 1}, "the machine 148e in fra is destroyed: its worker ended with exit code 1. `fly logs --machine 148e` shows what it said"},
		{&exit{Signal: 9}, "the machine 148e in fra is destroyed: its worker was ended by the signal 9. `fly logs --machine 148e` shows what it said"},
		{nil, "the machine 148e in fra is destroyed"},
	} {
		e := event{Type: "exit"}
		e.Request.Exit = test.exit
		m.Events = []event{{Type: "destroy"}, e}
		if got := why(m); got != test.want {
			t.Errorf("why = %s, want %s", got, test.want)
		}
	}
}
