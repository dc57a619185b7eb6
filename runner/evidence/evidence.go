// Package evidence keeps what helps to understand failures: screenshots, pages, console lines and traces of the first
// failures of each class in the run, and the screenshots that a script takes. It owns the names and the number of files; package
// runner says when there is something to keep.
package evidence

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/redact"
	"github.com/liveload/liveload/space"
)

const (
	// perClass is how many failures of a class have evidence.
	perClass = 3
	// askPatience bounds how long a user is held up by a controller that cannot be reached.
	askPatience = 500 * time.Millisecond
	// patience bounds the taking of evidence. The other two bound what the page has to answer, so that there is time
	// for a screenshot of a page that does not.
	patience       = 5 * time.Second
	htmlPatience   = 2 * time.Second
	framesPatience = time.Second
)

// A TraceMode says which iterations are traced.
type TraceMode string

const (
	TraceOff       TraceMode = "off"
	TraceOn        TraceMode = "on"         // every iteration
	TraceOnFailure TraceMode = "on-failure" // every iteration; only traces of failures with evidence are kept
)

// Options say what is kept, and where.
type Options struct {
	Dir string // of the run; made when the first file is written
	// Shown is what Dir is called in Results, where people find the files at last. "" is Dir itself.
	Shown string
	// Kept is called for each complete file, with its path below Dir; may be nil. It must not block.
	Kept     func(file string)
	Node     string // this node's name
	Failures bool   // keep evidence of failures
	Trace    TraceMode
	Space    *space.Budget    // of the disk; nil for no bound
	Secrets  *redact.Redactor // what no file shows
	Log      *slog.Logger
}

// Sequences number what all nodes of the run keep. Safe for concurrent use.
type Sequences interface {
	// Next takes the next number of the named sequence, which begins with 0. It obeys ctx.
	Next(ctx context.Context, sequence string) (int64, error)
}

// SequencePrefix begins the names of the sequences that number failures of a class.
const SequencePrefix = "evidence of "

// A Store keeps the evidence of one scenario on one node. Safe for concurrent use. A nil Store keeps nothing.
type Store struct {
	opts      Options
	scenario  string
	sequences Sequences
	folder    string
	suffix    string // of the names of files that belong to a user
	dropped   func(kind string)
	*classes
}

// classes are those of a scenario on a node.
type classes struct {
	mu    sync.Mutex
	taken map[string]*class // by the class as a file name
}

// A class is what is known of the failures of one class.
type class struct {
	full bool // no more evidence is wanted
	own  int  // evidence kept while the controller could not be asked
}

// New returns the Store of a scenario. It writes nothing yet.
func New(opts Options, scenario string, sequences Sequences) *Store {
	return &Store{opts: opts, scenario: scenario, sequences: sequences, folder: filepath.Join(opts.Dir, fileName(scenario)), dropped: func(string) {}, classes: &classes{taken: map[string]*class{}}}
}

// OnDrop has fn called, from any goroutine, for each file that is not kept, since the run has had its share of the disk. Call it before anything else.
func (s *Store) OnDrop(fn func(kind string)) {
	if s != nil {
		s.dropped = fn
	}
}

// Of returns the Store for users of a part of the scenario that was taken over: other nodes have kept files of users with the same
// numbers. Part 0 is the node's own.
func (s *Store) Of(part int) *Store {
	if s == nil || part == 0 {
		return s
	}
	taken := *s
	taken.suffix = fmt.Sprintf("-takeover%d", part)
	return &taken
}

// A Failure is a failed iteration.
type Failure struct {
	metrics.FailureSample
	Iteration int
	Console   []browserpool.ConsoleMessage // the last lines
}

// Failed keeps what the session still shows of a failure, if it is one of the first of its class. It takes five seconds
// at most and ends with ctx. traced says that the session records a trace.
func (s *Store) Failed(ctx context.Context, session browserpool.Session, f Failure, traced bool) metrics.Evidence {
	folder, wanted := s.reserve(ctx, f.Class)
	if !wanted {
		return metrics.Evidence{}
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	kept := metrics.Evidence{
		Console: s.write(folder, "console.txt", s.consoleText(f.Console)),
		Page:    s.write(folder, "page.html", s.opts.Secrets.Page(page(ctx, session))),
		Frames:  s.write(folder, "frames.txt", s.frames(ctx, session)),
	}
	if png, err := session.Screenshot(ctx); err == nil {
		kept.Screenshot = s.picture(folder, "screenshot.png", png)
	}
	if traced && s.opts.Trace == TraceOnFailure {
		kept.Trace = s.stopTrace(ctx, session, filepath.Join(folder, "trace.zip"))
	}
	if !kept.None() {
		lines := append([]string{f.Class, "", f.ReasonInspect, "", fmt.Sprintf("user %d, iteration %d", f.UserID, f.Iteration)}, f.Stacktrace...)
		s.write(folder, "failure.txt", strings.Join(s.opts.Secrets.Texts(lines), "\n")+"\n")
	}
	return kept
}

// reserve returns the folder for a failure, when it is one of the first of its class in the run. When that cannot be
// known soon, it counts as one of the first of this node.
func (s *Store) reserve(ctx context.Context, of string) (folder string, wanted bool) {
	if s == nil || !s.opts.Failures || s.isFull(fileName(of)) {
		return "", false
	}
	ctx, cancel := context.WithTimeout(ctx, askPatience)
	defer cancel()
	name := fileName(of)
	number, err := s.sequences.Next(ctx, fmt.Sprintf("%s%s: %s", SequencePrefix, s.scenario, name))
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.taken[name]
	if err != nil {
		number = int64(c.own)
		c.own++
		name += "-" + fileName(s.opts.Node)
	}
	if number >= perClass-1 { // this is the last one, or too many; an answer to an earlier question may come after it
		c.full = true
	}
	if number >= perClass {
		return "", false
	}
	return filepath.Join(s.folder, fmt.Sprintf("%s-%d", name, number+1)), true
}

// isFull says whether no more evidence of a class is wanted.
func (s *Store) isFull(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.taken[name] == nil {
		s.taken[name] = &class{}
	}
	return s.taken[name].full
}

// Begin starts the trace of an iteration, if there is to be one.
func (s *Store) Begin(ctx context.Context, session browserpool.Session) (traced bool) {
	if s == nil || s.opts.Trace == TraceOff || s.opts.Trace == "" {
		return false
	}
	if s.opts.Space.Full() {
		s.dropped("trace")
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := session.StartTrace(ctx); err != nil {
		s.opts.Log.Warn("could not trace an iteration", "error", err)
		return false
	}
	return true
}

// End ends the trace of an iteration and returns the path of its file, "" when it is not kept. It does nothing when
// Failed has kept the trace.
func (s *Store) End(ctx context.Context, session browserpool.Session, user, iteration int) string {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	path := ""
	if s.opts.Trace == TraceOn {
		path = filepath.Join(s.folder, "traces", fmt.Sprintf("user%d-iteration%d%s.zip", user, iteration, s.suffix))
	}
	return s.stopTrace(ctx, session, path)
}

// stopTrace returns the path again, or "" when there is no such file.
func (s *Store) stopTrace(ctx context.Context, session browserpool.Session, path string) string {
	err := session.StopTrace(ctx, path)
	if err == nil && path != "" {
		var info os.FileInfo
		if info, err = os.Stat(path); err == nil && !s.opts.Space.Take(info.Size()) {
			s.dropped("trace")
			err = errors.Join(s.opts.Space.Refusal(), os.Remove(path))
		}
		if err == nil {
			if err = redactTrace(path, s.opts.Secrets); err != nil {
				s.opts.Space.Give(info.Size())
			}
		}
	}
	if err != nil {
		s.opts.Log.Warn("could not keep a trace", "error", err)
		return ""
	}
	if path == "" {
		return ""
	}
	return s.kept(path)
}
