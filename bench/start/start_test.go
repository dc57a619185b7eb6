// Package start measures how large liveload is, and how long it takes until it does what it is told. Each package that it
// imports adds to both, whether a run needs it or not.
package start

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// BenchmarkStart starts liveload as releases build it. The fastest start says most on a busy machine.
func BenchmarkStart(b *testing.B) {
	program := filepath.Join(b.TempDir(), "liveload")
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", program, "../../cmd/liveload")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		b.Fatal(err)
	}
	info, err := os.Stat(program)
	if err != nil {
		b.Fatal(err)
	}
	fastest := time.Hour
	for b.Loop() {
		began := time.Now()
		if err := exec.Command(program, "--version").Run(); err != nil {
			b.Fatal(err)
		}
		fastest = min(fastest, time.Since(began))
	}
	b.ReportMetric(float64(fastest.Microseconds())/1e3, "ms/fastest")
	b.ReportMetric(float64(info.Size())/1e6, "MB")
}
