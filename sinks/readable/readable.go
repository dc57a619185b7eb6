// Package readable writes numbers as people read them: 1.5 s, 420 kB, 1h 05m.
package readable

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/plaintext"
)

// Value writes a value of a metric with its unit.
func Value(m *metrics.Metric, v float64) string {
	switch m.Unit {
	case metrics.Microseconds:
		return Microseconds(v)
	case metrics.Bytes:
		return Bytes(v)
	case metrics.Percent:
		return Number(v) + " %"
	case metrics.Events, metrics.Ratio, "":
		return Number(v)
	}
	return Number(v) + " " + plaintext.Line(m.Unit)
}

// Microseconds writes a time in the unit that suits it.
func Microseconds(v float64) string {
	switch {
	case v < 999.5:
		return Number(v) + " µs"
	case v < 999.5e3:
		return Number(v/1e3) + " ms"
	case v < 59.95e6:
		return Number(v/1e6) + " s"
	}
	return Duration(time.Duration(v) * time.Microsecond)
}

// Duration writes whole seconds.
func Duration(d time.Duration) string {
	d = d.Round(time.Second)
	h, m, s := int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60
	switch {
	case h > 0:
		return fmt.Sprintf("%dh %02dm", h, m)
	case m > 0:
		return fmt.Sprintf("%dm %02ds", m, s)
	}
	return fmt.Sprintf("%ds", s)
}

// Length writes a duration that may be shorter than a second.
func Length(d time.Duration) string {
	if d < time.Second {
		return d.Round(time.Millisecond).String()
	}
	return Duration(d)
}

// Bytes writes a size in the unit that suits it.
func Bytes(v float64) string {
	for _, unit := range []string{"B", "kB", "MB", "GB"} {
		if v < 999.5 {
			return Number(v) + " " + unit
		}
		v /= 1000
	}
	return Number(v) + " TB"
}

// Number writes three significant digits, more when the whole part has more, and two below 1.
func Number(v float64) string {
	switch {
	case v == math.Trunc(v) || v >= 99.95:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case v >= 9.995:
		return strconv.FormatFloat(v, 'f', 1, 64)
	case v >= 0.0995:
		return strconv.FormatFloat(v, 'f', 2, 64)
	}
	return strconv.FormatFloat(v, 'g', 2, 64)
}
