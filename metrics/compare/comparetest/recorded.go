// Package comparetest has Results of real runs, for tests of what compares them: bench/compare has recorded them with two
// users on the demo for 40 seconds each.
package comparetest

import (
	"bytes"
	"compress/gzip"
	"embed"
	"testing"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/compare"
)

// The runs.
const (
	Old    = "old.json"
	Equal  = "equal.json"  // the same once more
	Slower = "slower.json" // the event inc takes 40 ms longer
)

//go:embed *.json.gz
var files embed.FS

// Recorded reads a run.
func Recorded(t testing.TB, name string) compare.File {
	t.Helper()
	packed, err := files.ReadFile(name + ".gz")
	if err != nil {
		t.Fatal(err)
	}
	content, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	results, err := metrics.ReadResults(content)
	if err != nil {
		t.Fatal(err)
	}
	return compare.File{Name: name, Results: results}
}
