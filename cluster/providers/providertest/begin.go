package providertest

import (
	"context"
	"log/slog"

	"github.com/liveload/liveload/browserpool/rundir"
	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/home"
)

// Begin begins a run with machines, for an Open. Controllers with the same cache folder are those of one owner.
func Begin(cache, run string) (here providers.Home, end func() error, err error) {
	dir, err := rundir.Open(cache)
	if err != nil {
		return here, nil, err
	}
	here, err = home.OpenRun(cache, dir, run, slog.New(slog.DiscardHandler))
	return here, func() error { return dir.Close(context.Background()) }, err
}
