package plan

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/threshold"
	"github.com/liveload/liveload/plan/shape"
	"github.com/liveload/liveload/statuses"
)

// Options are what one source sets: the script, the environment, flags, a file. A nil field is not set.
type Options struct {
	Users            *int
	Duration         *time.Duration
	IterationTimeout *time.Duration
	Timeout          *time.Duration // of an operation
	RampUp           *time.Duration
	OnFailure        *OnFailure
	Session          *Session
	AllowFileURLs    *bool
	Context          map[string]any
	Block            []string
	Files            []string // patterns of files next to the script that it reads while it runs
	URLGroups        []metrics.URLGroup
	AcceptStatus     statuses.Set
	Thresholds       []threshold.Spec

	// The load, besides Users, Duration and RampUp.
	Stages            []Stage
	Rate              *shape.Rate
	MaxUsers          *int
	PreStartedUsers   *int
	Iterations        *int
	IterationsPerUser *int
	Grace             *time.Duration
	Controlled        *bool
}

// An OptionError is an option that cannot be used.
type OptionError struct {
	Scenario   string // whose option it is; "" for those of the whole script
	Option     string
	Problem    string // follows the name: "is 0, but must be ..."
	Suggestion string // the option that was probably meant, or ""
}

func (e *OptionError) Error() string {
	message := fmt.Sprintf("option %s %s", e.Option, e.Problem)
	if e.Scenario != "" {
		message = fmt.Sprintf("scenario %s: %s", e.Scenario, message)
	}
	if e.Suggestion != "" {
		message += fmt.Sprintf(": did you mean %s?", e.Suggestion)
	}
	return message
}

// An option is one that a script may set.
type option struct {
	read    func(o *Options, v any) error
	isSet   func(o *Options) bool
	inherit func(o, below *Options) // takes what o does not set
}

// options is a constant.
var options = map[string]option{
	"users":             pointer(func(o *Options) **int { return &o.Users }, wholeNumber),
	"duration":          pointer(func(o *Options) **time.Duration { return &o.Duration }, durationOption),
	"iterationTimeout":  pointer(func(o *Options) **time.Duration { return &o.IterationTimeout }, durationOption),
	"timeout":           pointer(func(o *Options) **time.Duration { return &o.Timeout }, timeoutOption),
	"rampUp":            pointer(func(o *Options) **time.Duration { return &o.RampUp }, durationOption),
	"onFailure":         pointer(func(o *Options) **OnFailure { return &o.OnFailure }, onFailureOption),
	"session":           pointer(func(o *Options) **Session { return &o.Session }, sessionOption),
	"allowFileURLs":     pointer(func(o *Options) **bool { return &o.AllowFileURLs }, notByScripts),
	"context":           setting(func(o *Options) *map[string]any { return &o.Context }, objectOption),
	"block":             setting(func(o *Options) *[]string { return &o.Block }, textList),
	"files":             setting(func(o *Options) *[]string { return &o.Files }, textList),
	"urlGroups":         setting(func(o *Options) *[]metrics.URLGroup { return &o.URLGroups }, urlGroupsOption),
	"acceptStatus":      setting(func(o *Options) *statuses.Set { return &o.AcceptStatus }, statuses.Read),
	"thresholds":        setting(func(o *Options) *[]threshold.Spec { return &o.Thresholds }, thresholdsOption),
	"stages":            setting(func(o *Options) *[]Stage { return &o.Stages }, stagesOption),
	"rate":              pointer(func(o *Options) **shape.Rate { return &o.Rate }, rateOption),
	"maxUsers":          pointer(func(o *Options) **int { return &o.MaxUsers }, positive),
	"preStartedUsers":   pointer(func(o *Options) **int { return &o.PreStartedUsers }, wholeNumber),
	"iterations":        pointer(func(o *Options) **int { return &o.Iterations }, positive),
	"iterationsPerUser": pointer(func(o *Options) **int { return &o.IterationsPerUser }, positive),
	"controlled":        pointer(func(o *Options) **bool { return &o.Controlled }, yesOrNo),
	"grace":             pointer(func(o *Options) **time.Duration { return &o.Grace }, durationOption),
}

// pointer is a setting whose field points to what read returns.
func pointer[T any](field func(*Options) **T, read func(any) (T, error)) option {
	return setting(field, func(v any) (*T, error) {
		value, err := read(v)
		return &value, err
	})
}

// setting is an option in a field that is a pointer, a slice or a map: nil is not set.
func setting[T any](field func(*Options) *T, read func(any) (T, error)) option {
	isSet := func(o *Options) bool { return !reflect.ValueOf(*field(o)).IsNil() }
	return option{
		read:  func(o *Options, v any) (err error) { *field(o), err = read(v); return err },
		isSet: isSet,
		inherit: func(o, below *Options) {
			if !isSet(o) {
				*field(o) = *field(below)
			}
		},
	}
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
	for _, option := range options {
		option.inherit(&o, &below)
	}
	return o
}

// Apply writes the options into p, with the defaults for what is not set.
func (o Options) Apply(p *Scenario) {
	p.FirstUser = 1
	p.IterationTimeout = Duration(or(o.IterationTimeout, DefaultIterationTimeout))
	p.Timeout = Duration(or(o.Timeout, DefaultTimeout))
	p.RampUp = Duration(or(o.RampUp, 0))
	p.OnFailure = or(o.OnFailure, Stop)
	p.AllowFileURLs = or(o.AllowFileURLs, false)
	p.Context, p.Block, p.URLGroups = o.Context, o.Block, o.URLGroups
	p.AcceptStatus, p.Thresholds = o.AcceptStatus, o.Thresholds
	o.applyLoad(p)
	p.Session = or(o.Session, p.Kind().session())
}

// or returns what v points to, or fallback when v is nil.
func or[T any](v *T, fallback T) T {
	if v != nil {
		return *v
	}
	return fallback
}
