package view

import (
	"strings"
	"testing"
	"time"
)

func TestInterpolate(t *testing.T) {
	v := View{
		Variables: map[string][]string{"run": {"it's"}, "page": {"/a/:id", "b?"}, "one": {"a.b"}, "all": {All}},
		From:      time.UnixMilli(1000), To: time.UnixMilli(2500), Interval: 2 * time.Second,
	}
	for query, want := range map[string]string{
		"x = ${run:singlequote}":                      `x = 'it\'s'`,
		"x =~ /^${page:regex}$/":                      `x =~ /^(\/a\/:id|b\?)$/`,
		"x =~ /^${one:regex}$/":                       `x =~ /^a\.b$/`,
		"x =~ /^${all:regex}$/":                       "x =~ /^.*$/",
		"$timeFilter":                                 "time >= 1000ms and time <= 2500ms",
		"a * 1000 / $__interval_ms time($__interval)": "a * 1000 / 2000 time(2s)",
	} {
		if got, err := v.Interpolate(query); err != nil || got != want {
			t.Errorf("%s: %s, %v; want %s", query, got, err, want)
		}
	}
	for query, want := range map[string]string{
		"${nobody:regex}": "no variable is called nobody", "${run:csv}": "the format csv", "$run": "nothing fills in $run", "${run}": "nothing fills in ${",
	} {
		if _, err := v.Interpolate(query); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", query, err, want)
		}
	}
}
