package plan

import (
	"slices"
	"time"
)

// A Layer is what one source says: flags, the environment, the script, a file.
type Layer struct {
	Options Options
	// Source is what people call the place of an option: "--users", "LIVELOAD_USERS". Nil is "".
	Source func(option string) string
}

// A Decision is the options of a scenario and where each of them came from.
type Decision struct {
	Options Options
	From    map[string]string // option -> source; what is not in it is a default
}

// Decide merges layers, the strongest first.
func Decide(layers []Layer) Decision {
	d := Decision{From: map[string]string{}}
	for _, l := range layers {
		d.Options = d.Options.Over(l.Options)
	}
	if d.Options.Stages != nil {
		d.Options.Duration, _ = durationOver(layers, givesStages(layers))
	}
	for _, name := range d.Options.Given() {
		for _, l := range layers {
			if options[name].given(&l.Options) {
				d.From[name] = l.source(name)
				break
			}
		}
	}
	return d
}

// givesStages returns the strongest of the layers that gives stages, which one of them does.
func givesStages(layers []Layer) int {
	return slices.IndexFunc(layers, func(l Layer) bool { return l.Options.Stages != nil })
}

// durationOver returns the duration that cuts off the stages of a layer, and the layer that says it: that one itself or a
// stronger one. Those that weaker ones say are of the load that the stages replace. Nil is none.
func durationOver(layers []Layer, stages int) (*time.Duration, Layer) {
	for _, l := range layers[:stages+1] {
		if l.Options.Duration != nil {
			return l.Options.Duration, l
		}
	}
	return nil, Layer{}
}

func (l Layer) source(option string) string {
	if l.Source == nil {
		return ""
	}
	return l.Source(option)
}

// Load returns only what o says about how many users or iterations there are.
func (o Options) Load() Options {
	return Options{Users: o.Users, Stages: o.Stages, Rate: o.Rate, Iterations: o.Iterations, IterationsPerUser: o.IterationsPerUser, Controlled: o.Controlled}
}

// withoutLoad returns what Load leaves out.
func (o Options) withoutLoad() Options {
	o.Users, o.Stages, o.Rate, o.Iterations, o.IterationsPerUser, o.Controlled = nil, nil, nil, nil, nil, nil
	return o
}

// WithoutLoad returns the layer without what it says about how many users or iterations there are.
func (l Layer) WithoutLoad() Layer { return Layer{Options: l.Options.withoutLoad(), Source: l.Source} }

func withoutLoad(layers []Layer) []Layer {
	without := make([]Layer, len(layers))
	for i, l := range layers {
		without[i] = l.WithoutLoad()
	}
	return without
}
