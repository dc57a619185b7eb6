package plan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/threshold"
	"github.com/liveload/liveload/plan/shape"
)

// Options are what one source sets: the script, the environment, flags, a file. A nil field is not set.
type Options struct {
	Users            *int
	Duration         *time.Duration
	IterationTimeout *time.Duration
	RampUp           *time.Duration
	OnFailure        *OnFailure
	Context          map[string]any
	Block            []string
	Files            []string // patterns of files beside the script that it reads while it runs
	URLGroups        []metrics.URLGroup
	Thresholds       []threshold.Spec

	// The load, beside Users, Duration and RampUp.
	Stages            []Stage
	Rate              *shape.Rate
	MaxUsers          *int
	PreStartedUsers   *int
	Iterations        *int
	IterationsPerUser *int
	Grace             *time.Duration
	Controlled        *bool
}

// An OptionError is an option that cannot be used. Line and Column are 0 when the place is unknown.
type OptionError struct {
	Scenario   string // whose option it is; "" for those of the whole script
	Option     string
	Problem    string // follows the name: "is 0, but must be ..."
	Suggestion string // the option that was probably meant, or ""
	File       string
	Line       int
	Column     int
}

func (e *OptionError) Error() string {
	message := fmt.Sprintf("option %s %s", e.Option, e.Problem)
	if e.Scenario != "" {
		message = fmt.Sprintf("scenario %s: %s", e.Scenario, message)
	}
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

// An option is one that a script may set.
type option struct {
	read  func(o *Options, v any) error
	isSet func(o *Options) bool
}

// options is a constant.
var options = map[string]option{
	"users":            {func(o *Options, v any) (err error) { o.Users, err = wholeNumber(v); return }, func(o *Options) bool { return o.Users != nil }},
	"duration":         {func(o *Options, v any) (err error) { o.Duration, err = durationOption(v); return }, func(o *Options) bool { return o.Duration != nil }},
	"iterationTimeout": {func(o *Options, v any) (err error) { o.IterationTimeout, err = durationOption(v); return }, func(o *Options) bool { return o.IterationTimeout != nil }},
	"rampUp":           {func(o *Options, v any) (err error) { o.RampUp, err = durationOption(v); return }, func(o *Options) bool { return o.RampUp != nil }},
	"onFailure":        {func(o *Options, v any) (err error) { o.OnFailure, err = onFailureOption(v); return }, func(o *Options) bool { return o.OnFailure != nil }},
	"context":          {func(o *Options, v any) (err error) { o.Context, err = objectOption(v); return }, func(o *Options) bool { return o.Context != nil }},
	"block":            {func(o *Options, v any) (err error) { o.Block, err = textList(v); return }, func(o *Options) bool { return o.Block != nil }},
	"files":            {func(o *Options, v any) (err error) { o.Files, err = textList(v); return }, func(o *Options) bool { return o.Files != nil }},
	"urlGroups":        {func(o *Options, v any) (err error) { o.URLGroups, err = urlGroupsOption(v); return }, func(o *Options) bool { return o.URLGroups != nil }},
	"thresholds":       {func(o *Options, v any) (err error) { o.Thresholds, err = thresholdsOption(v); return }, func(o *Options) bool { return o.Thresholds != nil }},

	"stages":            {func(o *Options, v any) (err error) { o.Stages, err = stagesOption(v); return }, func(o *Options) bool { return o.Stages != nil }},
	"rate":              {func(o *Options, v any) (err error) { o.Rate, err = rateOption(v); return }, func(o *Options) bool { return o.Rate != nil }},
	"maxUsers":          {func(o *Options, v any) (err error) { o.MaxUsers, err = positive(v); return }, func(o *Options) bool { return o.MaxUsers != nil }},
	"preStartedUsers":   {func(o *Options, v any) (err error) { o.PreStartedUsers, err = wholeNumber(v); return }, func(o *Options) bool { return o.PreStartedUsers != nil }},
	"iterations":        {func(o *Options, v any) (err error) { o.Iterations, err = positive(v); return }, func(o *Options) bool { return o.Iterations != nil }},
	"iterationsPerUser": {func(o *Options, v any) (err error) { o.IterationsPerUser, err = positive(v); return }, func(o *Options) bool { return o.IterationsPerUser != nil }},
	"controlled":        {func(o *Options, v any) (err error) { o.Controlled, err = yesOrNo(v); return }, func(o *Options) bool { return o.Controlled != nil }},
	"grace":             {func(o *Options, v any) (err error) { o.Grace, err = durationOption(v); return }, func(o *Options) bool { return o.Grace != nil }},
}

// OptionNames returns the options that a script may set, in alphabetical order.
func OptionNames() []string { return slices.Sorted(maps.Keys(options)) }

// Names returns the names of the options that are set, in alphabetical order.
func (o Options) Names() []string {
	var names []string
	for _, name := range OptionNames() {
		if options[name].isSet(&o) {
			names = append(names, name)
		}
	}
	return names
}

// ReadOptions reads what a script exports as `options`. An error is an *OptionError without a place.
func ReadOptions(values map[string]any) (Options, error) {
	var o Options
	for _, name := range slices.Sorted(maps.Keys(values)) { // the same script always gives the same first error
		option, known := options[name]
		if !known {
			return Options{}, unknownOption("", name, OptionNames())
		}
		if values[name] == nil {
			continue // null and undefined mean: not set
		}
		if err := option.read(&o, values[name]); err != nil {
			return Options{}, &OptionError{Option: name, Problem: err.Error()}
		}
	}
	return o, o.Conflict()
}

// Over returns o with the fields that it does not set taken from below. When o chooses a kind of load, the load of
// below is left out.
func (o Options) Over(below Options) Options {
	below = below.withoutReplaced(o)
	return Options{
		Users:            cmp.Or(o.Users, below.Users),
		Duration:         cmp.Or(o.Duration, below.Duration),
		IterationTimeout: cmp.Or(o.IterationTimeout, below.IterationTimeout),
		RampUp:           cmp.Or(o.RampUp, below.RampUp),
		OnFailure:        cmp.Or(o.OnFailure, below.OnFailure),
		Context:          firstMap(o.Context, below.Context),
		Block:            firstList(o.Block, below.Block),
		Files:            firstList(o.Files, below.Files),
		URLGroups:        firstList(o.URLGroups, below.URLGroups),
		Thresholds:       firstList(o.Thresholds, below.Thresholds),

		Stages:            firstList(o.Stages, below.Stages),
		Rate:              cmp.Or(o.Rate, below.Rate),
		MaxUsers:          cmp.Or(o.MaxUsers, below.MaxUsers),
		PreStartedUsers:   cmp.Or(o.PreStartedUsers, below.PreStartedUsers),
		Iterations:        cmp.Or(o.Iterations, below.Iterations),
		IterationsPerUser: cmp.Or(o.IterationsPerUser, below.IterationsPerUser),
		Grace:             cmp.Or(o.Grace, below.Grace),
		Controlled:        cmp.Or(o.Controlled, below.Controlled),
	}
}

// Apply writes the options into p, with the defaults for what is not set.
func (o Options) Apply(p *Scenario) {
	p.FirstUser = 1
	p.IterationTimeout = Duration(or(o.IterationTimeout, DefaultIterationTimeout))
	p.RampUp = Duration(or(o.RampUp, 0))
	p.OnFailure = or(o.OnFailure, Stop)
	p.Context, p.Block, p.URLGroups = o.Context, o.Block, o.URLGroups
	p.Thresholds = o.Thresholds
	o.applyLoad(p)
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

// or returns what v points to, or fallback when v is nil.
func or[T any](v *T, fallback T) T {
	if v != nil {
		return *v
	}
	return fallback
}
