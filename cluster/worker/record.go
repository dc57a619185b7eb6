package worker

import (
	"sync"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/threshold"
	"github.com/liveload/liveload/plan"
)

// A record is what a worker keeps of a job that runs: all that is measured, and in pieces what the controller may not have. Safe
// for concurrent use.
type record struct {
	info  metrics.RunInfo
	job   int
	batch []plan.Scenario
	nodes int // of the run
	whole *metrics.Aggregator

	mu      sync.Mutex        // guards what follows, and whole while it is read
	defined []*metrics.Metric // by scripts so far
	missing []*piece          // that the controller may not have: the first snapshot, which may have arrived all the same, and the others
	ended   time.Time         // zero while it runs
}

// A piece of what was measured.
type piece struct {
	*metrics.Aggregator
	from time.Duration // since the start
	seq  int64
}

// record begins the record of a job that starts, nil when nothing is kept: what a trial measures is no part of the run.
func (j *job) record(start time.Time) *record {
	w := j.worker
	if w.Keep == nil || j.batch[0].Trial {
		return nil
	}
	r := &record{job: j.number, batch: j.batch, nodes: j.nodes,
		info: metrics.RunInfo{RunID: w.welcome.RunID, Start: start, Version: w.Version, Nodes: []string{w.welcome.Name}, Part: true}}
	for i := range j.batch {
		r.info.Scenarios = append(r.info.Scenarios, j.batch[i].Info())
	}
	r.whole = metrics.NewAggregator(r.info)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.records = append(w.records, r)
	return r
}

// add takes what was measured.
func (r *record) add(s *metrics.Snapshot) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.defined = append(r.defined, s.Metrics...)
	r.whole.Add(s)
}

// end notes when the job has ended.
func (r *record) end() {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = time.Now()
}

// miss takes a snapshot that the controller may not have, after those before it.
func (r *record) miss(s *metrics.Snapshot) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.missing) < 2 {
		r.missing = append(r.missing, &piece{Aggregator: metrics.NewAggregator(r.info), from: s.From.Sub(s.Start)})
	}
	p, own := r.missing[len(r.missing)-1], *s
	p.seq++
	if own.Seq = p.seq; own.Seq == 1 { // the piece knows nothing of those before
		own.Metrics = r.defined
	}
	p.Add(&own)
}

// misses says whether the controller may not have all.
func (r *record) misses() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.missing) > 0
}

// results returns the part of the run that this node has measured until now. The caller holds the lock until it has written them.
func (r *record) results() []metrics.Result {
	end := r.ended
	if end.IsZero() {
		end = time.Now()
	}
	results := resultsOf(r.whole, end)
	for i := range r.batch { // which the Results are in the order of
		for _, s := range r.batch[i].Thresholds {
			results[i].Thresholds = append(results[i].Thresholds, threshold.NotJudged(s, "this is only a part of the run, and liveload merge judges the whole"))
		}
		if r.nodes > 1 {
			results[i].PartOf = r.nodes
		}
		results[i].Health.Notes = append(results[i].Health.Notes, metrics.KeptNote(r.info.Nodes[0]))
		results[i].Unacknowledged = []metrics.Piece{}
	}
	for _, p := range r.missing {
		for i, own := range resultsOf(p.Aggregator, end) {
			results[i].Unacknowledged = append(results[i].Unacknowledged, metrics.Piece{FromMS: metrics.Milliseconds(p.from), Result: own.Global})
		}
	}
	return results
}

func resultsOf(a *metrics.Aggregator, end time.Time) []metrics.Result {
	a.Finish()
	return a.Results(end)
}

// missed takes a snapshot that the controller may not have.
func (w *worker) missed(job int, s *metrics.Snapshot) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range w.records {
		if r.job == job {
			r.miss(s)
		}
	}
}
