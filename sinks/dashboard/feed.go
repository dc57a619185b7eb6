package dashboard

import (
	"bytes"
	"sync"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/report"
)

// share is how much of one core pages may cost: after what has taken a second, the next update waits for twenty.
const share = 20

// A feed makes messages of a run for the pages that show it, when one asks. It keeps one state, however many there are, and
// does not grow with the length of a run. It is safe for concurrent use.
type feed struct {
	evidence []string // folders

	mu      sync.Mutex
	history *metrics.History
	results []metrics.Result // at the end
	ended   bool
	changed chan struct{} // closed with the next change

	taken, shown int         // changes in all, and those that are in data
	version      int         // of data
	data         report.Data // of the newest version
	update       []byte      // what brings the version before to this one
	whole        []byte      // all of data; nil before somebody asks
	file         []byte      // the report of the newest version; nil before somebody asks
	next         time.Time   // when there may be another version
}

// An update is what has changed since the version before. The series of its scenarios begin with the buckets of since.
type update struct {
	Since []int       `json:"since"`
	Data  report.Data `json:"data"`
}

func newFeed(evidence ...string) *feed {
	return &feed{evidence: evidence, changed: make(chan struct{})}
}

// begin is called once, before everything else.
func (f *feed) begin(run metrics.RunInfo) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.history = metrics.NewHistory(run)
	f.touch()
}

func (f *feed) take(i *metrics.Interval) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.history.Add(i)
	f.touch()
}

// end takes the Results, which replace what was known before.
func (f *feed) end(results []metrics.Result) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.results, f.ended, f.next = results, true, time.Time{}
	f.touch()
}

// touch tells readers that there is something new.
func (f *feed) touch() {
	f.taken++
	close(f.changed)
	f.changed = make(chan struct{})
}

// message returns what brings a page that has a version to the newest one: its kind (whole, update or end) and JSON. There is none
// while the page has the newest; changed is closed when that may have changed, unless a pause is named after which to ask again.
func (f *feed) message(have int) (kind string, text []byte, version int, changed <-chan struct{}, pause time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.taken > f.shown {
		if have == f.version && have > 0 {
			if pause = time.Until(f.next); pause > 0 {
				return "", nil, have, nil, pause
			}
		}
		if have == f.version || time.Until(f.next) <= 0 {
			f.make()
		}
	}
	switch {
	case have == f.version:
		return "", nil, have, f.changed, 0
	case f.ended:
		return "end", f.all(), f.version, nil, 0
	case have > 0 && have == f.version-1:
		return "update", f.update, f.version, nil, 0
	}
	return "whole", f.all(), f.version, nil, 0
}

// make makes a new version.
func (f *feed) make() {
	defer f.spend(time.Now())
	f.shown, f.whole, f.file = f.taken, nil, nil
	f.version++
	if f.ended {
		f.data = report.FromResults(f.results)
		f.data.AddEvidence(f.evidence...)
		return
	}
	progress := f.history.Results()
	results, since := make([]metrics.Result, len(progress)), make([]int, len(progress))
	for i, p := range progress {
		results[i], since[i] = p.Result, p.Since
	}
	f.data = report.SoFar(results)
	changes := f.data
	changes.Scenarios = make([]report.Scenario, len(results))
	for i, s := range f.data.Scenarios {
		s.Series = s.Series.From(since[i])
		changes.Scenarios[i] = s
	}
	f.update = encode(update{since, changes})
}

// spend puts the next version off: what pages have cost since began is a share of the time until then.
func (f *feed) spend(began time.Time) {
	now := time.Now()
	if f.next.Before(now) {
		f.next = now
	}
	f.next = f.next.Add(share * now.Sub(began))
}

// all returns the newest version.
func (f *feed) all() []byte {
	if f.whole == nil {
		defer f.spend(time.Now())
		f.whole = encode(f.data)
	}
	return f.whole
}

// part returns a part of the newest version.
func (f *feed) part(name string) (any, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	part, known := f.data.Parts[name]
	return part, known
}

// report returns the report of the run so far, as a file.
func (f *feed) report() ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.file != nil {
		return f.file, nil
	}
	if f.version == 0 || f.ended && f.taken > f.shown {
		f.make()
	}
	defer f.spend(time.Now())
	var file bytes.Buffer
	if err := report.Write(&file, f.data); err != nil {
		return nil, err
	}
	f.file = file.Bytes()
	return f.file, nil
}

// encode writes JSON. There is nothing in Data that JSON cannot have.
func encode(value any) []byte {
	var text bytes.Buffer
	if err := report.Encode(&text, value); err != nil {
		panic(err)
	}
	return bytes.TrimSpace(text.Bytes()) // a line end would end the event
}
