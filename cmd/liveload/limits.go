package main

import (
	"context"
	"fmt"
	"log/slog"
	"syscall"

	"github.com/liveload/liveload/browserpool/installation"
	"github.com/liveload/liveload/cluster/sizing"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
)

const (
	// browserAddresses is how much address space Chromium reserves when it starts, without using it as memory: with 60 GB it
	// ends or hangs, with 95 GB it works.
	browserAddresses = 90 << 30
	// diskNeeded is what a driver and a browser write for one page, with room.
	diskNeeded = 50 << 20
)

// A limitError says that no browser works under a limit of this machine.
type limitError struct{ installation.Report }

func (e *limitError) Error() string {
	return fmt.Sprintf("no browser works here. %s: %s: %s", e.Name, e.Detail, e.Fix)
}

// checkLimits refuses to start browsers under limits that leave no room for a single user: they would crash, and say
// nothing of it.
func checkLimits(r node.Resources) error {
	fit := sizing.Fits(r, sizing.Light())
	if r.Addresses > 0 && r.Addresses < browserAddresses {
		return &limitError{reportAddresses(r)}
	}
	if users, limited := fit.Allowed(sizing.Files); limited && users == 0 {
		return &limitError{reportFiles(r, fit)}
	}
	if users, limited := fit.Allowed(sizing.Tasks); limited && users == 0 {
		return &limitError{reportTasks(r, fit)}
	}
	return nil
}

// checkDisk refuses to start browsers where they cannot write: in the folder of the run, below the cache folder.
func checkDisk(cache string, needed int64) error {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(cache, &disk); err != nil {
		return nil // a folder that is not there yet
	}
	free := int64(disk.Bavail) * int64(disk.Bsize)
	if free >= needed {
		return nil
	}
	return &limitError{warn("Disk for temporary files", "free some, or set LIVELOAD_CACHE to a folder on another disk",
		"%s has %s free, but a browser needs %s", cache, sizing.Megabytes(free), sizing.Megabytes(needed))}
}

// warnOfLimits names the limits of this machine under which fewer users fit than a plan has, if they are light. That of the CPU
// shows in the health of the run.
func warnOfLimits(p plan.Plan, r node.Resources, log *slog.Logger) {
	need := sizing.NeedOf(sizing.Heaviest(p, r))
	for _, text := range limitsBelow(need.Users, need, r) {
		log.Warn(text)
	}
}

// warnOfNodes does it for nodes that get as many users as people have said, whatever each was found to carry.
func warnOfNodes(p plan.Plan, machines []sizing.Machine, users []int, log *slog.Logger) {
	for i, m := range sizing.Shares(machines) {
		for _, text := range limitsBelow(users[i], sizing.NeedOf(sizing.Heaviest(p, m.Resources)), m.Resources) {
			log.Warn("node " + m.Name + ": " + text)
		}
	}
}

// limitsBelow names the limits of a machine under which fewer than so many users of a batch fit.
func limitsBelow(users int, need sizing.Need, r node.Resources) (texts []string) {
	fixes := map[sizing.Resource]string{sizing.Files: filesFix, sizing.Tasks: tasksFix, sizing.Memory: memoryFix}
	for _, bound := range sizing.Fits(r, sizing.Light().For(need)).Bounds {
		if fix := fixes[bound.Resource]; fix != "" && bound.Users < users {
			texts = append(texts, fmt.Sprintf("%s are more than %s allows, which is about %d: %s. What to do: %s", plan.Plural(users, "user"), bound.Resource, bound.Users, bound.Why, fix))
		}
	}
	return texts
}

// reportAddresses is about `ulimit -v`.
func reportAddresses(r node.Resources) installation.Report {
	const name = "Address space"
	if r.Addresses == 0 || r.Addresses >= browserAddresses {
		return ok(name, "enough")
	}
	return warn(name, "run `ulimit -v unlimited` in the shell before liveload (a service: LimitAS=infinity), and bound memory with a control group",
		"a process may have %s of it, but Chromium reserves %s, which takes no memory", sizing.Megabytes(r.Addresses), sizing.Megabytes(browserAddresses))
}

// limits reads what bounds browsers here. What cannot be read is left to them to find.
func (o *outside) limits(ctx context.Context) node.Resources {
	resources, _ := o.resources(ctx)
	return resources
}
