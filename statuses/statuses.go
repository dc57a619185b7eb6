// Package statuses reads which statuses of HTTP a person means: 404, '5xx', a list of them, or true for every error.
package statuses

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
)

// A Set holds statuses: "404", and classes of them: "5xx".
type Set []string

var one = regexp.MustCompile(`^[1-5](\d\d|xx)$`)

// Read reads a Set from plain data. Its error follows the name of the option.
func Read(v any) (Set, error) {
	items := []any{v}
	switch v := v.(type) {
	case bool:
		if !v {
			return Set{}, nil
		}
		return Set{"4xx", "5xx"}, nil
	case Set:
		return v, nil
	case []any:
		items = v
	}
	set := Set{}
	for _, item := range items {
		text := textOf(item)
		if !one.MatchString(text) {
			return nil, fmt.Errorf("has %s, which is no status: use true for every error, a status such as 404 or '5xx', or a list of them", shown(item))
		}
		set = append(set, text)
	}
	return set, nil
}

func textOf(item any) string {
	switch item := item.(type) {
	case string:
		return item
	case int:
		return strconv.Itoa(item)
	case int64:
		return strconv.FormatInt(item, 10)
	case float64:
		if item == math.Trunc(item) {
			return strconv.FormatFloat(item, 'f', 0, 64)
		}
	}
	return ""
}

func shown(item any) string {
	switch item := item.(type) {
	case string:
		return strconv.Quote(item)
	case nil:
		return "null"
	case bool, int, int64, float64:
		return fmt.Sprint(item)
	case []any:
		return "a list in a list"
	}
	return "an object"
}

// Has says whether the set holds a status.
func (s Set) Has(status int) bool {
	return slices.Contains(s, strconv.Itoa(status)) || slices.Contains(s, fmt.Sprintf("%dxx", status/100))
}
