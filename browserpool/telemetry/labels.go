package telemetry

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/metrics"
)

// A labeler builds the labels of a page's samples, and caches them, since a page repeats itself. Safe for concurrent
// use.
type labeler struct {
	pages browserpool.PageLabeler

	mu   sync.Mutex
	made map[rawLabels]metrics.Labels
}

// rawLabels have the same meaning for all metrics with the same declaration.
type rawLabels struct {
	declaration *metrics.Label
	text        string
}

const (
	mostMade      = 256   // cached sets
	longestMade   = 1024  // bytes of the text of such a set
	longestLabels = 10000 // bytes of all labels of a series
	longestLabel  = 120   // runes
	emptyLabel    = "(empty)"
	betweenLabels = "\n"
)

// of returns labels that a series has as text.
func (l *labeler) of(m *metrics.Metric, text string) metrics.Labels {
	key := rawLabels{&m.Labels[0], text}
	l.mu.Lock()
	defer l.mu.Unlock()
	if labels, ok := l.made[key]; ok {
		return labels
	}
	labels := l.make(m, text)
	if len(text) > longestMade {
		return labels
	}
	if l.made == nil || len(l.made) >= mostMade {
		l.made = make(map[rawLabels]metrics.Labels)
	}
	l.made[key] = labels
	return labels
}

// make splits at the last newlines: only the first label, such as the message of an error, may contain some. Host and
// path are the last labels, and come as one address.
func (l *labeler) make(m *metrics.Metric, text string) metrics.Labels {
	values := make([]string, len(m.Labels))
	last := len(values) - 1
	if m.Labels[last].Name == "path" {
		at := strings.LastIndex(text, betweenLabels)
		if address := text[at+1:]; address != "" {
			values[last-1], values[last] = metrics.HostLabel(address), l.pages.PageLabel(address)
		}
		text, last = text[:max(at, 0)], last-2
	}
	for i := last; i > 0; i-- {
		if at := strings.LastIndex(text, betweenLabels); at >= 0 {
			text, values[i] = text[:at], l.value(m.Labels[i], text[at+1:])
		}
	}
	values[0] = cmp.Or(l.value(m.Labels[0], text), emptyLabel) // a Result's parts are by the first label
	return m.With(values...)
}

var variable = regexp.MustCompile(`https?://\S+|0x[0-9a-fA-F]+|\d+`)

// value bounds the values that a page can send.
func (l *labeler) value(label metrics.Label, raw string) string {
	switch {
	case label.Values != nil && !slices.Contains(label.Values, raw):
		return "other"
	case label.Name == "page":
		return l.pages.PageLabel(raw)
	case label.Name == "code" && len(raw) != len("200"):
		return ""
	case label.Name == "url":
		return metrics.SocketLabel(raw)
	case label.Name == "message":
		raw = variable.ReplaceAllString(raw, "#")
	}
	return shorten(raw)
}

func shorten(text string) string {
	if len(text) <= longestLabel {
		return text
	}
	runes := []rune(text)
	return string(runes[:min(longestLabel, len(runes))])
}
