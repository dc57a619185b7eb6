package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/liveload/liveload/space"
)

const maxDiskFlag = "max-disk"

// A diskLimit is how many bytes of the disk a run may take: 0 for a share of what is free, below 0 for no bound.
type diskLimit int64

const noDiskLimit = diskLimit(-1)

// maxDisk reads how much of the disk the run may take.
func (r *flagReader) maxDisk() diskLimit {
	if limit := read(r, maxDiskFlag, parseSize); limit != nil {
		return *limit
	}
	return 0
}

// parseSize reads a size such as 500MB or 1.5GB.
func parseSize(text string) (diskLimit, error) {
	if text == "off" {
		return noDiskLimit, nil
	}
	for unit, bytes := range map[string]float64{"KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30, "TB": 1 << 40} {
		number, ok := strings.CutSuffix(strings.ToUpper(text), unit)
		if !ok {
			continue
		}
		if n, err := strconv.ParseFloat(strings.TrimSpace(number), 64); err == nil && n*bytes >= 1 && n*bytes < 1<<60 {
			return diskLimit(n * bytes), nil
		}
	}
	return 0, fmt.Errorf("%q is no size, such as 500MB or 2GB, nor off", text)
}

// budget is what a run may take of the disk that keeps its temporary files in folder, and its results in another.
func (l diskLimit) budget(folder, results string) (*space.Budget, error) {
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
	return space.New(limit, folder, filepath.Join(folder, workerEvidence), filepath.Join(folder, workerFiles)), nil
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
