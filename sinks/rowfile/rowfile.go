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
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/points"
)

// An Encoder writes points.
type Encoder interface {
	Head(w io.Writer) error // comes first
	Point(w io.Writer, p *points.Point) error
}

// A Sink writes one file. What was in it before is replaced.
type Sink struct {
	path    string
	encoder Encoder
	rows    *points.Rows
	file    *os.File
	zip     *gzip.Writer // nil for a plain file
	buffer  *bufio.Writer
}

// New returns a sink that writes to path. The folders above it are made.
func New(path string, encoder Encoder) *Sink { return &Sink{path: path, encoder: encoder} }

// Start makes the file.
func (s *Sink) Start(_ context.Context, run metrics.RunInfo) error {
	err := os.MkdirAll(filepath.Dir(s.path), 0o755)
	if err == nil {
		s.file, err = os.Create(s.path)
	}
	if err != nil {
		return fmt.Errorf("cannot write %s: %w; choose another path", s.path, err)
	}
	s.rows = points.New(run)
	s.buffer = bufio.NewWriterSize(s.file, 1<<16)
	if strings.HasSuffix(s.path, ".gz") {
		s.zip, _ = gzip.NewWriterLevel(s.file, gzip.BestSpeed) // the level is valid
		s.buffer.Reset(s.zip)
	}
	if err := errors.Join(s.encoder.Head(s.buffer), s.flush()); err != nil {
		return errors.Join(s.wrap(err), s.file.Close())
	}
	return nil
}

// Write adds the rows of an interval, so that others can read them while the run goes on.
func (s *Sink) Write(ctx context.Context, i *metrics.Interval) error {
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
func (s *Sink) Close(ctx context.Context, _ []metrics.Result) error {
	defer s.endWith(ctx)()
	var err error
	if s.zip != nil {
		err = s.zip.Close()
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
