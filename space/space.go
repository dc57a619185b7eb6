// Package space bounds how much of the disk a run fills with what it makes along the way: downloads, traces, evidence, files of scripts.
package space

import (
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"
)

const (
	// Most is how many bytes a run takes at most when nobody says so, and share which part of what is free.
	Most  = 10e9
	share = 10
	// stale is how old a measurement of the temporary files may be.
	stale = 200 * time.Millisecond
)

// A Budget is what a run may take. Safe for concurrent use. A nil Budget has no bound.
type Budget struct {
	limit  int64
	folder string   // of temporary files, such as downloads that go on
	apart  []string // folders in it that do not count

	mu        sync.Mutex
	kept      int64 // bytes
	temporary int64
	measured  time.Time
}

// New returns a budget of so many bytes. folder has the temporary files of the run, which count as long as they are there, but for
// those in the folders apart.
func New(limit int64, folder string, apart ...string) *Budget {
	return &Budget{limit: limit, folder: folder, apart: apart}
}

// Default returns how many bytes a run takes that keeps its temporary files in folder: a tenth of what is free there, and Most at most.
func Default(folder string) (int64, error) {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(folder, &disk); err != nil {
		return 0, fmt.Errorf("find how much is free in %s: %w", folder, err)
	}
	return min(int64(disk.Bavail)*int64(disk.Bsize)/share, Most), nil
}

// Take takes so many bytes for a file that stays; false when they are not left.
func (b *Budget) Take(bytes int64) bool {
	if b == nil {
		return true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.kept+b.temporaries()+bytes > b.limit {
		return false
	}
	b.kept += bytes
	return true
}

// Give gives back what was taken for a file that is gone.
func (b *Budget) Give(bytes int64) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.kept -= bytes
}

// Full says whether nothing is left.
func (b *Budget) Full() bool {
	if b == nil {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.kept+b.temporaries() >= b.limit
}

// Refusal is why a file is not kept.
func (b *Budget) Refusal() error {
	return fmt.Errorf("the run has had its share of the disk, %d MB: --max-disk gives it more", b.limit/1e6)
}

// Writer returns a writer to out that takes what it writes from the budget.
func (b *Budget) Writer(out io.Writer) *Writer { return &Writer{budget: b, out: out} }

// A Writer writes as far as its budget goes.
type Writer struct {
	budget  *Budget
	out     io.Writer
	written int64
	refused bool
}

// Write implements io.Writer.
func (w *Writer) Write(p []byte) (int, error) {
	if !w.budget.Take(int64(len(p))) {
		w.refused = true
		return 0, w.budget.Refusal()
	}
	w.written += int64(len(p))
	return w.out.Write(p)
}

// Refused says whether the budget did not suffice.
func (w *Writer) Refused() bool { return w.refused }

// Undo gives back what was taken, for a file that is gone.
func (w *Writer) Undo() { w.budget.Give(w.written) }

// temporaries measures the temporary files. The caller holds the lock.
func (b *Budget) temporaries() int64 {
	if time.Since(b.measured) < stale {
		return b.temporary
	}
	b.temporary = 0
	_ = filepath.WalkDir(b.folder, func(path string, entry fs.DirEntry, err error) error { // files come and go meanwhile
		if slices.Contains(b.apart, path) {
			return fs.SkipDir
		}
		if err != nil || entry.IsDir() {
			return nil
		}
		if info, err := entry.Info(); err == nil {
			b.temporary += info.Size()
		}
		return nil
	})
	b.measured = time.Now()
	return b.temporary
}
