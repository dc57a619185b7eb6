package main

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/liveload/liveload/browserpool/installation"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/runner/evidence"
)

// tracesNote says where the traces of a run are and how they are opened; "" when there are none.
func tracesNote(kept evidence.Options) string {
	if kept.Trace == evidence.TraceOff {
		return ""
	}
	var first string
	n := 0
	_ = filepath.WalkDir(kept.Dir, func(path string, _ fs.DirEntry, err error) error { // what cannot be read is no trace
		if err == nil && strings.HasSuffix(path, ".zip") {
			if n++; n == 1 {
				first = path
			}
		}
		return nil
	})
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%s in %s; open one with: npx playwright-core@%s show-trace %s (or drop it on https://trace.playwright.dev)",
		plan.Plural(n, "trace"), kept.Dir, installation.DriverVersion, first)
}
