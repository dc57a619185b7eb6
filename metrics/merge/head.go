package merge

import (
	"cmp"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/liveload/liveload/metrics"
)

// head merges what a Result says of its run.
func head(parts []part, a *alignment) metrics.Result {
	first := parts[0]
	r := metrics.Result{
		Name: first.Name, RunID: a.runID(), GeneratedAt: first.GeneratedAt, LiveloadVersion: joined(parts, func(p part) string { return p.LiveloadVersion }),
		Format: metrics.ResultFormat, BucketWidthMS: a.width, QuantilePoints: first.QuantilePoints, Options: options(parts),
		Labels: labels(parts), Machines: machines(parts), Thresholds: []metrics.ThresholdOutcome{},
	}
	for _, p := range parts {
		if p.GeneratedAt.After(r.GeneratedAt) {
			r.GeneratedAt = p.GeneratedAt
		}
		for _, c := range p.Changes {
			c.OffsetMS += a.delay(p).Milliseconds()
			if !slices.Contains(r.Changes, c) {
				r.Changes = append(r.Changes, c)
			}
		}
		for _, m := range p.Metrics {
			if !slices.ContainsFunc(r.Metrics, func(known *metrics.Metric) bool { return known.Name == m.Name }) {
				r.Metrics = append(r.Metrics, m)
			}
		}
		r.Interrupted = r.Interrupted || p.Interrupted
		r.CutShort = longer(r.CutShort, p.CutShort)
		r.FailureLimit = stricter(r.FailureLimit, p.FailureLimit)
		if p.Limit != nil {
			r.Limit, r.Thresholds = p.Limit, p.Thresholds
		}
	}
	slices.SortStableFunc(r.Changes, func(a, b metrics.Change) int { return cmp.Compare(a.OffsetMS, b.OffsetMS) })
	r.PartOf = partOf(parts, a)
	return r
}

// longer returns which of two runs that died has come further; nil has not died.
func longer(a, b *metrics.CutShort) *metrics.CutShort {
	if a == nil || b != nil && b.AfterMS > a.AfterMS {
		return b
	}
	return a
}

// stricter returns the limit of two that fewer failures break; nil is none.
func stricter(a, b *metrics.FailureLimit) *metrics.FailureLimit {
	if a == nil || b != nil && b.Share < a.Share {
		return b
	}
	return a
}

// runID returns the run of all parts, or an id of these runs together.
func (a *alignment) runID() string {
	ids := slices.Sorted(maps.Keys(a.begins))
	if len(ids) == 1 {
		return ids[0]
	}
	return uuid.NewSHA1(uuid.Nil, []byte(strings.Join(ids, " "))).String()
}

// partOf returns how many nodes the run had, when some of them are still missing, 0 otherwise.
func partOf(parts []part, a *alignment) (nodes int) {
	there := make(map[string]bool)
	for _, p := range parts {
		nodes = max(nodes, p.PartOf)
		for _, n := range p.Nodes {
			there[n.Node] = true
		}
	}
	if a.runs > 1 || len(there) >= nodes {
		return 0
	}
	return nodes
}

// joined returns what the parts say, each text once.
func joined(parts []part, say func(part) string) string {
	var texts []string
	for _, p := range parts {
		if text := say(p); text != "" && !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, ", ")
}

func labels(parts []part) map[string]string {
	all := make(map[string]string)
	for _, p := range parts {
		for name := range p.Labels {
			all[name] = joined(parts, func(p part) string { return p.Labels[name] })
		}
	}
	return all
}

// options returns those that are the same in all parts.
func options(parts []part) any {
	first, ok := parts[0].Options.(map[string]any)
	if !ok {
		return parts[0].Options
	}
	same := maps.Clone(first)
	for _, name := range differing(parts) {
		delete(same, name)
	}
	return same
}

// differing returns the names of the options that are not the same in all parts.
func differing(parts []part) []string {
	names := make(map[string]bool)
	first, _ := parts[0].Options.(map[string]any)
	for _, p := range parts[1:] {
		own, _ := p.Options.(map[string]any)
		for _, options := range []map[string]any{first, own} {
			for name := range options {
				if !reflect.DeepEqual(first[name], own[name]) {
					names[name] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
}
