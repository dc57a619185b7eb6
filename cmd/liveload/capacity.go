package main

import (
	"context"
	"fmt"

	"github.com/liveload/liveload/browserpool/installation"
	"github.com/liveload/liveload/cluster/sizing"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
)

// comfortableUsers is how many users a machine should carry so that a load test on it makes sense.
const comfortableUsers = 10

// What a person does about too little of something.
const (
	filesFix  = "run `ulimit -n 65536` in the shell before liveload (a service: LimitNOFILE=65536; a container: --ulimit nofile=65536)"
	memoryFix = "free memory, or raise the limit (a container: --memory=4g)"
	tasksFix  = "raise the limit (a container: --pids-limit=-1; a service: TasksMax=infinity)"
)

// examineCapacity says what this machine lets us use, and how many users each part of it allows.
func (o *outside) examineCapacity(ctx context.Context) []installation.Report {
	resources, err := o.resources(ctx)
	var checks []installation.Report
	if err != nil {
		checks = append(checks, warn("Limits", "check that /proc is mounted", "%v", err))
	}
	return append(checks, capacityReports(resources)...)
}

func capacityReports(r node.Resources) []installation.Report {
	fit := sizing.Fits(r, sizing.Light())
	return []installation.Report{
		reportFiles(r, fit), reportAddresses(r), reportMemory(r, fit), reportProcessors(r, fit), reportTasks(r, fit),
		comfortable(fit.Users(), "Users", "see above what there is too little of", "about %d on light pages, %s", fit.Users(), fit.Why()),
	}
}

func reportFiles(r node.Resources, fit sizing.Fit) installation.Report {
	const name = "Open files"
	limit := fmt.Sprintf("%d per process", r.FilesSoft)
	if r.FilesHard > r.FilesSoft {
		limit += fmt.Sprintf(", and up to %d for those that ask", r.FilesHard)
	}
	users, limited := fit.Allowed(sizing.Files)
	if !limited {
		return ok(name, "no limit")
	}
	return comfortable(users, name, filesFix, "%s, enough for about %d users", limit, users)
}

func reportMemory(r node.Resources, fit sizing.Fit) installation.Report {
	const name = "Memory"
	users, known := fit.Allowed(sizing.Memory)
	if !known {
		return ok(name, "not known on this system")
	}
	where := "on this machine"
	if r.Memory < r.MemoryOfMachine {
		where = fmt.Sprintf("under this control group's limit of %s", sizing.Megabytes(r.Memory))
	}
	return comfortable(users, name, memoryFix,
		"%s free %s, enough for about %d users on light pages", sizing.Megabytes(r.MemoryAvailable), where, users)
}

func reportProcessors(r node.Resources, fit sizing.Fit) installation.Report {
	const name, fix = "Processors", "use a machine with more, or raise the limit (a container: --cpus=2)"
	users, _ := fit.Allowed(sizing.CPU)
	have := fmt.Sprint(r.Processors)
	if r.Cores < float64(r.Processors) {
		have = fmt.Sprintf("this control group may use %.2f of %d", r.Cores, r.Processors)
	}
	detail := "%s, enough for about %d users on light pages, who open one and click five times every %v"
	if r.Cores < 1 { // a browser alone has work for one
		return warn(name, fix, detail, have, users, sizing.LightThink)
	}
	return comfortable(users, name, fix, detail, have, users, sizing.LightThink)
}

func reportTasks(r node.Resources, fit sizing.Fit) installation.Report {
	const name = "Processes and threads"
	users, limited := fit.Allowed(sizing.Tasks)
	if !limited {
		return ok(name, "no limit")
	}
	return comfortable(users, name, tasksFix,
		"this control group may have %d and has %d, enough for about %d users", r.Tasks, r.TasksUsed, users)
}

// comfortable warns about few users.
func comfortable(users int, name, fix, format string, args ...any) installation.Report {
	if users < comfortableUsers {
		return warn(name, fix, format, args...)
	}
	return ok(name, format, args...)
}

func ok(name, format string, args ...any) installation.Report {
	return installation.Report{Name: name, Status: installation.StatusOK, Detail: fmt.Sprintf(format, args...)}
}

func warn(name, fix, format string, args ...any) installation.Report {
	return installation.Report{Name: name, Status: installation.StatusWarn, Detail: fmt.Sprintf(format, args...), Fix: fix}
}

// capacityOf compares what a machine carries with what a plan needs. There is nothing to say of a plan without users.
func capacityOf(p plan.Plan, r node.Resources) string {
	batch := sizing.Heaviest(p, r)
	need := sizing.NeedOf(batch)
	if need.Users == 0 {
		return ""
	}
	fit := sizing.Fits(r, sizing.Light().For(need))
	text := fmt.Sprintf("%s at once at most; this machine carries about %d if their pages are light: %s", plan.Plural(need.Users, "user"), fit.Users(), fit.Why())
	if fit.Users() > 0 && need.Users > fit.Users() {
		text += fmt.Sprintf(". It takes %d machines like this one", sizing.Nodes(need.Users, fit.Users()))
	}
	return text
}
