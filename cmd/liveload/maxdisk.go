package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/space"
)

const maxDiskFlag = "max-disk"

// A diskLimit is how many bytes of the disk a run may take: 0 for a share of what is free, below 0 for no bound.
type diskLimit int64

const noDiskLimit = diskLimit(-1)

// maxDisk reads how much of the disk the run may take.
func (r *flagReader) maxDisk() diskLimit {
	if limit := read(r, maxDiskFlag, parseDiskLimit); limit != nil {
		return *limit
	}
	return 0
}

// parseDiskLimit reads a size such as 500MB, or off.
func parseDiskLimit(text string) (diskLimit, error) {
	if text == "off" {
		return noDiskLimit, nil
	}
	bytes, err := plan.ParseSize(text)
	if err == nil && bytes == 0 { // which would be the share that is taken when nobody says so
		err = fmt.Errorf("%q leaves no room for any file", text)
	}
	if err != nil {
		return 0, fmt.Errorf("%w; off is no bound", err)
	}
	return diskLimit(bytes), nil
}

// budget is what a run may take of the disk that keeps its temporary files in folder, and its results in another. So many nodes share
// it.
func (l diskLimit) budget(folder, results string, sharing int) (*space.Budget, error) {
	if l == noDiskLimit {
		return nil, nil
	}
	limit := int64(l)
	if limit == 0 {
		for _, one := range []string{folder, there(results)} {
			free, err := space.Default(one)
			if err != nil {
				return nil, err
			}
			if limit == 0 || free < limit {
				limit = free
			}
		}
	}
	return space.New(limit/int64(max(1, sharing)), folder, filepath.Join(folder, workerEvidence), filepath.Join(folder, workerFiles)), nil
}

// there is the innermost folder of a path that is there already.
func there(path string) string {
	for {
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) || path == filepath.Dir(path) {
			return path
		}
		path = filepath.Dir(path)
	}
}
