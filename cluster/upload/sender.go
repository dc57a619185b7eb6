package upload

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
)

// ErrRefused says that the controller does not want a file.
var ErrRefused = errors.New("the controller does not want it")

// A Sender sends files of a folder one after the other, and empties them, so that their names stay taken. A file that does not
// arrive stays as it is, unless the controller does not want it. Safe for concurrent use.
type Sender struct {
	dir string
	// send returns when the controller has answered; an error means that the file does not arrive, and ErrRefused that it is not
	// wanted. It obeys ctx.
	send func(ctx context.Context, message []byte) error
	log  *slog.Logger

	mu      sync.Mutex
	waiting []string
	lost    int           // files
	reason  error         // of the first that was lost
	wake    chan struct{} // holds a token when a file waits, or the Sender is to finish
	ending  bool
	ended   chan struct{}
}

// NewSender returns a Sender, whose Run the caller runs.
func NewSender(dir string, send func(ctx context.Context, message []byte) error, log *slog.Logger) *Sender {
	return &Sender{dir: dir, send: send, log: log, wake: make(chan struct{}, 1), ended: make(chan struct{})}
}

// Add queues a file that is complete, by its path below the folder. It does not block.
func (s *Sender) Add(file string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.waiting) < mostFiles {
		s.waiting = append(s.waiting, file)
	} else {
		s.lose(errors.New("too many files wait"))
	}
	s.nudge()
}

// Ended is closed when Run has returned.
func (s *Sender) Ended() <-chan struct{} { return s.ended }

// Finish waits until the files that are queued were sent, or ctx is over, and then has Run return.
func (s *Sender) Finish(ctx context.Context) {
	s.mu.Lock()
	s.ending = true
	s.nudge()
	s.mu.Unlock()
	select {
	case <-s.ended:
	case <-ctx.Done():
	}
}

func (s *Sender) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Run sends files until Finish is called and all are sent, or ctx is over. The log gets what did not arrive.
func (s *Sender) Run(ctx context.Context) {
	defer close(s.ended)
	for {
		file, more := s.next()
		switch {
		case file != "":
			if err := s.sendFile(ctx, file); err != nil {
				s.mu.Lock()
				s.lose(err)
				s.mu.Unlock()
			}
			continue
		case !more || ctx.Err() != nil:
			s.logLost()
			return
		}
		select {
		case <-s.wake:
		case <-ctx.Done():
		}
	}
}

// next returns the file to be sent, "" when there is none now. more says that some may come.
func (s *Sender) next() (file string, more bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.waiting) == 0 {
		return "", !s.ending
	}
	file, s.waiting = s.waiting[0], s.waiting[1:]
	return file, true
}

// lose notes a file that does not arrive. The caller holds the lock.
func (s *Sender) lose(err error) {
	if s.lost++; s.reason == nil {
		s.reason = err
	}
}

func (s *Sender) logLost() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lost > 0 {
		s.log.Warn("some files of evidence did not reach the machine of the controller", "files", s.lost, "reason", s.reason)
	}
}

// sendFile sends a file and empties it. One that could not be sent stays.
func (s *Sender) sendFile(ctx context.Context, name string) (err error) {
	local := filepath.Join(s.dir, filepath.FromSlash(name))
	file, err := os.Open(local)
	if err != nil {
		return err
	}
	defer func() {
		if err = errors.Join(err, file.Close()); err == nil || errors.Is(err, ErrRefused) {
			err = errors.Join(err, os.Truncate(local, 0))
		}
	}()
	buffer := make([]byte, chunkSize)
	for offset := int64(0); ; {
		n, err := io.ReadFull(file, buffer)
		last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return err
		}
		message, err := json.Marshal(Part{File: name, Offset: offset, Data: buffer[:n], Last: last})
		if err == nil {
			err = s.send(ctx, message)
		}
		if err != nil {
			return fmt.Errorf("send %s: %w", name, err)
		}
		if last {
			return nil
		}
		offset += int64(n)
	}
}
