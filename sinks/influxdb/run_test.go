package influxdb

import (
	"maps"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/influxdb/influxtest"
	"github.com/liveload/liveload/sinks/outputtest"
)

var began = time.Unix(1790000000, 123456789)

// TestDatabaseEqualsResult: counts and sums are those of the Results, and quantiles of the whole run too, though
// seconds were revised and everything was sent twice.
func TestDatabaseEqualsResult(t *testing.T) {
	t.Parallel()
	s := influxtest.Start(t)
	o := open(t, s.Address())
	if err := o.Check(t.Context(), metrics.RunInfo{}); err != nil {
		t.Fatal(err)
	}
	revised := 0
	results := outputtest.Simulate(t, began, func(i *metrics.Interval) {
		if i.Revision > 1 {
			revised++
		}
		records, err := o.Encode(i)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := o.Send(t.Context(), records); err != nil {
				t.Fatal(err)
			}
		}
	})
	if revised < 5 {
		t.Fatalf("%d intervals were revised; the test wants more", revised)
	}
	s.Compare(t, results)
	s.CompareNodes(t, results)
	checkAnnotations(t, s)
}

func checkAnnotations(t *testing.T, s *influxtest.Server) {
	t.Helper()
	told := make(map[string]string)
	for _, row := range s.Query(t, `SELECT text, event, about, scenario FROM annotations WHERE run = '7c9e6679-7425-40de-944b-e07fc1f90ae7'`) {
		told[row.Text("scenario")+" "+row.Text("event")+" "+row.Text("about")] = row.Text("text")
	}
	want := map[string]string{
		"buy start ":                           "buy starts",
		"buy change users":                     "users of buy: 9 -> 12",
		"buy threshold failed orders: count<2": "count of orders was 3, over 2",
		"buy end ":                             "buy ended, 1 of 1 thresholds failed",
		"browse, then leave start ":            "browse, then leave starts",
		"browse, then leave end ":              "browse, then leave ended",
		"größe=XL start ":                      "größe=XL starts",
		"größe=XL end ":                        "größe=XL ended",
	}
	if !maps.Equal(told, want) {
		t.Errorf("annotations\n%q\nwant\n%q", told, want)
	}
}
