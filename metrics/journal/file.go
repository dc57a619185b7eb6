package journal

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/liveload/liveload/filelock"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/snapshotio"
)

// A file is a journal as it is on disk. One goroutine uses it.
type file struct {
	path     string
	made     []string // folders that were made for it, the innermost first
	of       *metrics.Aggregator
	out      *os.File
	lock     *filelock.Lock // says that the run lives
	settled  []byte         // what is in every version: the head, and the Results of what has ended
	batch    []byte         // the frame of the batch that runs; nil for none
	standing []byte         // how that stands
	encoders map[string]*snapshotio.Encoder
	size     int64 // of the file
	base     int64 // size when the whole was written last
	dirty    bool  // something is not on the disk yet
	failed   error // what is missing from the file was not written because of it
	told     bool
	tried    time.Time // when a checkpoint was asked for, because something is missing
	asked    bool      // a checkpoint is on its way
}

// create makes a journal with a head.
func create(path string, head Head) (*file, error) {
	content, err := json.Marshal(head)
	if err != nil {
		return nil, err
	}
	f := &file{path: path, settled: appendFrame([]byte(magic), headFrame, content), encoders: make(map[string]*snapshotio.Encoder)}
	for folder := filepath.Dir(path); ; folder = filepath.Dir(folder) {
		if _, err := os.Stat(folder); !errors.Is(err, os.ErrNotExist) {
			break
		}
		f.made = append(f.made, folder)
	}
	err = os.MkdirAll(filepath.Dir(path), 0o700)
	if err == nil {
		err = f.rewrite(nil)
	}
	if err != nil {
		f.leaveFolders()
		return nil, err
	}
	return f, nil
}

// leaveFolders removes the folders that were made for the journal and have nothing else.
func (f *file) leaveFolders() {
	for _, folder := range f.made {
		if os.Remove(folder) != nil {
			return
		}
	}
}

// write appends items. What cannot be written comes with a checkpoint later, and so does what was dropped before.
func (f *file) write(all []item, dropped bool) (err error) {
	var frames []byte
	for _, one := range all {
		var failed error
		if frames, failed = f.add(frames, one); failed != nil {
			err = cmp.Or(err, f.fail(failed)) // what comes next may be needed all the same
		}
	}
	if dropped {
		f.asked = false // the checkpoint may be among what was dropped
		err = cmp.Or(err, f.fail(errors.New("the disk stands still")))
	}
	return cmp.Or(err, f.append(frames))
}

// add appends the frames of an item to those that wait to be written.
func (f *file) add(frames []byte, one item) ([]byte, error) {
	switch {
	case one.checkpoint != nil:
		f.asked = false
		if one.of != f.of { // of a batch that has ended
			return frames, nil
		}
		return nil, f.rewrite(one.checkpoint) // which has what waits
	case one.batch != nil:
		content, err := json.Marshal(one.batch)
		f.of, f.batch, f.standing, f.encoders = one.of, appendFrame(nil, batchFrame, content), nil, make(map[string]*snapshotio.Encoder)
		return append(frames, f.batch...), err
	case one.ended != nil:
		return nil, f.settle(one.ended)
	case one.whole:
		f.settled = appendFrame(f.settled, endFrame, nil)
		return appendFrame(frames, endFrame, nil), nil
	case one.standing != nil:
		if bytes.Equal(one.standing, f.standing) {
			return frames, nil
		}
		f.standing = one.standing
		return appendFrame(frames, standingFrame, one.standing), nil
	}
	return f.appendInput(frames, one.input)
}

func (f *file) appendInput(frames []byte, in metrics.Input) ([]byte, error) {
	if in.Snapshot == nil {
		content, err := json.Marshal(in)
		return appendFrame(frames, inputFrame, content), err
	}
	node := in.Snapshot.Node
	encoder := f.encoders[node]
	if encoder == nil {
		encoder = snapshotio.NewEncoder()
		f.encoders[node] = encoder
	}
	message, err := encoder.Encode(in.Snapshot)
	if err != nil {
		return frames, err
	}
	content := append(binary.AppendUvarint(nil, uint64(len(node))), node...)
	return appendFrame(frames, snapshotFrame, append(content, message...)), nil
}

// append writes frames at the end, unless something before them is missing.
func (f *file) append(frames []byte) error {
	if f.failed != nil || len(frames) == 0 {
		return nil
	}
	n, err := f.out.Write(frames)
	f.size, f.dirty = f.size+int64(n), true
	if err != nil {
		return f.fail(err)
	}
	return nil
}

// fail notes that something is missing from now on.
func (f *file) fail(err error) error {
	if f.failed == nil {
		f.failed, f.tried = err, time.Now()
	}
	return err
}

// needsCheckpoint says whether it is time to write the whole anew: it has grown, or something is missing.
func (f *file) needsCheckpoint(now time.Time) bool {
	switch {
	case f.asked:
		return false
	case f.failed != nil && now.Sub(f.tried) < retryEvery:
		return false
	case f.failed == nil && f.size-f.base < max(minGrowth, f.base):
		return false
	}
	f.tried = now
	return true
}

// settle keeps the Results of a batch that has ended, in place of its numbers.
func (f *file) settle(results []byte) error {
	f.of, f.batch, f.standing = nil, nil, nil
	f.settled = appendFrame(f.settled, resultsFrame, results)
	return f.rewrite(nil)
}

// rewrite writes the whole anew: what is settled, and what a checkpoint says of the batch that runs. A reader sees the
// old file or the new one, never a part. Each of them is locked from its first moment.
func (f *file) rewrite(c *metrics.Checkpoint) (err error) {
	next, err := os.CreateTemp(filepath.Dir(f.path), "."+filepath.Base(f.path)+".*") // nobody else may read it
	if err != nil {
		return err
	}
	lock, err := filelock.Try(next.Name())
	if err != nil {
		return errors.Join(err, next.Close(), os.Remove(next.Name()))
	}
	size, err := f.fill(next, c)
	if err == nil {
		err = next.Sync()
	}
	if err == nil {
		err = os.Rename(next.Name(), f.path)
	}
	if err != nil {
		return errors.Join(err, next.Close(), lock.Remove())
	}
	old, oldLock := f.out, f.lock
	f.out, f.lock, f.size, f.base, f.dirty, f.failed = next, lock, size, size, false, nil
	f.encoders = make(map[string]*snapshotio.Encoder)
	if old != nil {
		err = errors.Join(old.Close(), oldLock.Release())
	}
	return err
}

// fill writes all that a reader needs before what comes next.
func (f *file) fill(out io.Writer, c *metrics.Checkpoint) (size int64, err error) {
	all := [][]byte{f.settled}
	if c != nil {
		content, err := c.MarshalBinary()
		if err != nil {
			return 0, err
		}
		if len(content) > maxFrame {
			return 0, fmt.Errorf("a checkpoint has %d bytes", len(content))
		}
		all = append(all, f.batch, appendFrame(nil, checkpointFrame, content))
		if f.standing != nil {
			all = append(all, appendFrame(nil, standingFrame, f.standing))
		}
	}
	for _, part := range all {
		n, err := out.Write(part)
		size += int64(n)
		if err != nil {
			return size, err
		}
	}
	return size, nil
}

// sync has the disk write what it may still hold in memory.
func (f *file) sync() error {
	if !f.dirty || f.failed != nil {
		return nil
	}
	f.dirty = false
	if err := f.out.Sync(); err != nil {
		return f.fail(err)
	}
	return nil
}

// finish has the file have all that was put, or says why it cannot.
func (f *file) finish() error {
	switch {
	case f.failed == nil:
		return f.sync()
	case f.batch != nil: // only a checkpoint has its numbers
		return f.failed
	}
	return f.rewrite(nil)
}

func (f *file) close() error { return errors.Join(f.out.Close(), f.lock.Release()) }
