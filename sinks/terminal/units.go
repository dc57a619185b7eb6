package terminal

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/liveload/liveload/metrics"
)

// human prints a value of a metric with its unit.
func human(m *metrics.Metric, v float64) string {
	switch m.Unit {
	case metrics.Microseconds:
		return microseconds(v)
	case metrics.Bytes:
		return byteSize(v)
	case metrics.Percent:
		return digits(v) + " %"
	case metrics.Events, metrics.Ratio, "":
		return digits(v)
	}
	return digits(v) + " " + clean(m.Unit)
}

// title is a metric's name without the unit, which human prints.
func title(metric string) string {
	for _, suffix := range []string{"_us", "_percent"} {
		if name, ok := strings.CutSuffix(metric, suffix); ok {
			return name
		}
	}
	return metric
}

func microseconds(v float64) string {
	switch {
	case v < 999.5:
		return digits(v) + " µs"
	case v < 999.5e3:
		return digits(v/1e3) + " ms"
	case v < 59.95e6:
		return digits(v/1e6) + " s"
	}
	return duration(time.Duration(v) * time.Microsecond)
}

// duration prints whole seconds.
func duration(d time.Duration) string {
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

// length is a duration that may be shorter than a second.
func length(d time.Duration) string {
	if d < time.Second {
		return d.Round(time.Millisecond).String()
	}
	return duration(d)
}

func byteSize(v float64) string {
	for _, unit := range []string{"B", "kB", "MB", "GB"} {
		if v < 999.5 {
			return digits(v) + " " + unit
		}
		v /= 1000
	}
	return digits(v) + " TB"
}

// digits prints three significant digits, more when the whole part has more.
func digits(v float64) string {
	switch {
	case v == math.Trunc(v) || v >= 99.95:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case v >= 9.995:
		return strconv.FormatFloat(v, 'f', 1, 64)
	case v >= 0.0005:
		return strconv.FormatFloat(v, 'f', 2, 64)
	}
	return strconv.FormatFloat(v, 'g', 2, 64)
}
