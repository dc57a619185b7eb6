package metrics

import (
	"cmp"
	"slices"
	"strings"

	"github.com/liveload/liveload/statuses"
)

// A FailedRequest is how often requests of a kind failed in one way.
type FailedRequest struct {
	What  string `json:"what"`  // the status and the type, or why there was no answer: "503 document", "network fetch"
	Where string `json:"where"` // host and path; "" when they are not known
	Count int64  `json:"count"`
}

// ordinary are reasons that say nothing of the application: a page or a script gave the request up, or the options block it.
var ordinary = []string{"aborted", "blocked"}

// IsOrdinary says whether a request that got no answer for this reason says nothing of the application.
func IsOrdinary(reason string) bool { return slices.Contains(ordinary, reason) }

// ErrorAnswers counts the requests that were answered with an error, by 4xx and 5xx. Documents with a status that the
// scenario accepts are not among them.
func (r *Result) ErrorAnswers() map[string]int64 {
	counts := make(map[string]int64)
	for _, s := range r.errorAnswers() {
		counts[s.Labels.Get("status")] += s.Value
	}
	return counts
}

func (r *Result) errorAnswers() (all []LabelledValue[int64]) {
	for _, s := range countsOf(HTTPRequests, r.Global.Counters) {
		if r.IsErrorAnswer(s.Labels) {
			all = append(all, s)
		}
	}
	return all
}

// IsErrorAnswer says whether requests with these labels of HTTPRequests were answered with an error. Documents with a status
// that the scenario accepts were not; where labels are without a type, as those of a node, they may have been documents.
func (r *Result) IsErrorAnswer(l Labels) bool {
	class := l.Get("status")
	if class != "4xx" && class != "5xx" {
		return false
	}
	kind := l.Get("type")
	return kind != "" && kind != "document" || !accepts(r.acceptedStatuses(), class, kept(l, "code"))
}

// FailedRequests returns the requests that were answered with an error or not at all, the most frequent first. Documents
// with a status that the scenario accepts are not among them.
func (r *Result) FailedRequests() []FailedRequest {
	counts := make(map[FailedRequest]int64)
	add := func(n int64, l Labels, said string) {
		counts[FailedRequest{What: strings.TrimSpace(said + " " + l.Get("type")), Where: kept(l, "host") + kept(l, "path")}] += n
	}
	for _, s := range r.errorAnswers() {
		add(s.Value, s.Labels, cmp.Or(kept(s.Labels, "code"), s.Labels.Get("status")))
	}
	for _, s := range countsOf(HTTPRequestFailures, r.Global.Counters) {
		if reason := s.Labels.Get("reason"); !IsOrdinary(reason) {
			add(s.Value, s.Labels, reason)
		}
	}
	for _, s := range countsOf(WebSocketConnectionFailures, r.Global.Counters) {
		if reason := s.Labels.Get("reason"); !IsOrdinary(reason) {
			counts[FailedRequest{What: strings.TrimSpace(strings.TrimPrefix(kept(s.Labels, "reason"), "status ") + " websocket"), Where: kept(s.Labels, "url")}] += s.Value
		}
	}
	all := make([]FailedRequest, 0, len(counts))
	for one, n := range counts {
		one.Count = n
		all = append(all, one)
	}
	slices.SortFunc(all, func(a, b FailedRequest) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.What, b.What), cmp.Compare(a.Where, b.Where))
	})
	return all
}

// kept is the value of a label, or "" where a metric had too many of them.
func kept(l Labels, name string) string {
	if value := l.Get(name); value != OtherLabel {
		return value
	}
	return ""
}

// accepts says whether a scenario accepts a document. Of one whose code was not kept, it may: what it does not accept has
// failed its navigation.
func accepts(accepted statuses.Set, class, code string) bool {
	if code == "" {
		return slices.ContainsFunc(accepted, func(one string) bool { return one[:1] == class[:1] })
	}
	return slices.Contains(accepted, code) || slices.Contains(accepted, class)
}

// acceptedStatuses are those of the option acceptStatus.
func (r *Result) acceptedStatuses() statuses.Set {
	options, _ := r.Options.(map[string]any)
	set, _ := statuses.Read(options["acceptStatus"]) // nothing else is written there
	return set
}

// A FailedCheck is a check, with its tags, that did not always hold.
type FailedCheck struct {
	Name  string `json:"name"`
	Count int64  `json:"count"`
	Total int64  `json:"total"` // times that it was evaluated
}

// FailedChecks returns the checks that have failed, those that did so most often first.
func (r *Result) FailedChecks() []FailedCheck {
	counts := make(map[string]*FailedCheck)
	for _, s := range countsOf(Checks, r.Global.Counters) {
		name := Checks.Text(s.Labels.With(OutcomeLabel, ""))
		one := counts[name]
		if one == nil {
			one = &FailedCheck{Name: name}
			counts[name] = one
		}
		one.Total += s.Value
		if s.Labels.Get(OutcomeLabel) == OutcomeFail {
			one.Count += s.Value
		}
	}
	var all []FailedCheck
	for _, one := range counts {
		if one.Count > 0 {
			all = append(all, *one)
		}
	}
	slices.SortFunc(all, func(a, b FailedCheck) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name))
	})
	return all
}

// MeasuredNothing says that the scenario ran, and that not one iteration of it has ended. A search says itself what it has found.
func (r *Result) MeasuredNothing() bool {
	return r.Error == "" && r.Limit == nil && r.Global.Counters[Iterations.Name].Aggregate == 0
}

// Dead says why nothing in the Result can count as a success: "no iteration succeeded". It is "" for one that is alive, even if
// much of it failed. A search says itself what it has found, and what one node of many has kept is a part only.
func (r *Result) Dead() string {
	g := &r.Global
	switch ok, failed := g.Counters[Iterations.Name].By[OutcomeOK], g.Counters[IterationFailures.Name].Aggregate+g.Users.Failed; {
	case r.Error != "":
		return "it could not run"
	case r.Limit != nil:
		return ""
	case ok == 0 && failed > 0:
		return "no iteration succeeded"
	case r.PartOf > 0:
		return ""
	case r.MeasuredNothing():
		return "no iteration has ended"
	case r.LostAllNodes():
		return "every node was lost"
	case r.FailureLimit != nil && r.FailureLimit.Users && g.Users.Failed > 0 && g.Users.Succeeded == 0:
		return "every user failed"
	}
	return ""
}

// LostAllNodes says that no node was left at the end.
func (r *Result) LostAllNodes() bool {
	return len(r.Nodes) > 0 && !slices.ContainsFunc(r.Nodes, func(n NodeResult) bool { return n.Status == NodeOK })
}

// countsOf returns what a counter has counted for each set of its labels. Where there is one label only, that is in By.
func countsOf(m *Metric, counters map[string]CounterBy) []LabelledValue[int64] {
	c := counters[m.Name]
	if c.Series != nil {
		return c.Series
	}
	var all []LabelledValue[int64]
	for value, n := range c.By {
		all = append(all, LabelledValue[int64]{Labels: m.With(value), Value: n})
	}
	return all
}
