package plan

import (
	"slices"
	"time"
)

// A Layer is what one source sets, and where people find it: flags, the environment, the script, a file.
type Layer struct {
	Options Options
	// Source names the place of an option: "--users", "LIVELOAD_USERS". Nil names it "".
	Source func(option string) string
}

// A Decision is the options of a scenario and where each of them came from.
type Decision struct {
	Options Options
	From    map[string]string // source by option; an option without one has its default
}

// Decide merges layers, of which the first is the strongest.
func Decide(layers []Layer) Decision {
	d := Decision{From: map[string]string{}}
	for _, l := range layers {
		d.Options = d.Options.Over(l.Options)
	}
	if d.Options.Stages != nil {
		d.Options.Duration, _ = durationOver(layers, setsStages(layers))
	}
	for _, name := range d.Options.Names() {
		for _, l := range layers {
			if options[name].isSet(&l.Options) {
				d.From[name] = l.source(name)
				break
			}
		}
	}
	return d
}

// setsStages returns the index of the strongest layer that sets stages. One of them does.
func setsStages(layers []Layer) int {
	return slices.IndexFunc(layers, func(l Layer) bool { return l.Options.Stages != nil })
}

// durationOver returns the duration that cuts off the stages of a layer, and the layer that sets it: that one or a
// stronger one. The duration of a weaker layer belongs to the load that the stages replace. Nil is none.
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

// Load returns only the options that say how many users or iterations there are.
func (o Options) Load() Options {
	return Options{Users: o.Users, Stages: o.Stages, Rate: o.Rate, Iterations: o.Iterations, IterationsPerUser: o.IterationsPerUser, Controlled: o.Controlled}
}

// withoutLoad returns the options that Load leaves out.
func (o Options) withoutLoad() Options {
	o.Users, o.Stages, o.Rate, o.Iterations, o.IterationsPerUser, o.Controlled = nil, nil, nil, nil, nil, nil
	return o
}

// WithoutLoad returns layers without their Load.
func WithoutLoad(layers ...Layer) []Layer {
	without := make([]Layer, len(layers))
	for i, l := range layers {
		without[i] = Layer{Options: l.Options.withoutLoad(), Source: l.Source}
	}
	return without
}
