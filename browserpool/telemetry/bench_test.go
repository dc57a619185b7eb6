package telemetry_test

import (
	"strings"
	"testing"
)

// BenchmarkDecode records a batch of 2 kB.
func BenchmarkDecode(b *testing.B) {
	d, _ := newDecoder(b)
	series := strings.Repeat(`["liveview_event_duration_us","inc\nhttp://localhost/counter",[1000,2000]],`, 40)
	payload := `{"d":"x","n":1,"h":[` + strings.TrimSuffix(series, ",") + `],"c":[["http_requests","2xx\nscript\n\n",2]]}`
	b.ReportAllocs()
	for b.Loop() {
		if err := d.Decode(payload); err != nil {
			b.Fatal(err)
		}
	}
}
