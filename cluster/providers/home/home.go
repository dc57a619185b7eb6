// Package home says what a provider knows of the machine of its controller: who the owner is, and which runs go on.
package home

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/liveload/liveload/browserpool/rundir"
	"github.com/liveload/liveload/cluster/providers"
)

// runFile in the folder of a run holds the run's id, by which its machines are labelled.
const runFile = "cluster-run"

// Open returns the home of a provider that starts nothing.
func Open(cache string, log *slog.Logger) (providers.Home, error) {
	owner, err := owner(cache)
	if err != nil {
		return providers.Home{}, err
	}
	return providers.Home{Cache: cache, Owner: owner, Runs: func() ([]string, error) { return runs(cache) }, Log: log}, nil
}

// OpenRun returns the home of a provider that starts machines for a run, and marks the folder of the run: from now on others
// know that it goes on.
func OpenRun(cache string, dir *rundir.Dir, run string, log *slog.Logger) (providers.Home, error) {
	home, err := Open(cache, log)
	if err != nil {
		return home, err
	}
	home.Folder, home.Env = dir.Path(), dir.WorkerEnv()
	if err := os.WriteFile(filepath.Join(home.Folder, runFile), []byte(run), 0o600); err != nil {
		return home, fmt.Errorf("label the run: %w", err)
	}
	return home, nil
}

// Run returns the id of the run that has or had a folder, and since when; "" when it has no machines.
func Run(folder string) (id string, since time.Time, err error) {
	file := filepath.Join(folder, runFile)
	text, err := os.ReadFile(file)
	var info fs.FileInfo
	if err == nil {
		info, err = os.Stat(file)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return "", time.Time{}, nil
	}
	if err != nil {
		return "", time.Time{}, fmt.Errorf("read which run has a folder: %w", err)
	}
	return strings.TrimSpace(string(text)), info.ModTime(), nil
}

// runs are the ids of the runs that go on below a cache folder.
func runs(cache string) ([]string, error) {
	alive, err := rundir.Alive(cache)
	var all []string
	for _, live := range alive {
		id, _, failed := Run(live.Path)
		err = errors.Join(err, failed)
		if id != "" {
			all = append(all, id)
		}
	}
	return all, err
}
