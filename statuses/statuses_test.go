package statuses

import (
	"slices"
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	for _, tt := range []struct {
		value any
		want  Set
		has   []int
		not   []int
		fail  string
	}{
		{value: int64(404), want: Set{"404"}, has: []int{404}, not: []int{400, 503}},
		{value: 404.0, want: Set{"404"}, has: []int{404}},
		{value: "5xx", want: Set{"5xx"}, has: []int{500, 503, 599}, not: []int{404}},
		{value: []any{int64(404), "410", "5xx"}, want: Set{"404", "410", "5xx"}, has: []int{404, 410, 500}, not: []int{403}},
		{value: true, want: Set{"4xx", "5xx"}, has: []int{400, 599}},
		{value: false, want: Set{}, not: []int{400, 599}},
		{value: []any{}, want: Set{}, not: []int{404}},
		{value: int64(4040), fail: "has 4040, which is no status"},
		{value: 404.5, fail: "has 404.5, which is no status"},
		{value: "4XX", fail: `has "4XX", which is no status`},
		{value: nil, fail: "has null, which is no status"},
		{value: []any{[]any{int64(404)}}, fail: "has a list in a list"},
		{value: map[string]any{}, fail: "has an object"},
	} {
		got, err := Read(tt.value)
		if tt.fail != "" {
			if err == nil || !strings.Contains(err.Error(), tt.fail) {
				t.Errorf("Read(%v) = %v, want %s", tt.value, err, tt.fail)
			}
			continue
		}
		if err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("Read(%v) = %v, %v, want %v", tt.value, got, err, tt.want)
		}
		for _, status := range tt.has {
			if !got.Has(status) {
				t.Errorf("%v does not have %d", got, status)
			}
		}
		for _, status := range tt.not {
			if got.Has(status) {
				t.Errorf("%v has %d", got, status)
			}
		}
	}
}
