package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/home"
	"github.com/liveload/liveload/cluster/providers/local"
	"github.com/liveload/liveload/cluster/providers/table"
)

// What becomes of a machine.
const (
	machineGoesOn  = "goes on"          // its run does, on this machine
	machineLeft    = "left behind"      // its controller is gone
	machineExpired = "expired"          // it should have ended by itself
	machineOthers  = "of another owner" // whose run may go on
)

// A machineRow is a machine of a provider, as `liveload cluster list` shows it.
type machineRow struct {
	providers.Machine
	State string `json:"state"`
}

// inventory is what a provider has, and who asks.
type inventory struct {
	kind     table.Kind
	home     providers.Home
	provider providers.Provider
	rows     []machineRow // sorted by run and name
	problem  error        // why some machines may be missing
}

// machineFlags say which machines are meant, and what becomes of them.
type machineFlags struct {
	run                string // "" is all
	expired, yes, json bool
}

// withMachines does something about the machines of a provider until somebody interrupts it.
func (o *outside) withMachines(c *cli.Context, do func(context.Context, inventory, machineFlags) error) error {
	if err := atMost(c, 1); err != nil {
		return err
	}
	asked := machineFlags{run: c.String("run"), expired: c.Bool("expired"), yes: c.Bool("yes"), json: c.Bool("json")}
	if c.IsSet("run") && asked.run == "" {
		return &usageError{problem: "which run? --run needs its id: see liveload cluster list"}
	}
	ends, release := o.listen(c.Context)
	defer release()
	all, err := o.openInventory(ends.stop, c)
	if err == nil {
		err = do(ends.stop, all, asked)
	}
	if ends.early() {
		return interrupted(err)
	}
	return err
}

// openInventory opens the provider that the flags name, and lists its machines.
func (o *outside) openInventory(ctx context.Context, c *cli.Context) (inventory, error) {
	v, err := sources(c, runFlags()...)
	if err != nil {
		return inventory{}, err
	}
	r := flagReader{layered: v}
	kind, options := r.provider(local.Name)
	settings := r.log(0)
	if r.err != nil {
		return inventory{}, r.err
	}
	env, err := o.environment("", false)
	if err != nil {
		return inventory{}, err
	}
	here, err := home.Open(env.Cache, o.newLogger(o.stderr, settings))
	if err != nil {
		return inventory{}, err
	}
	provider, err := kind.Open(here, options)
	if err != nil {
		return inventory{}, err
	}
	all := inventory{kind: kind, home: here, provider: provider}
	return all, all.list(ctx, time.Now())
}

// list asks the provider for its machines. One host that does not answer keeps nobody from the others.
func (all *inventory) list(ctx context.Context, now time.Time) error {
	look := all.provider.Leftovers // of providers that do not see more
	if lister, ok := all.provider.(providers.Lister); ok {
		look = lister.List
	}
	var machines []providers.Machine
	machines, all.problem = look(ctx)
	going, err := all.home.Runs()
	if err != nil {
		return err
	}
	for _, m := range machines {
		all.rows = append(all.rows, machineRow{m, stateOf(m, all.home.Owner, going, now)})
	}
	slices.SortFunc(all.rows, func(a, b machineRow) int {
		return cmp.Or(strings.Compare(a.Run, b.Run), strings.Compare(a.Name, b.Name))
	})
	return nil
}

// stateOf decides as providers.Home.Left does.
func stateOf(m providers.Machine, owner string, going []string, now time.Time) string {
	mine := m.Owner == "" || m.Owner == owner // a provider that tells no owners sees machines of its own only
	switch {
	case mine && slices.Contains(going, m.Run):
		return machineGoesOn
	case !m.Expires.IsZero() && now.After(m.Expires):
		return machineExpired
	case mine:
		return machineLeft
	}
	return machineOthers
}

// keep leaves the rows for which a condition holds.
func (all *inventory) keep(holds func(machineRow) bool) {
	all.rows = slices.DeleteFunc(all.rows, func(row machineRow) bool { return !holds(row) })
}

// keepRun leaves the machines of the run that id begins; all when it is "".
func (all *inventory) keepRun(id string) error {
	all.keep(func(row machineRow) bool { return strings.HasPrefix(row.Run, id) })
	var runs []string
	for _, row := range all.rows {
		runs = append(runs, row.Run)
	}
	runs = slices.Compact(runs)
	if id != "" && len(runs) != 1 {
		return fmt.Errorf("%s has %d runs whose id begins with %q%s: see liveload cluster list", all.kind.Name, len(runs), id, colonList(runs))
	}
	return nil
}

func colonList(texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	return " (" + strings.Join(texts, ", ") + ")"
}

// listMachines shows which machines there are.
func (o *outside) listMachines(_ context.Context, all inventory, asked machineFlags) error {
	if asked.expired {
		all.keep(func(row machineRow) bool { return row.State == machineExpired })
	}
	if err := all.keepRun(asked.run); err != nil {
		return err
	}
	switch {
	case asked.json:
		encoder := json.NewEncoder(o.stdout)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(append([]machineRow{}, all.rows...)); err != nil { // an empty list is one too
			return fmt.Errorf("write the list: %w", err)
		}
	case len(all.rows) > 0:
		showMachines(o.stdout, all, time.Now())
	case all.problem == nil:
		fmt.Fprintf(o.stdout, "%s: there are no machines\n", all.kind.Name)
	}
	return all.problem
}

// showMachines writes a table.
func showMachines(out io.Writer, all inventory, now time.Time) {
	lines := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(lines, "run\tprovider\tmachine\tage\texpires\tstate\towner")
	for _, row := range all.rows {
		state := row.State
		if row.Ended {
			state += ", ended"
		}
		fmt.Fprintf(lines, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", row.Run, row.Provider, row.Name, age(now.Sub(row.Launched)), expiry(row.Expires, now), state, ownerText(row.Owner, all.home.Owner))
	}
	_ = lines.Flush() // as with all that is printed
}

func ownerText(owner, here string) string {
	if owner == "" || owner == here {
		return "you"
	}
	return owner
}

func expiry(at, now time.Time) string {
	switch {
	case at.IsZero():
		return "never"
	case at.After(now):
		return "in " + age(at.Sub(now))
	}
	return age(now.Sub(at)) + " ago"
}

// age is a time as short as people say it.
func age(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%ds", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%dm", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf("%dd", int(d.Hours()/24))
}
