package report

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/liveload/liveload/report/reporttest"
	"github.com/liveload/liveload/web"
)

// TestSizeOfALargeRun: 10,000 users on 200 nodes for an hour give a page of less than 20 MB. Nodes take the same each, so that
// 21 tell what 200 take.
func TestSizeOfALargeRun(t *testing.T) {
	const nodes, large = 21, 200 // more than 20 are told of in less detail
	d := FromResults(reporttest.Huge(nodes))
	whole, part := packedSize(t, d), 0
	for _, name := range slices.Sorted(maps.Keys(d.Parts))[:3] {
		part = max(part, packedSize(t, d.Parts[name]))
	}
	size := whole + part*large
	t.Logf("%d bytes, and %d of a node: %d bytes", whole, part, size)
	if most := 20_000_000; size > most {
		t.Errorf("a page has %d bytes and %d of each node, in all %d: want at most %d", whole, part, size, most)
	}
}

func packedSize(t *testing.T, content any) int {
	t.Helper()
	var out bytes.Buffer
	if err := packed(content)(&out); err != nil {
		t.Fatal(err)
	}
	return out.Len()
}

// BenchmarkLargeRun makes the page of 200 nodes.
func BenchmarkLargeRun(b *testing.B) {
	if err := web.Check(); err != nil {
		b.Fatal(err)
	}
	results := reporttest.Huge(200)
	for b.Loop() {
		var out bytes.Buffer
		if err := WriteResults(&out, results); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(out.Len())/1e6, "MB")
	}
}

// TestNothingIsNull: what is a list for a page is one when it is empty, too.
func TestNothingIsNull(t *testing.T) {
	for _, odd := range reporttest.All() {
		d := FromResults(odd.Results)
		contents := map[string]any{"data": d}
		for name, part := range d.Parts {
			contents[name] = part
		}
		for name, content := range contents {
			var text bytes.Buffer
			if err := Encode(&text, content); err != nil {
				t.Fatal(err)
			}
			for _, list := range []string{"more", "metrics", "rows", "labels", "failures", "samples", "stack", "requests", "checks", "stages", "nodes", "marks", "figures", "felt", "thresholds", "notes", "reasons", "active_users", "histograms", "counters"} {
				if strings.Contains(text.String(), `"`+list+`":null`) {
					t.Errorf("%s: %s of %s is null", odd.Name, list, name)
				}
			}
		}
	}
}
