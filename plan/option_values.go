package plan

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/liveload/liveload/metrics"
)

func wholeNumber(v any) (int, error) {
	var f float64
	switch v := v.(type) {
	case int64:
		f = float64(v)
	case int:
		f = float64(v)
	case float64:
		f = v
	default:
		return 0, fmt.Errorf("is %s, but must be a whole number", show(v))
	}
	if f != math.Trunc(f) || math.Abs(f) > 1e9 {
		return 0, fmt.Errorf("is %v, but must be a whole number", f)
	}
	return int(f), nil
}

// typed reads a value that must be a T; must says that in words.
func typed[T any](v any, must string) (T, error) {
	value, ok := v.(T)
	if !ok {
		return value, fmt.Errorf("is %s, but must be %s", show(v), must)
	}
	return value, nil
}

func yesOrNo(v any) (bool, error) { return typed[bool](v, "true or false") }

// notByScripts reads a right that only the person who starts the run can give.
func notByScripts(v any) (bool, error) {
	if on, err := yesOrNo(v); err != nil || !on {
		return on, err
	}
	return false, errors.New("is a right that a script cannot give itself: start liveload with --allow-file-urls")
}

func durationOption(v any) (time.Duration, error) {
	d, err := DurationOf(v)
	if err != nil {
		return 0, fmt.Errorf("cannot be read: %w", err)
	}
	return d, nil
}

func timeoutOption(v any) (time.Duration, error) {
	d, err := durationOption(v)
	if err == nil && d <= 0 {
		err = fmt.Errorf("is %v, but must be longer than 0, for example 30s", d)
	}
	return d, err
}

func onFailureOption(v any) (OnFailure, error) {
	text, err := typed[string](v, "'stop', 'continue' or 'restart'")
	return OnFailure(text), err
}

func sessionOption(v any) (Session, error) {
	text, err := typed[string](v, "'iteration' or 'user'")
	return Session(text), err
}

func objectOption(v any) (map[string]any, error) { return typed[map[string]any](v, "an object") }

func textList(v any) ([]string, error) {
	items, err := typed[[]any](v, "a list of texts")
	if err != nil {
		return nil, err
	}
	texts := make([]string, 0, len(items))
	for _, item := range items {
		text, ok := item.(string)
		if !ok {
			return nil, fmt.Errorf("holds %s, but must be a list of texts", show(item))
		}
		texts = append(texts, text)
	}
	return texts, nil
}

// urlGroupsOption reads [{ pattern, name }, ...]; a list, since the first match wins.
func urlGroupsOption(v any) ([]metrics.URLGroup, error) {
	items, err := typed[[]any](v, "a list of { pattern, name }")
	if err != nil {
		return nil, err
	}
	groups := make([]metrics.URLGroup, 0, len(items))
	for _, item := range items {
		object, _ := item.(map[string]any)
		pattern, _ := object["pattern"].(string)
		name, _ := object["name"].(string)
		if pattern == "" || name == "" {
			return nil, fmt.Errorf("holds %s, but each entry is { pattern: '/shop/**', name: '/shop' }", show(item))
		}
		groups = append(groups, metrics.URLGroup{Pattern: pattern, Name: name})
	}
	return groups, nil
}

// wholeText reads a whole number from 0 up.
func wholeText(text string) (int, bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= 0 && n <= 1e9
}
