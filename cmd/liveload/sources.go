package main

import (
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/liveload/liveload/plan"
)

// A source is one source of options: the command line, the environment, or an options file.
type source struct {
	texts map[string][]string      // flag -> its values
	place func(flag string) string // how messages name where a value comes from
}

func (s source) text(flag string) string {
	if all := s.texts[flag]; len(all) > 0 {
		return all[len(all)-1]
	}
	return ""
}

// layered are several sources, the strongest first.
type layered []source

// of is the strongest source that has the flag.
func (l layered) of(flag string) source {
	for _, s := range l {
		if s.text(flag) != "" {
			return s
		}
	}
	return source{place: func(string) string { return "" }}
}

func (l layered) text(flag string) string { return l.of(flag).text(flag) }

func (l layered) isOn(flag string) bool {
	on, _ := strconv.ParseBool(l.text(flag)) // it was checked on the way in
	return on
}

// all returns the values of all sources, the strongest last.
func (l layered) all(flag string) (all []string) {
	for _, s := range slices.Backward(l) {
		all = append(all, s.texts[flag]...)
	}
	return all
}

// place says where the value of a flag comes from; "" for nowhere.
func (l layered) place(flag string) string { return l.of(flag).place(flag) }

// keyPlaces says where the pairs KEY=VALUE of a flag come from, the weakest source first. A source whose keys stronger sources
// all replace is left out.
func (l layered) keyPlaces(flag string) (places []string) {
	seen := map[string]bool{}
	for _, s := range l {
		known := len(seen)
		for _, pair := range s.texts[flag] {
			key, _, _ := strings.Cut(pair, "=")
			seen[key] = true
		}
		if len(seen) > known {
			places = append([]string{s.place(flag)}, places...)
		}
	}
	return places
}

// sources returns all sources of options, the strongest first; the last one is the options file, which may say what the flags
// of the command or others say.
func sources(c *cli.Context, others ...cli.Flag) (layered, error) {
	commandLine := source{texts: map[string][]string{}, place: func(flag string) string { return "--" + flag }}
	environment := source{texts: map[string][]string{}, place: variable}
	for _, f := range c.Command.Flags {
		if f, ok := f.(*textFlag); ok {
			commandLine.texts[f.Name], environment.texts[f.Name] = f.values.commandLine, f.values.environment
		}
	}
	file, err := readOptionsFile(c.String(optionsFileFlag), append(others, c.Command.Flags...))
	return layered{commandLine, environment, file}, err
}

// layer reads the options of scenarios.
func (s source) layer() (plan.Layer, error) {
	r := flagReader{layered: layered{s}}
	options := plan.Options{
		Users:             r.numberFrom("users", r.leastUsers()),
		Duration:          r.positive("duration"),
		IterationTimeout:  r.positive("iteration-timeout"),
		Timeout:           r.positive("timeout"),
		RampUp:            r.duration("ramp-up"),
		OnFailure:         r.policy("on-failure"),
		Session:           r.session("session"),
		Stages:            r.stages("stage"),
		Rate:              r.rate("rate"),
		MaxUsers:          r.number("max-users"),
		PreStartedUsers:   r.numberFrom("pre-started-users", 0),
		Iterations:        r.number("iterations"),
		IterationsPerUser: r.number("iterations-per-user"),
		Grace:             r.duration("grace"),
		Controlled:        r.yes("controlled"),
		AllowFileURLs:     r.yes("allow-file-urls"),
	}
	if r.err != nil {
		return plan.Layer{}, r.err
	}
	if err := options.Conflict(); err != nil {
		return plan.Layer{}, &usageError{problem: s.conflict(err)}
	}
	return plan.Layer{Options: options, Source: func(option string) string { return s.place(flagOf(option)) }}, nil
}

// leastUsers is the smallest number of users with which a load may begin.
func (l layered) leastUsers() int {
	if l.isOn("controlled") {
		return 0
	}
	return 1
}

// yes reads a flag without a value; nil when it is not set.
func (l layered) yes(flag string) *bool {
	if l.text(flag) == "" {
		return nil
	}
	on := l.isOn(flag)
	return &on
}

// conflict names the place of two flags that do not go together.
func (s source) conflict(err error) string {
	text := err.Error()
	if option, ok := err.(*plan.OptionError); ok {
		text = named(s.place(flagOf(option.Option)), option.Option) + " " + option.Problem
	}
	return text
}

// flagOf is the flag of an option of scripts.
func flagOf(option string) string {
	switch option {
	case "stages":
		return "stage"
	case "thresholds":
		return thresholdFlag
	case "allowFileURLs":
		return "allow-file-urls"
	}
	var name strings.Builder
	for _, r := range option {
		if r >= 'A' && r <= 'Z' {
			name.WriteByte('-')
			r += 'a' - 'A'
		}
		name.WriteRune(r)
	}
	return name.String()
}
