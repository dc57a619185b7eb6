package threshold

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/liveload/liveload/metrics"
)

// A dimension is what kind of number a value is.
type dimension int

const (
	plain      dimension = iota // a count, or a number without a unit
	duration                    // microseconds
	size                        // bytes
	percent                     // 0 to 100
	share                       // 0 to 1
	speed                       // a number per second
	throughput                  // bytes per second
)

// named describes a dimension in messages.
func (d dimension) named() string {
	return []string{"a plain number", "a duration", "a size", "a percentage", "a share", "a number per second", "bytes per second"}[d]
}

// A unit is a way to write values of a dimension.
type unit struct {
	name      string
	of        dimension
	scale, by float64 // a number in it is multiplied by scale and divided by by
}

// value converts a number from this unit. Dividing by 100 is exact where multiplying by 0.01 is not: 7 % is 0.07.
func (u unit) value(number float64) float64 { return number * u.scale / u.by }

// units are all units. The percent sign is for shares, too.
var units = []unit{
	{"us", duration, 1, 1}, {"µs", duration, 1, 1}, {"μs", duration, 1, 1}, {"ms", duration, 1e3, 1}, {"s", duration, 1e6, 1}, {"m", duration, 60e6, 1}, {"h", duration, 3600e6, 1},
	{"B", size, 1, 1}, {"kB", size, 1e3, 1}, {"MB", size, 1e6, 1}, {"GB", size, 1e9, 1},
	{"%", percent, 1, 1}, {"%", share, 1, 100},
	{"/s", speed, 1, 1}, {"/m", speed, 1, 60}, {"/h", speed, 1, 3600},
	{"B/s", throughput, 1, 1}, {"kB/s", throughput, 1e3, 1}, {"MB/s", throughput, 1e6, 1}, {"GB/s", throughput, 1e9, 1},
}

var otherUnits = map[string]string{
	"min": "m", "mins": "m", "minutes": "m", "minute": "m", "sec": "s", "secs": "s", "seconds": "s", "second": "s", "hours": "h",
	"msec": "ms", "millis": "ms", "milliseconds": "ms", "usec": "us", "micros": "us", "microseconds": "us", "ns": "us",
	"K": "kB", "KB": "kB", "kb": "kB", "k": "kB", "KiB": "kB", "kib": "kB", "b": "B", "bytes": "B", "byte": "B", "mb": "MB", "MiB": "MB", "gb": "GB", "GiB": "GB",
	"percent": "%", "pct": "%", "rps": "/s", "/sec": "/s", "/min": "/m", "ps": "/s",
}

func isUnit(name string) bool {
	return slices.ContainsFunc(units, func(u unit) bool { return u.name == name })
}

func unitHint(name string) string {
	if meant, ok := otherUnits[name]; ok {
		return ": did you mean " + meant + "?"
	}
	return ": write " + oneOf([]string{"us", "ms", "s", "m", "B", "kB", "MB", "%", "/s"})
}

// unitOf finds the unit of that name in a dimension.
func unitOf(name string, d dimension) (unit, bool) {
	i := slices.IndexFunc(units, func(u unit) bool { return u.name == name && u.of == d })
	if i < 0 {
		return unit{}, false
	}
	return units[i], true
}

// namesOf lists the units of a dimension.
func namesOf(d dimension) []string {
	var names []string
	for _, u := range units {
		if u.of == d && u.name != "µs" && u.name != "μs" {
			names = append(names, u.name)
		}
	}
	return names
}

// dimensionOf returns the dimension of what is measured in a unit of metrics.
func dimensionOf(unit string) dimension {
	switch unit {
	case metrics.Microseconds:
		return duration
	case metrics.Bytes:
		return size
	case metrics.Percent:
		return percent
	}
	return plain
}

// show formats a value with at least that many significant digits.
func show(v float64, d dimension, precision int) string {
	switch d {
	case duration:
		switch size := math.Abs(v); {
		case size < 999.5:
			return digits(v, precision) + " µs"
		case size < 999.5e3:
			return digits(v/1e3, precision) + " ms"
		}
		return digits(v/1e6, precision) + " s"
	case size:
		return bytes(v, precision)
	case throughput:
		return bytes(v, precision) + "/s"
	case percent:
		return digits(v, precision) + " %"
	case share:
		return digits(100*v, precision) + " %"
	case speed:
		return digits(v, precision) + "/s"
	}
	return digits(v, precision)
}

func bytes(v float64, precision int) string {
	for _, name := range []string{" B", " kB", " MB"} {
		if math.Abs(v) < 999.5 {
			return digits(v, precision) + name
		}
		v /= 1000
	}
	return digits(v, precision) + " GB"
}

// digits formats a number with that many significant digits, or all of the integer part, without trailing zeros.
func digits(v float64, precision int) string {
	if v == 0 {
		return "0"
	}
	decimals := precision - 1 - int(math.Floor(math.Log10(math.Abs(v))))
	text := strconv.FormatFloat(v, 'f', max(decimals, 0), 64)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// Amount converts a number that is written with a unit to a unit of metrics: 20 ms are 20000 of microseconds. ok is false
// when what is measured in that is not written so.
func Amount(number float64, written, unit string) (amount float64, ok bool) {
	d := dimensionOf(unit)
	if u, known := unitOf(written, d); known {
		return u.value(number), true
	}
	return number, d == plain && (written == "" || written == unit)
}
