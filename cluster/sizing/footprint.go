// Package sizing says how many users a machine carries, which of its resources is the limit, and how many machines a load
// needs. It is arithmetic on what others have measured: there is no I/O here.
package sizing

import (
	"time"

	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
)

// A Footprint is what users cost on one machine.
type Footprint struct {
	Of string // whose users, as messages say it: "users on light pages"

	Own                int64 // memory of liveload's own process and of a driver, in bytes
	Browser            int64 // memory of a browser without sessions, in bytes
	Session            int64 // memory of a session, in bytes
	SessionsPerBrowser int

	CPU          float64       // processors that one user keeps busy; 0 is not known
	IterationCPU time.Duration // CPU time of an iteration; 0 is not known

	OwnTasks, BrowserTasks, SessionTasks int64 // processes and threads
	BrowserFiles, SessionFiles           int64 // open files of the process of a browser that has most
}

// LightThink is the time between the beginnings of two iterations of a user of Light.
const LightThink = 10 * time.Second

// Light is what the scenario counter.js costs with two seconds of think time after each of its five clicks: on 2 cores
// with 5, 25 and 50 users, Chromium's headless shell 156, 2026-11. The numbers beside the fields are what was measured; where
// ours is higher, it leaves room for pages that are not quite as light.
func Light() Footprint {
	const iteration = 130 * time.Millisecond // with all that a page costs while its user thinks
	return Footprint{
		Of:                 "users on light pages",
		Own:                80 << 20,  // 31 MB of liveload, 44 MB of the driver (PSS)
		Browser:            100 << 20, // 99 MB of all its processes but the renderers (PSS, 5 sessions)
		Session:            40 << 20,  // 29 MB from 5 to 25 sessions of one browser (PSS)
		SessionsPerBrowser: 25,        // the pool's
		IterationCPU:       iteration, // 633 ms a second of 50 users
		CPU:                iteration.Seconds() / LightThink.Seconds(),
		OwnTasks:           20, // 7 of liveload, 11 of the driver
		BrowserTasks:       60, // 56
		SessionTasks:       13, // 12.4
		BrowserFiles:       64, // 54
		SessionFiles:       12, // 6 in the process that has the connections; pages with many resources have more
	}
}

// Need is what a batch asks of all nodes together.
type Need struct {
	Users     int     // at once, at most
	Closed    int     // of them, those that iterate at their own pace
	PerSecond float64 // iterations that the scheduled ones begin a second, at most
}

// NeedOf returns what the scenarios of a batch need when all of them are at their peak. That of a search is the largest load
// that it may try.
func NeedOf(batch []plan.Scenario) (n Need) {
	for i := range batch {
		s := &batch[i]
		users, rate := s.Users, s.PeakRate()
		if s.FindLimit != nil {
			largest, _ := s.LimitLoad(s.FindLimit.Most)
			if s.Kind().Open() {
				rate = largest
			} else {
				users = int(largest)
			}
		}
		n.Users += users
		if s.Kind().Open() {
			n.PerSecond += rate
		} else {
			n.Closed += users
		}
	}
	return n
}

// Heaviest returns the batch of a plan that needs most of a machine, by what users on light pages cost.
func Heaviest(p plan.Plan, r node.Resources) (heaviest []plan.Scenario) {
	most := -1.0
	for _, batch := range p.Batches() {
		need := NeedOf(batch)
		if share := float64(need.Users) / float64(max(1, Fits(r, Light().For(need)).Users())); share > most {
			heaviest, most = batch, share
		}
	}
	return heaviest
}

// For returns the footprint of a user of a batch, whose scheduled iterations begin as its plan says and not at the pace of
// users that wait for nothing.
func (f Footprint) For(n Need) Footprint {
	if n.Users > 0 && n.PerSecond > 0 {
		f.CPU = (float64(n.Closed)*f.CPU + n.PerSecond*f.IterationCPU.Seconds()) / float64(n.Users)
	}
	return f
}
