package standout

import (
	"fmt"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/plaintext"
	"github.com/liveload/liveload/sinks/readable"
)

// manyPushes a second are more than a person can follow.
const manyPushes = 5.0

var pushesRule = rule{
	name: "heavy-pushes", find: pushes,
	advice: "Send less and more seldom: several changes in one push, streams, only to those who see it.",
}

// pushes finds views that the server changes by itself with much, or very often.
func pushes(v *run) (found []Finding) {
	m, seconds := metrics.LiveViewPushes, v.userSeconds()
	by := v.counter(m)
	for _, view := range labelsOf(by.By) {
		n, bytes := float64(by.By[view]), float64(v.counter(metrics.LiveViewPushBytes).By[view])
		if n < fewestMessages || seconds <= 0 {
			continue
		}
		each, perSecond, rate := bytes/n, bytes/seconds, n/seconds
		f := Finding{
			Metric: m.Name, Label: view, size: bytes,
			Numbers: []Measured{{"size of a push", each, metrics.Bytes}, {"pushes per user and second", rate, ""}, {"bytes per user and second", perSecond, metrics.Bytes}},
		}
		what := fmt.Sprintf("%s pushes to the view %s%s", plaintext.Count(by.By[view]), quoted(view), onPages(m, by, view, itself))
		switch {
		case each >= heavyMessage:
			f.Sentence = fmt.Sprintf("%s carried %s each: %s in all.", what, readable.Bytes(each), readable.Bytes(bytes))
			f.How = fmt.Sprintf("Diffs that no event had asked for, before compression. From %s on they are called heavy.", readable.Bytes(heavyMessage))
		case perSecond >= heavyMessage:
			f.Sentence = fmt.Sprintf("%s came to %s for each user and second.", what, readable.Bytes(perSecond))
			f.How = fmt.Sprintf("Bytes of diffs that no event had asked for, divided by the time that users were there. From %s on that is called heavy.", readable.Bytes(heavyMessage))
		case rate >= manyPushes:
			f.Sentence = fmt.Sprintf("%s came %s times a second to each user, faster than anybody can follow.", what, readable.Number(rate))
			f.How = fmt.Sprintf("Diffs that no event had asked for, divided by the time that users were there. From %.0f a second on they are called many.", manyPushes)
		default:
			continue
		}
		found = append(found, f)
	}
	return found
}
