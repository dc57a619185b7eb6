package sizing

import (
	"fmt"
	"math"

	"github.com/liveload/liveload/node"
)

// What is kept back, so that a node that carries as many users as fit is not saturated.
const (
	keptCPU    = 0.2 // of the cores: above 90 % a node counts as saturated, and latencies rise before
	keptMemory = 0.1 // of what we may use: pages grow, and the system needs some
)

// Chromium raises its own limit of open files to this, as far as the hard limit allows. The driver and liveload raise
// theirs to the hard limit.
const browserFiles = 8192

// What liveload and the driver have open besides one file for each user: an upper bound, connections of liveload/http
// included.
const ownFiles = 100

// A Resource is something of which a machine has so much. Its name is what messages call it.
type Resource string

// The resources that bound how many users fit.
const (
	Memory Resource = "memory"
	CPU    Resource = "CPU"
	Files  Resource = "the limit of open files"
	Tasks  Resource = "the limit of processes and threads"
)

// A Bound is how many users a resource allows.
type Bound struct {
	Resource
	Users int
	Why   string // the arithmetic, as a person would do it
}

// A Fit is how many users fit on a machine. Bounds are by resource, without those that set no limit.
type Fit struct {
	Of     string
	Bounds []Bound
}

// Fits returns how many users with a footprint a machine carries.
func Fits(r node.Resources, f Footprint) Fit {
	fit := Fit{Of: f.Of}
	for _, bound := range []func(node.Resources, Footprint) (Bound, bool){memory, processors, files, tasks} {
		if b, ok := bound(r, f); ok {
			fit.Bounds = append(fit.Bounds, b)
		}
	}
	return fit
}

// tightest returns the bound that allows fewest users. Without any, Users is the most that there can be.
func (f Fit) tightest() Bound {
	tightest := Bound{Users: math.MaxInt32}
	for _, b := range f.Bounds {
		if b.Users < tightest.Users {
			tightest = b
		}
	}
	return tightest
}

// Allowed returns how many users a resource allows; limited is false when it sets no limit, or is not known.
func (f Fit) Allowed(of Resource) (users int, limited bool) {
	for _, b := range f.Bounds {
		if b.Resource == of {
			return b.Users, true
		}
	}
	return 0, false
}

// Users returns how many fit.
func (f Fit) Users() int { return f.tightest().Users }

// Why says which resource is the limit.
func (f Fit) Why() string {
	b := f.tightest()
	if b.Resource == "" {
		return "nothing is known that limits them"
	}
	return string(b.Resource) + " is the limit: " + b.Why
}

func memory(r node.Resources, f Footprint) (Bound, bool) {
	if r.MemoryAvailable <= 0 && r.Memory <= 0 {
		return Bound{}, false
	}
	kept := int64(keptMemory * float64(r.Memory))
	budget := max(0, r.MemoryAvailable-kept-f.Own)
	full := f.Browser + int64(f.SessionsPerBrowser)*f.Session
	users := budget / full * int64(f.SessionsPerBrowser)
	users += max(0, budget%full-f.Browser) / f.Session
	return Bound{Memory, count(float64(users)), fmt.Sprintf("%s free, %s of it kept back; a user takes %s, a browser for %d of them %s",
		Megabytes(r.MemoryAvailable), Megabytes(kept), Megabytes(f.Session), f.SessionsPerBrowser, Megabytes(f.Browser))}, true
}

func processors(r node.Resources, f Footprint) (Bound, bool) {
	if r.Cores <= 0 || f.CPU <= 0 {
		return Bound{}, false
	}
	return Bound{CPU, count(r.Cores * (1 - keptCPU) / f.CPU), fmt.Sprintf("%s, a fifth kept back; a user keeps %s busy", Cores(r.Cores), ShareOfCores(f.CPU))}, true
}

// files is about two kinds of processes: a browser's, which has the files of its sessions, and our own, which has a few for
// every user.
func files(r node.Resources, f Footprint) (Bound, bool) {
	if r.FilesHard <= 0 {
		return Bound{}, false
	}
	limit := max(r.FilesSoft, min(r.FilesHard, browserFiles))
	if inBrowser := (limit - f.BrowserFiles) / f.SessionFiles; inBrowser < int64(f.SessionsPerBrowser) {
		return Bound{Files, count(float64(inBrowser)), fmt.Sprintf("a browser may have %d; it has %d, and %d for each user", limit, f.BrowserFiles, f.SessionFiles)}, true
	}
	return Bound{Files, count(float64(r.FilesHard - ownFiles)), fmt.Sprintf("liveload may have %d; it has %d, and one for each user", r.FilesHard, ownFiles)}, true
}

func tasks(r node.Resources, f Footprint) (Bound, bool) {
	if r.Tasks <= 0 {
		return Bound{}, false
	}
	each := float64(f.SessionTasks) + float64(f.BrowserTasks)/float64(f.SessionsPerBrowser)
	return Bound{Tasks, count(float64(r.Tasks-r.TasksUsed-f.OwnTasks-f.BrowserTasks) / each),
		fmt.Sprintf("%d, of which %d are taken; a user has %.0f", r.Tasks, r.TasksUsed, each)}, true
}

// count turns a quotient into a number of users.
func count(users float64) int {
	return int(min(max(0, users), math.MaxInt32))
}

// Megabytes is how messages write a number of bytes.
func Megabytes(n int64) string { return fmt.Sprintf("%d MB", n>>20) }

// ShareOfCores is how messages write what keeps some processors, or a part of one, busy.
func ShareOfCores(n float64) string {
	if n >= 1 {
		return Cores(n)
	}
	return fmt.Sprintf("%.3g %% of a core", 100*n)
}

// Cores is how messages write a number of processors.
func Cores(n float64) string {
	if n == 1 {
		return "1 core"
	}
	return fmt.Sprintf("%.3g cores", n)
}
