package evidence

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/liveload/liveload/browserpool"
)

// Begin starts the trace of an iteration, if there is to be one.
func (s *Store) Begin(ctx context.Context, session browserpool.Session) (traced bool) {
	if s == nil || s.opts.Trace == TraceOff || s.opts.Trace == "" {
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
		path = filepath.Join(s.folder, "traces", fmt.Sprintf("user%d-iteration%d.zip", user, iteration))
	}
	return s.stopTrace(ctx, session, path)
}

// stopTrace returns the path again, or "" when there is no such file.
func (s *Store) stopTrace(ctx context.Context, session browserpool.Session, path string) string {
	err := session.StopTrace(ctx, path)
	if err == nil && path != "" {
		_, err = os.Stat(path)
	}
	if err != nil {
		s.opts.Log.Warn("could not keep a trace", "error", err)
		return ""
	}
	return path
}
