package inpage_test

import (
	"testing"

	"github.com/liveload/liveload/browserpool/inpage"
)

// BenchmarkReadAnswer reads the point that a click aims at.
func BenchmarkReadAnswer(b *testing.B) {
	data := []byte(`{"v":[412.5,208.25,0,1]}`)
	b.ReportAllocs()
	for b.Loop() {
		var at *[4]float64
		if err := inpage.ReadAnswer(data, &at, nil); err != nil {
			b.Fatal(err)
		}
	}
}
