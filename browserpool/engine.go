// Package browserpool owns the browsers of one node: it starts them, gives every user an isolated
// session in one of them, and replaces those that crash or hang. The engines in its
// subfolders know what a browser is; the pool knows nothing of JavaScript scenarios or of load.
package browserpool

import (
	"context"
	"io"
	"os"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/space"
)

// An Engine hands out sessions. It is what a runner sees: Pool is the one implementation.
// All methods may be called concurrently.
type Engine interface {
	// NewSession returns a session isolated like a fresh incognito window: own cookies, storage and
	// cache. It blocks while a browser starts and obeys ctx. The caller closes the session.
	NewSession(ctx context.Context, opts SessionOptions) (Session, error)
	// Close ends every session and browser, politely until ctx is over, then by force. It is
	// idempotent and leaves no process and no folder behind.
	Close(ctx context.Context) error
}

// A Launcher starts browsers of one kind; the Pool decides when. Launch may be called concurrently.
type Launcher interface {
	// Launch returns once the browser accepts sessions. Cancelling ctx gives up the launch and leaves
	// no process behind; it does not end a browser that Launch has returned.
	Launch(ctx context.Context) (Browser, error)
	// Close releases what browsers share (drivers, folders). The Pool calls it once, after every
	// browser is gone.
	Close(ctx context.Context) error
}

// A Browser is one browser process. The Pool that launched it closes it. Methods may be called
// concurrently.
type Browser interface {
	NewSession(ctx context.Context, opts SessionOptions) (Session, error)
	// Done is closed when the process is gone, also after a crash.
	Done() <-chan struct{}
	// Kill ends the process and all its children at once, without waiting for answers. It is idempotent.
	Kill()
	// KillHung is Kill for a browser that hangs. It does nothing when the browser is gone.
	KillHung(reason string)
	// Crash says how a browser that is gone has ended. It may wait a moment for the news.
	Crash() Crash
	// Close asks politely until ctx is over, then kills.
	Close(ctx context.Context) error
}

// SessionOptions describe the session of one user.
type SessionOptions struct {
	// Recorder takes what the session measures. Required. The session calls it from several
	// goroutines until Close has returned, and never afterwards.
	Recorder Recorder
	// Pages turns page addresses into labels (no query, ids replaced). Required.
	Pages PageLabeler
	// Context carries Playwright's browser context options by their JavaScript names
	// (viewport, locale, userAgent, extraHTTPHeaders, httpCredentials, ignoreHTTPSErrors, ...).
	// Unknown names are an error of NewSession.
	Context map[string]any
	// Block lists URL patterns (globs as Playwright reads them) whose requests are aborted.
	Block []string
	// AllowFileURLs lets pages with file: addresses be opened, which can read the files of the machine.
	AllowFileURLs bool
	// Files are what the script may read; nil is nothing.
	Files ScriptFiles
	// Save makes a file of the script's among the results of the run, and returns its path; nil refuses. Safe for concurrent use.
	Save func(name string, content func(io.Writer) error) (path string, err error)
	// Space is what the run may take of the disk: a download that would take more is cancelled. Nil has no bound.
	Space *space.Budget
	// Unmeasured leaves pages without telemetry, for benchmarks of what it costs.
	Unmeasured bool
	// OnConsole takes what pages print to their console; nil ignores it. Called from one goroutine.
	OnConsole func(ConsoleMessage)
}

// ScriptFiles finds the files that a script may read. Safe for concurrent use.
type ScriptFiles interface {
	Path(name string) (string, error) // absolute; the error says why the script cannot have the file
	Open(name string) (*os.File, error)
}

// A ConsoleMessage is a line that a page printed.
type ConsoleMessage struct {
	Level string // "log", "debug", "info", "warning", "error"
	Text  string
	URL   string
	Time  time.Time
}

// A Recorder takes measurements. *metrics.Scope is one. Safe for concurrent use.
type Recorder interface {
	Observe(m *metrics.Metric, labels metrics.Labels, value float64)
	Add(m *metrics.Metric, labels metrics.Labels, n int64)
}

// A PageLabeler makes a label of bounded cardinality out of an address. Safe for concurrent use.
type PageLabeler interface {
	PageLabel(rawURL string) string
	// Grouped reports whether the user has groups, which may tell apart what differs only in numbers.
	Grouped() bool
}
