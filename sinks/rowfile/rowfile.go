// Package rowfile writes the points of a run to a file while the run goes on, compressed when its name ends in .gz.
// How a point looks in the file is up to the sink.
package rowfile

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/points"
)

// An Encoder writes points.
type Encoder interface {
	Head(w io.Writer) error // comes first
	Point(w io.Writer, p *points.Point) error
}

// A Sink writes one file. What was in it before is replaced when the first interval comes: until then the run may not begin.
type Sink struct {
	path    string
	encoder Encoder
	rows    *points.Rows
	made    bool         // there was no file
	file    *os.File     // nil while a pipe is not open
	zip     *gzip.Writer // nil for a plain file
	buffer  *bufio.Writer
}

// readerInterval is how often it is tried whether somebody reads a pipe.
const readerInterval = 20 * time.Millisecond

// New returns a sink that writes to path. The folders above it are made.
func New(path string, encoder Encoder) *Sink { return &Sink{path: path, encoder: encoder} }

// Start returns why the file cannot be written. What is in it stays, and nobody needs to read a pipe yet.
func (s *Sink) Start(_ context.Context, run metrics.RunInfo) error {
	s.rows = points.New(run)
	err := os.MkdirAll(filepath.Dir(s.path), 0o700)
	if err == nil {
		err = s.find()
	}
	if err != nil {
		return fmt.Errorf("cannot write %s: %w; choose another path", s.path, err)
	}
	return nil
}

// find opens the file, unless it is a pipe.
func (s *Sink) find() error {
	info, err := os.Stat(s.path)
	if err == nil && info.Mode()&fs.ModeNamedPipe != 0 {
		const mayWrite = 2
		return syscall.Access(s.path, mayWrite)
	}
	s.made = errors.Is(err, fs.ErrNotExist)
	s.file, err = os.OpenFile(s.path, os.O_WRONLY|os.O_CREATE|syscall.O_NONBLOCK|syscall.O_NOCTTY, 0o600)
	return err
}

// Abandon implements sinks.Abandoner: what was there stays as it was.
func (s *Sink) Abandon() {
	if s.file == nil {
		return
	}
	_ = s.file.Close() // nothing was written
	if s.made {
		_ = os.Remove(s.path) // an empty file is all that is left
	}
}

// begin empties the file, or waits until somebody reads the pipe, and writes what comes first.
func (s *Sink) begin(ctx context.Context) error {
	if s.buffer != nil {
		return nil
	}
	if s.file == nil {
		if err := s.openPipe(ctx); err != nil {
			return err
		}
	} else if info, err := s.file.Stat(); err == nil && info.Mode().IsRegular() {
		if err := s.file.Truncate(0); err != nil {
			return err
		}
	}
	s.buffer = bufio.NewWriterSize(s.file, 1<<16)
	if strings.HasSuffix(s.path, ".gz") {
		s.zip, _ = gzip.NewWriterLevel(s.file, gzip.BestSpeed) // the level is valid
		s.buffer.Reset(s.zip)
	}
	return s.encoder.Head(s.buffer)
}

// openPipe waits until somebody reads the pipe: without O_NONBLOCK nothing could end that.
func (s *Sink) openPipe(ctx context.Context) (err error) {
	for {
		s.file, err = os.OpenFile(s.path, os.O_WRONLY|syscall.O_NONBLOCK, 0)
		if !errors.Is(err, syscall.ENXIO) {
			return err
		}
		select {
		case <-time.After(readerInterval):
		case <-ctx.Done():
			return errors.New("nobody reads it")
		}
	}
}

// Write adds the rows of an interval, so that others can read them while the run goes on.
func (s *Sink) Write(ctx context.Context, i *metrics.Interval) error {
	if err := s.begin(ctx); err != nil {
		return s.wrap(err)
	}
	defer s.endWith(ctx)()
	for _, p := range s.rows.Of(i) {
		if err := s.encoder.Point(s.buffer, &p); err != nil {
			return s.wrap(err)
		}
	}
	if err := s.flush(); err != nil {
		return s.wrap(err)
	}
	return nil
}

// Close ends the file.
func (s *Sink) Close(ctx context.Context, _ []metrics.Result) (err error) {
	empty := s.buffer == nil // there was no interval
	if empty {
		err = s.begin(ctx)
	}
	if s.file == nil {
		return s.wrap(err)
	}
	defer s.endWith(ctx)()
	if empty && err == nil {
		err = s.flush()
	}
	if s.zip != nil {
		err = errors.Join(err, s.zip.Close())
	}
	if err = errors.Join(err, s.file.Close()); err != nil {
		return s.wrap(err)
	}
	return nil
}

// endWith has writes fail once ctx is over, until the returned function is called: a file may be a pipe that nobody reads.
func (s *Sink) endWith(ctx context.Context) (stop func() bool) {
	return context.AfterFunc(ctx, func() { _ = s.file.SetWriteDeadline(time.Now()) }) // only pipes have deadlines
}

func (s *Sink) flush() error {
	if err := s.buffer.Flush(); err != nil || s.zip == nil {
		return err
	}
	return s.zip.Flush()
}

func (s *Sink) wrap(err error) error { return fmt.Errorf("write %s: %w", s.path, err) }
