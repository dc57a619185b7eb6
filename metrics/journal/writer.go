package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/liveload/liveload/metrics"
)

const (
	// syncEvery is how much of a run a power cut costs at most: what is older is on the disk. kill -9 costs nothing that was written.
	syncEvery = 5 * time.Second
	// retryEvery is how often a journal that cannot be written is tried again.
	retryEvery = 10 * time.Second
	// mostWaiting is how many items wait for a disk that stands still. Then they are dropped, and the whole is written
	// anew when it goes on.
	mostWaiting = 10_000
)

// minGrowth is how much is appended at least before the whole is written anew. It is as much as the whole has, when that is
// more.
var minGrowth int64 = 4 << 20

// A Writer writes the journal of a run. Its methods never block, but for Close, and may be called concurrently. A disk that is
// full or stands still costs the journal, which is told, and nothing else: it is whole again when the disk is.
type Writer struct {
	path, link string
	log        *slog.Logger
	file       *file // of the goroutine

	mu       sync.Mutex
	waiting  []item
	tapped   *metrics.Aggregator // of the batch that runs, nil for none
	dropped  bool                // items, since they were too many
	wake     chan struct{}
	closing  chan struct{}
	finished chan struct{}
}

// An item is one thing to write: one of its fields is set.
type item struct {
	input      metrics.Input
	checkpoint *metrics.Checkpoint
	batch      *Batch
	of         *metrics.Aggregator // of the batch and the checkpoint
	standing   []byte
	ended      []byte // Results, as in their file
	whole      bool
}

// Create begins the journal of a run in the first of the folders in which that is possible. In the folder index a link says
// where it is, so that FindDead finds it.
func Create(head Head, index string, folders []string, log *slog.Logger) (*Writer, error) {
	var errs []error
	for _, folder := range folders {
		path := filepath.Join(folder, head.RunID+Ending)
		f, err := create(path, head)
		if err != nil {
			errs = append(errs, fmt.Errorf("make the journal %s: %w", path, reason(err)))
			continue
		}
		w := &Writer{path: path, link: filepath.Join(index, head.RunID+Ending), log: log, file: f,
			wake: make(chan struct{}, 1), closing: make(chan struct{}), finished: make(chan struct{})}
		if err := w.announce(index); err != nil {
			log.Warn("`liveload recover` will need the path of this run's journal", "path", path, "error", err)
		}
		go w.run()
		return w, nil
	}
	return nil, errors.Join(errs...)
}

// announce makes the link.
func (w *Writer) announce(index string) error {
	target, err := filepath.Abs(w.path)
	if err != nil || target == w.link {
		return err
	}
	if err := os.MkdirAll(index, 0o700); err != nil {
		return err
	}
	return os.Symlink(target, w.link)
}

// Path is where the journal is.
func (w *Writer) Path() string { return w.path }

// Begin begins a batch, of which the journal gets all that its aggregator takes.
func (w *Writer) Begin(batch Batch, a *metrics.Aggregator) {
	w.mu.Lock()
	w.tapped = a
	w.mu.Unlock()
	w.put(item{batch: &batch, of: a})
	a.Tap(func(in metrics.Input) { w.put(item{input: in}) })
}

// Stand notes how the batch stands.
func (w *Writer) Stand(s Standing) {
	content, err := json.Marshal(s)
	if err != nil {
		w.log.Warn("the journal lacks how the run stands", "error", err)
		return
	}
	w.put(item{standing: content})
}

// End ends the batch, whose numbers are no longer needed. The Results are written down before it returns: whoever has them may
// add to them.
func (w *Writer) End(results []metrics.Result) {
	w.mu.Lock()
	if w.tapped != nil {
		defer w.tapped.Tap(nil)
	}
	w.tapped = nil
	w.mu.Unlock()
	if len(results) == 0 {
		return
	}
	var content bytes.Buffer
	if err := metrics.WriteResults(&content, results); err != nil {
		w.log.Warn("the journal of this run lacks what has ended", "path", w.path, "error", err)
		return
	}
	w.put(item{ended: content.Bytes()})
}

// Whole says that everything was measured.
func (w *Writer) Whole() { w.put(item{whole: true}) }

func (w *Writer) put(one item) {
	w.mu.Lock()
	w.waiting = append(w.waiting, one)
	if len(w.waiting) > mostWaiting {
		w.dropped, w.waiting = true, withoutNumbers(w.waiting)
	}
	w.mu.Unlock()
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// withoutNumbers keeps what a checkpoint does not have.
func withoutNumbers(all []item) (kept []item) {
	for _, one := range all {
		if one.batch != nil || one.ended != nil || one.whole {
			kept = append(kept, one)
		}
	}
	return kept
}

func (w *Writer) take() (all []item, dropped bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	all, dropped = w.waiting, w.dropped
	w.waiting, w.dropped = nil, false
	return all, dropped
}

// run writes what is put, until Close.
func (w *Writer) run() {
	defer close(w.finished)
	ticks := time.NewTicker(syncEvery)
	defer ticks.Stop()
	for {
		select {
		case <-w.wake:
			w.write()
		case <-ticks.C:
			w.note(w.file.sync())
			w.write()
		case <-w.closing:
			w.write()
			return
		}
	}
}

// write writes what waits. What cannot be written comes with a checkpoint later.
func (w *Writer) write() {
	all, dropped := w.take()
	w.note(w.file.write(all, dropped))
	if !w.file.needsCheckpoint(time.Now()) {
		return
	}
	w.mu.Lock()
	tapped := w.tapped
	w.mu.Unlock()
	switch {
	case tapped != nil:
		w.file.asked = true
		tapped.Checkpoint(func(c *metrics.Checkpoint) { w.put(item{checkpoint: c, of: tapped}) })
	case w.file.batch == nil: // else its Results are on their way
		w.note(w.file.rewrite(nil))
	}
}

// note tells once that the journal cannot be written, and when it can again.
func (w *Writer) note(err error) {
	switch told := w.file.told; {
	case err != nil && !told:
		w.log.Warn("the journal of this run cannot be written: if liveload dies now, `liveload recover` has nothing of what comes", "path", w.path, "error", reason(err))
		w.file.told = true
	case err == nil && told && w.file.failed == nil:
		w.log.Info("the journal of this run is whole again", "path", w.path)
		w.file.told = false
	}
}

// Close ends the journal after the run. It is removed, unless there is something left to recover. Nobody else can claim it
// until it is.
func (w *Writer) Close(keep bool) error {
	close(w.closing)
	<-w.finished
	if keep {
		return errors.Join(w.file.finish(), w.file.close())
	}
	err := remove(w.path)
	if w.link != w.path {
		err = errors.Join(err, remove(w.link)) // which FindDead may have forgotten already
	}
	err = errors.Join(err, w.file.close())
	w.file.leaveFolders()
	return err
}

// remove removes a file that may be gone.
func remove(path string) error {
	if err := os.Remove(path); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// reason returns the error without the path, which the message already has.
func reason(err error) error {
	if inPath, ok := errors.AsType[*os.PathError](err); ok {
		return inPath.Err
	}
	return err
}
