package main

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/cluster/machines"
	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/table"
)

// A rentedMachines is a provider that has these machines.
type rentedMachines struct {
	providers.Provider
	all       []providers.Machine
	destroyed []string
	silent    error // what it cannot see
	refuses   error // what it says when machines are destroyed
}

func (p *rentedMachines) List(context.Context) ([]providers.Machine, error) { return p.all, p.silent }

func (p *rentedMachines) Destroy(_ context.Context, machines []providers.Machine) error {
	for _, m := range machines {
		p.destroyed = append(p.destroyed, m.Name)
	}
	return p.refuses
}

// machinesOfOwners are those of two owners, of whose runs one goes on here.
func machinesOfOwners(now time.Time) []providers.Machine {
	soon, past := now.Add(90*time.Minute+time.Second), now.Add(-10*time.Minute)
	return []providers.Machine{
		{Provider: "cloud", Run: "going", Name: "g-1", Owner: "me", Launched: past, Expires: soon},
		{Provider: "cloud", Run: "killed", Name: "k-1", Owner: "me", Launched: past, Expires: soon},
		{Provider: "cloud", Run: "theirs", Name: "t-1", Owner: "ada-laptop-1", Launched: past, Expires: soon},
		{Provider: "cloud", Run: "old", Name: "o-1", Owner: "ada-laptop-1", Launched: past, Expires: past, Ended: true},
	}
}

func rented(t *testing.T, provider *rentedMachines) inventory {
	t.Helper()
	all := inventory{kind: table.Kind{Name: "cloud"}, provider: provider, home: providers.Home{
		Owner: "me", Runs: func() ([]string, error) { return []string{"going"}, nil },
	}}
	if err := all.list(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestCleanUp(t *testing.T) {
	for _, test := range []struct {
		name      string
		asked     machineFlags
		answer    string
		destroyed []string
		says, err string
	}{
		{"own", machineFlags{}, "", []string{"k-1"}, "removed 1 of them", "left 1 machine of other owners alone: --yes removes them"},
		{"with a yes", machineFlags{}, "y\n", []string{"k-1", "o-1"}, "Remove 1 machine of other owners? [y/N] cloud: removed what is named above", ""},
		{"with a no", machineFlags{}, "no\n", []string{"k-1"}, "has left o-1, of ada-laptop-1", "left 1 machine"},
		{"without a question", machineFlags{yes: true}, "", []string{"k-1", "o-1"}, "removed what is named above", ""},
		{"expired", machineFlags{expired: true, yes: true}, "", []string{"o-1"}, "removed", ""},
		{"a run", machineFlags{run: "kill"}, "", []string{"k-1"}, "removed what is named above", ""},
		{"a run of others", machineFlags{run: "theirs"}, "", nil, "run theirs of", "left 1 machine of other owners alone"},
		{"a run of others, with a yes", machineFlags{run: "theirs"}, "yes\n", []string{"t-1"}, "removed what is named above", ""},
		{"a run that goes on", machineFlags{run: "going", yes: true}, "", nil, "", "run going goes on: end it with liveload control stop"},
		{"no run", machineFlags{run: "x", yes: true}, "", nil, "", `cloud has 0 runs whose id begins with "x"`},
	} {
		var out bytes.Buffer
		provider := &rentedMachines{all: machinesOfOwners(time.Now())}
		o := &outside{stdin: strings.NewReader(test.answer), stdout: &out}
		err := o.cleanUp(t.Context(), rented(t, provider), test.asked)
		text := ""
		if err != nil {
			text = err.Error()
		}
		if !slices.Equal(provider.destroyed, test.destroyed) || !strings.Contains(out.String(), test.says) || !strings.Contains(text, test.err) || test.err == "" && err != nil {
			t.Errorf("%s: destroyed %q, %v:\n%s", test.name, provider.destroyed, err, &out)
		}
	}
}

// TestListMachines: everything is shown, also when not everything can be seen.
func TestListMachines(t *testing.T) {
	var out bytes.Buffer
	silent := errors.New("region b does not answer")
	o := &outside{stdout: &out}
	provider := &rentedMachines{all: machinesOfOwners(time.Now()), silent: silent}
	if err := o.listMachines(t.Context(), rented(t, provider), machineFlags{}); !errors.Is(err, silent) {
		t.Errorf("listMachines = %v", err)
	}
	const want = `run     provider  machine  age  expires   state             owner
going   cloud     g-1      10m  in 1h30m  goes on           you
killed  cloud     k-1      10m  in 1h30m  left behind       you
old     cloud     o-1      10m  10m ago   expired, ended    ada-laptop-1
theirs  cloud     t-1      10m  in 1h30m  of another owner  ada-laptop-1
`
	if out.String() != want {
		t.Errorf("the list is\n%s", &out)
	}
}

// TestMachinesThatStay: who pays for them is told how to remove them, and when they end.
func TestMachinesThatStay(t *testing.T) {
	f := &formation{
		w:        &wiring{settings: runSettings{cluster: clusterSettings{kind: &table.Kind{Name: "cloud"}}}},
		machines: machines.New(machines.Options{Provider: &rentedMachines{refuses: errors.New("the cloud is away")}}),
		until:    time.Date(2026, 11, 29, 15, 0, 0, 0, time.Local),
	}
	const want = "end the machines of the cluster, of which some may be left: the cloud is away " +
		"(liveload cluster cleanup --cluster cloud, with the options of the run, removes them; they end by themselves at 15:10:00 at the latest)"
	if err := f.destroy(); err == nil || err.Error() != want {
		t.Errorf("destroy = %v", err)
	}
}
