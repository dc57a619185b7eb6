package cdp

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// A Pipe carries messages in both directions, as browsers speak with whoever started them: JSON, and a zero byte after
// each message. Its files have to take deadlines.
type Pipe struct {
	From *os.File // what the other side says
	To   *os.File // what it is told
}

// Close closes both files. It may be called again, and while others read and write.
func (p Pipe) Close() error { return errors.Join(p.From.Close(), p.To.Close()) }

// writeLimit bounds one writing to a browser. One that takes nothing for so long has no use for its connection.
const writeLimit = time.Minute

// A sender writes whole messages to a browser, for several goroutines.
type sender struct {
	mu sync.Mutex
	to *os.File
}

// send writes messages, each with its zero byte. It obeys no caller's ctx: a message cut off in the middle would end
// the connection for all.
func (s *sender) send(messages []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.to.SetWriteDeadline(time.Now().Add(writeLimit)); err != nil {
		return err
	}
	_, err := s.to.Write(messages)
	return err
}

const (
	usualSize   = 64 << 10  // of a buffer that is kept
	mostKept    = 4 << 20   // of one that is kept while long messages come
	shortInRow  = 100       // messages until it is not kept any more
	mostEvent   = 16 << 20  // bytes of an event, which a page can make as long as it likes
	mostMessage = 512 << 20 // bytes of any message: what Node.js takes as one text
	headKept    = 1 << 10   // bytes of an event's beginning that are kept when it is too long
	tailKept    = 256       // and of its end, where the browser says whose it is
)

// A scanner takes messages from a file.
type scanner struct {
	from io.Reader
	most int    // bytes of a message that comes whole; 0 is any number
	idle func() // called before it waits for more; may be nil

	buf        []byte
	start, end int // what was read and is not taken yet
	short      int // messages since one that has made buf large
}

// next returns a message, which is followed by its zero byte and valid until the next call. Of one that is too long it
// returns beginning and end, and whole is false.
func (s *scanner) next() (message []byte, whole bool, err error) {
	s.shrink()
	whole = true
	for seen := 0; ; {
		if n := bytes.IndexByte(s.buf[s.start+seen:s.end], 0); n >= 0 {
			message = s.buf[s.start : s.start+seen+n : s.start+seen+n+1]
			if !whole || len(message) > usualSize/2 {
				s.short = 0
			}
			s.start += seen + n + 1
			return message, whole, nil
		}
		seen = s.end - s.start
		if tooLong(s.buf[s.start:s.end]) || s.most > 0 && seen >= s.most {
			s.cut()
			seen, whole = headKept+tailKept, false
		}
		if err := s.fill(); err != nil {
			return nil, false, err
		}
	}
}

// shrink gives back a buffer that long messages have made large, once there are none any more: a page may make one after the other.
func (s *scanner) shrink() {
	s.short++
	if len(s.buf) <= usualSize || len(s.buf) <= mostKept && s.short < shortInRow || s.end-s.start > usualSize/2 {
		return
	}
	rest := make([]byte, usualSize)
	s.start, s.end, s.buf = 0, copy(rest, s.buf[s.start:s.end]), rest
}

// fill reads more, at least one byte.
func (s *scanner) fill() error {
	if s.start == s.end {
		s.start, s.end = 0, 0
	}
	if s.end == len(s.buf) {
		if err := s.makeRoom(); err != nil {
			return err
		}
	}
	if s.idle != nil {
		s.idle()
	}
	n, err := s.from.Read(s.buf[s.end:])
	s.end += n
	if n > 0 {
		return nil
	}
	return err
}

func (s *scanner) makeRoom() error {
	size := max(usualSize, len(s.buf))
	if waiting := s.end - s.start; waiting > size/2 {
		size *= 2
	}
	if size > mostMessage {
		return fmt.Errorf("a message of more than %d MB", mostMessage>>20)
	}
	into := s.buf
	if size != len(s.buf) {
		into = make([]byte, size)
	}
	s.end = copy(into, s.buf[s.start:s.end])
	s.start, s.buf = 0, into
	return nil
}

// cut forgets the middle of what was read.
func (s *scanner) cut() {
	copy(s.buf[s.start+headKept:], s.buf[s.end-tailKept:s.end])
	s.end = s.start + headKept + tailKept
}
