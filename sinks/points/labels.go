package points

import "github.com/liveload/liveload/metrics"

// FreeName returns the name of a label, with tag_ in front when it is taken: it has a meaning of its own in a destination. No
// other of the labels has the name that is returned.
func FreeName(labels metrics.Labels, name string, taken bool) string {
	for taken {
		name = "tag_" + name
		taken = labels.Get(name) != ""
	}
	return name
}
