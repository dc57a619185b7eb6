package runner

import (
	"fmt"
	"sort"
	"time"

	"github.com/agext/levenshtein"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/threshold"
)

// Options are the decisions of one source (script, environment, flags). A nil field means that the
// source says nothing.
type Options struct {
	Users            *int
	Duration         *time.Duration
	IterationTimeout *time.Duration
	RampUp           *time.Duration
	OnFailure        *OnFailure
	Context          map[string]any
	Block            []string
	URLGroups        []metrics.URLGroup
	Thresholds       []threshold.Spec
}

// An OptionError is an option that cannot be used. Line and Column are 0 when the place is unknown.
type OptionError struct {
	Option     string
	Problem    string // follows the name: "is 0, but must be ..."
	Suggestion string // the option that was probably meant, or ""
	File       string
	Line       int
	Column     int
}

func (e *OptionError) Error() string {
	message := fmt.Sprintf("option %s %s", e.Option, e.Problem)
	if e.Suggestion != "" {
		message += fmt.Sprintf(": did you mean %s?", e.Suggestion)
	}
	switch {
	case e.Line > 0:
		return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, message)
	case e.File != "":
		return e.File + ": " + message
	}
	return message
}

// optionReaders holds one reader for each option that a script may set. It is a constant.
var optionReaders = map[string]func(*Options, any) error{
	"users":            func(o *Options, v any) (err error) { o.Users, err = wholeNumber(v); return },
	"duration":         func(o *Options, v any) (err error) { o.Duration, err = durationOption(v); return },
	"iterationTimeout": func(o *Options, v any) (err error) { o.IterationTimeout, err = durationOption(v); return },
	"rampUp":           func(o *Options, v any) (err error) { o.RampUp, err = durationOption(v); return },
	"onFailure":        func(o *Options, v any) (err error) { o.OnFailure, err = onFailureOption(v); return },
	"context":          func(o *Options, v any) (err error) { o.Context, err = objectOption(v); return },
	"block":            func(o *Options, v any) (err error) { o.Block, err = textList(v); return },
	"urlGroups":        func(o *Options, v any) (err error) { o.URLGroups, err = urlGroupsOption(v); return },
	"thresholds":       func(o *Options, v any) (err error) { o.Thresholds, err = thresholdsOption(v); return },
}

// OptionNames returns the options that a script may set, in alphabetical order.
func OptionNames() []string {
	names := make([]string, 0, len(optionReaders))
	for name := range optionReaders {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// ReadOptions reads what a script exports as `options`. An error is an *OptionError without a place.
func ReadOptions(values map[string]any) (Options, error) {
	var o Options
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	sort.Strings(names) // the same script always gives the same first error
	for _, name := range names {
		read, known := optionReaders[name]
		if !known {
			return Options{}, &OptionError{Option: name, Problem: "is not known", Suggestion: Closest(name, OptionNames())}
		}
		if values[name] == nil {
			continue // null and undefined mean: not set
		}
		if err := read(&o, values[name]); err != nil {
			return Options{}, &OptionError{Option: name, Problem: err.Error()}
		}
	}
	return o, nil
}

// Over returns the options with the fields that o leaves open taken from below.
func (o Options) Over(below Options) Options {
	return Options{
		Users:            first(o.Users, below.Users),
		Duration:         first(o.Duration, below.Duration),
		IterationTimeout: first(o.IterationTimeout, below.IterationTimeout),
		RampUp:           first(o.RampUp, below.RampUp),
		OnFailure:        first(o.OnFailure, below.OnFailure),
		Context:          firstMap(o.Context, below.Context),
		Block:            firstList(o.Block, below.Block),
		URLGroups:        firstList(o.URLGroups, below.URLGroups),
		Thresholds:       firstList(o.Thresholds, below.Thresholds),
	}
}

// Apply writes the options into p, with the defaults for what is open.
func (o Options) Apply(p *ScenarioPlan) {
	p.Users = or(o.Users, DefaultUsers)
	p.FirstUser = 1
	p.Duration = Duration(or(o.Duration, DefaultDuration))
	p.IterationTimeout = Duration(or(o.IterationTimeout, DefaultIterationTimeout))
	p.RampUp = Duration(or(o.RampUp, 0))
	p.OnFailure = or(o.OnFailure, Stop)
	p.Context, p.Block, p.URLGroups = o.Context, o.Block, o.URLGroups
	p.Thresholds = o.Thresholds
}

func first[T any](a, b *T) *T {
	if a != nil {
		return a
	}
	return b
}

func firstList[T any](a, b []T) []T {
	if a != nil {
		return a
	}
	return b
}

func firstMap(a, b map[string]any) map[string]any {
	if a != nil {
		return a
	}
	return b
}

func or[T any](v *T, fallback T) T {
	if v != nil {
		return *v
	}
	return fallback
}

// Closest returns the candidate that was probably meant by a mistyped name, or "" when none is near.
func Closest(name string, candidates []string) string {
	best, bestScore := "", 0.59 // two letters swapped in a word of five still count
	for _, c := range candidates {
		if score := levenshtein.Similarity(name, c, levenshtein.NewParams()); score > bestScore {
			best, bestScore = c, score
		}
	}
	return best
}
