package table

import (
	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/fly"
)

func flyOptions() []Option {
	return []Option{
		{"app", "start machines in the app `NAME`; required"},
		{"image", "run the `IMAGE`, such as liveload/liveload:VERSION; required for a run"},
		{"region", "start machines in the region `NAME`, such as fra; may be repeated, and machines are spread (the one that Fly takes)"},
		{"cpu-kind", "a machine has `KIND` processors: shared or performance (performance)"},
		{"cpus", "a machine has `N` processors (2)"},
		{"memory", "a machine has `MB` of memory (4096, or what the processors allow)"},
		{"env", "`NAME=VALUE` for the workers; may be repeated"},
	}
}

func openFly(home providers.Home, v Values) (providers.Provider, error) {
	options := fly.Options{App: v.Last("app"), Image: v.Last("image"), Regions: v["region"], Kind: v.Last("cpu-kind"), Env: v["env"]}
	for name, number := range map[string]*int{"cpus": &options.CPUs, "memory": &options.MemoryMB} {
		if err := v.number(name, number); err != nil {
			return nil, err
		}
	}
	p, err := fly.New(home, options)
	if err != nil {
		return nil, err // not a nil of another type
	}
	return p, nil
}
