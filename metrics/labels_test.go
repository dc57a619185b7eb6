package metrics_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
)

func TestLabels(t *testing.T) {
	labels := metrics.LabelsOf("page", "/a", "event", "inc", "empty", "")
	for _, same := range []metrics.Labels{
		metrics.LabelsOf("event", "inc", "page", "/a"),
		metrics.LabelsOf("page", "/b", "event", "inc", "page", "/a"),
		metrics.LiveViewEvents.With("inc", "/a"),
		metrics.LiveViewEvents.With("inc").With("page", "/a"),
		metrics.LabelsOf("page", "/a").Join(metrics.LabelsOf("event", "inc")),
		labels.With("plan", "pro").With("plan", ""),
	} {
		if same != labels {
			t.Errorf("%v is not equal to %v", same, labels)
		}
	}
	if labels.Get("page") != "/a" || labels.Get("other") != "" || metricstest.Values(labels) != "inc /a" {
		t.Errorf("%v has page %q, in the order %q", labels, labels.Get("page"), metricstest.Values(labels))
	}
	if labels.With("page", "/c") == labels || labels.IsZero() || !(metrics.Labels{}).IsZero() || metrics.LabelsOf("a", "") != (metrics.Labels{}) {
		t.Error("another value, and none, are other sets")
	}
	if s := metrics.LabelsOf("a", `b,c={d}\`, "e", "f").String(); s != `a=b\,c\=\{d\}\\,e=f` {
		t.Errorf("shown as %s", s)
	}
	if l := metrics.LabelsOf("a", "\xff"+strings.Repeat("ä", 300)).Get("a"); len(l) > 200 || !strings.HasPrefix(l, "?ä") {
		t.Errorf("a long value is %d bytes: %q", len(l), l)
	}
	many := metrics.Labels{}
	for c := range 26 {
		many = many.With(string(rune('a'+c)), "x")
	}
	if n := len(maps.Collect(many.All())); n != 16 || many.Get("a") != "x" {
		t.Errorf("%d labels, want the first 16", n)
	}
}

func TestReadLabelsRefuses(t *testing.T) {
	for text, want := range map[string]string{
		`[1]`:        "cannot unmarshal",
		`{"a b":""}`: `"a b" cannot be the name of one`,
		`{"a":1}`:    "cannot unmarshal",
		`{"a":"","b":"","c":"","d":"","e":"","f":"","g":"","h":"","i":"","j":"","k":"","l":"","m":"","n":"","o":"","p":"","q":""}`: "there are 17",
	} {
		var l metrics.Labels
		if err := json.Unmarshal([]byte(text), &l); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q in it", text, err, want)
		}
	}
}

// FuzzLabels: what goes in comes out, also after a journey as JSON, and sets with other values are others.
func FuzzLabels(f *testing.F) {
	f.Add("a", "b=c", "a", "b,c")
	f.Add("a", `\`, "b", `\\`)
	f.Add("\x00", "1,b=2", "b", "")
	f.Fuzz(func(t *testing.T, name1, value1, name2, value2 string) {
		labels := metrics.LabelsOf(name1, value1, name2, value2)
		if labels != metrics.LabelsOf(name1, value1).With(name2, value2) {
			t.Errorf("%q=%q and %q=%q depend on how they are put together", name1, value1, name2, value2)
		}
		if short := len(name1) <= 40 && len(value1) < 200; short && name1 != name2 && labels.Get(name1) != strings.ToValidUTF8(value1, "?") {
			t.Errorf("%q=%q comes out as %q", name1, value1, labels.Get(name1))
		}
		text, err := json.Marshal(labels)
		if err != nil {
			t.Fatal(err)
		}
		var back metrics.Labels
		if err := json.Unmarshal(text, &back); err == nil && back != labels {
			t.Errorf("%v is %v after a journey", labels, back)
		}
	})
}

func FuzzReadLabels(f *testing.F) {
	f.Add([]byte(`{"event":"inc","page":"/counter"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var l metrics.Labels
		if json.Unmarshal(b, &l) != nil {
			return
		}
		var names []string
		for name, value := range l.All() {
			names = append(names, name)
			if value == "" || len(value) > 200 {
				t.Errorf("%q has the value %q", name, value)
			}
		}
		if !slices.IsSorted(names) || len(names) > 16 {
			t.Errorf("the names are %q", names)
		}
	})
}
