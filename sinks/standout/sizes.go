package standout

import (
	"fmt"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/plaintext"
	"github.com/liveload/liveload/sinks/readable"
)

const (
	// heavyMessage is a diff or push that takes a phone (10 Mbit/s) 40 ms to receive, and a server that sends one a second to a
	// thousand users 400 Mbit/s.
	heavyMessage = 50_000.0 // bytes
	// heavyPage is a fifth of a second on that phone, and it comes twice: as HTML and with the join.
	heavyPage = 250_000.0
	// fewestMessages are needed to call them heavy.
	fewestMessages = 5
	// manyRequests is more than the median page of the web makes, some 70.
	manyRequests = 100.0
	fewestPages  = 3
)

var diffsRule = rule{
	name: "heavy-diffs", find: diffs,
	advice: "Send only what changed: streams for lists, smaller assigns, :key in comprehensions, no assign that holds a whole document.",
}

// diffs finds events that are answered with large diffs.
func diffs(v *run) (found []Finding) {
	m := metrics.LiveViewDiffBytes
	by := v.histogram(m)
	for _, event := range labelsOf(by.By) {
		h := by.By[event]
		p50 := h.Percentile(50)
		if h.Count < fewestMessages || p50 < heavyMessage {
			continue
		}
		found = append(found, Finding{
			Metric: m.Name, Label: event, size: h.Sum,
			Sentence: fmt.Sprintf("Each answer to %s%s carries %s (median): %s in all, for %s.",
				quoted(event), onPages(m, by, event, countOf), readable.Bytes(p50), readable.Bytes(h.Sum), plaintext.Plural(h.Count, "event")),
			How:     fmt.Sprintf("Size of the diffs in the answers, before compression. From %s on they are called heavy.", readable.Bytes(heavyMessage)),
			Numbers: []Measured{{"median size", p50, m.Unit}, {"in all", h.Sum, m.Unit}, {"events", float64(h.Count), ""}},
		})
	}
	return found
}

var pagesRule = rule{
	name: "large-pages", find: pages,
	advice: "A page is sent twice: as HTML, and when its LiveView joins. Load long lists in parts, or after the join (assign_async, streams).",
}

// pages finds views that are large when they join.
func pages(v *run) (found []Finding) {
	m := metrics.LiveViewJoinBytes
	by := v.histogram(m)
	for _, page := range labelsOf(by.By) {
		h := by.By[page]
		p90 := h.Percentile(90) // small views may be nested in the page's own
		if h.Count < fewestMessages || p90 < heavyPage {
			continue
		}
		found = append(found, Finding{
			Metric: m.Name, Label: page, size: h.Sum,
			Sentence: fmt.Sprintf("Joining %s takes %s over the socket (p90), after about as much HTML: %s in all, for %s.",
				plaintext.Line(page), readable.Bytes(p90), readable.Bytes(h.Sum), plaintext.Plural(h.Count, "join")),
			How:     fmt.Sprintf("Size of the replies to joins, before compression. From %s on a page is called large.", readable.Bytes(heavyPage)),
			Numbers: []Measured{{"p90 of joins", p90, m.Unit}, {"in all", h.Sum, m.Unit}, {"joins", float64(h.Count), ""}},
		})
	}
	return found
}

var requestsRule = rule{
	name: "many-requests-for-a-page", find: requests,
	advice: "Bundle scripts and style sheets, let the browser keep them (Cache-Control), load pictures when they are seen (loading=\"lazy\").",
}

// requests finds documents that ask for very many other things.
func requests(v *run) (found []Finding) {
	m := metrics.DocumentRequests
	by := v.histogram(m)
	for _, page := range labelsOf(by.By) {
		h := by.By[page]
		p50 := h.Percentile(50)
		if h.Count < fewestPages || p50 < manyRequests {
			continue
		}
		found = append(found, Finding{
			Metric: m.Name, Label: page, size: p50,
			Sentence: fmt.Sprintf("%s makes %s requests until it is loaded (median), without those that the cache answers.", plaintext.Line(page), readable.Number(p50)),
			How:      fmt.Sprintf("Requests of %s up to its load event. Half of the pages on the web make fewer than about 70; from %.0f on they are called many.", plaintext.Plural(h.Count, "document"), manyRequests),
			Numbers:  []Measured{{"median of requests", p50, ""}, {"documents", float64(h.Count), ""}},
		})
	}
	return found
}
