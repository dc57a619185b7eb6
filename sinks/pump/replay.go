package pump

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/liveload/liveload/sinks"
)

// ReadHeader says what is in the spool in a folder, which liveload can read.
func ReadHeader(dir string) (Header, error) { return readHeader(dir) }

// Replay sends the spool in options.Spool and deletes it when everything is sent. It gives up when ctx is over, or
// when nothing was taken for options.Timeout: the rest stays. progress gets the points that were sent and that are left.
// The output is closed.
func Replay(ctx context.Context, output Output, options Options, progress func(sent, left int64)) (err error) {
	closing := context.WithoutCancel(ctx)
	defer func() { err = errors.Join(err, output.Close(closing)) }()
	spool, err := openSpool(options.Spool)
	if err != nil {
		return err
	}
	bounded, cancel := context.WithCancel(ctx)
	defer cancel()
	stuck := time.AfterFunc(options.Timeout, cancel)
	defer stuck.Stop()
	s := &sender{
		name: options.Name, output: output, log: options.Log, losses: sinks.NewLosses(options.Name, "point", options.Log),
		backlog: &backlog{dir: options.Spool, spool: spool}, replay: true, // nothing is added
	}
	s.progress = func() {
		stuck.Reset(options.Timeout)
		progress(s.sent.Load(), s.backlog.left())
	}
	if rest := spool.size - spool.end; rest > 0 && spool.damaged == nil {
		options.Log.Warn("the end of the spool was never written whole and cannot be sent", "bytes", rest)
	}
	finish := make(chan struct{})
	close(finish)
	if spool.empty() && spool.damaged == nil {
		return spool.remove()
	}
	if !spool.empty() {
		s.run(bounded, finish)
	}
	return errors.Join(s.losses.Err(), s.remains(spool.damaged))
}

// remains keeps what was not sent, and says why that was.
func (s *sender) remains(damaged error) error {
	kept, _, err := s.backlog.keep()
	switch {
	case damaged != nil && kept == 0:
		return errors.Join(fmt.Errorf("what comes after that cannot be sent: %w", damaged), err)
	case kept == 0:
		return err
	}
	why := errors.Join(s.denied, s.last)
	if why == nil {
		why = errors.New("interrupted")
	}
	return errors.Join(fmt.Errorf("%s has not got %s, which stay in %s: %w", s.name, Points(kept), s.backlog.dir, why), err)
}
