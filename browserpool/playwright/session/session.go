// Package session implements browserpool.Session: what a user does in a browser. It owns the browser context and
// its main page; waiting and acting happen in the page (package inpage), and what a page reports is decoded
// in package telemetry.
package session

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	pw "github.com/playwright-community/playwright-go"
	"golang.org/x/sync/semaphore"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/inpage"
	"github.com/liveload/liveload/browserpool/playwright/calls"
	"github.com/liveload/liveload/browserpool/playwright/driver"
	"github.com/liveload/liveload/browserpool/playwright/objects"
	"github.com/liveload/liveload/browserpool/telemetry"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/statuses"
)

// A session is one browser context with its main page. It implements browserpool.Session.
type session struct {
	*calls.Guard
	browser  *driver.Browser
	decoder  *telemetry.Decoder
	presses  *presses
	recorder browserpool.Recorder
	measured bool                     // whether pages have telemetry
	crash    chan browserpool.Crash   // holds what has ended the session, until lostBy takes it
	lostBy   func() browserpool.Crash // explainLoss, once
	files    bool                     // whether pages may be files of the machine
	blocked  []string                 // patterns of addresses that pages must not request
	opening  *semaphore.Weighted      // held while the main page is being opened
	asking   atomic.Bool              // checkAnswers is running
	tracing  atomic.Bool              // the context records traces
	verbose  atomic.Bool              // the driver reports every event of the session
	objects  *objects.Hub
	hadPage  atomic.Bool  // a main page was open, and is closed
	boxes    atomic.Int64 // checkboxes and radio buttons that were to be ticked or not

	mu        sync.Mutex
	context   pw.BrowserContext // nil before it is open
	page      pw.Page           // nil before the first navigation, and after the page closed itself
	target    string            // the main page's name on the direct connection
	targetID  string            // the browser's name of the main page
	prepared  pw.Page           // becomes the main page with the next navigation: it has the session storage that was restored
	origins   map[string]bool   // that pages have shown, in any frame
	inBrowser string            // the browser's name of the context; "" before it is first needed
	stored    bool              // whether a page was opened since the storage was empty
	stayed    string            // why the page is not at the last address that it was to open; "" when it is
	documents int               // how many the main page has shown
	allowed   statuses.Set      // of documents that are pages like any other, though errors of the server
	dropped   bool              // the session was closed: a context that opens now is closed at once

	recording sync.RWMutex
	sealed    bool // no batch is recorded any more; guarded by recording

	end sync.Once
}

var _ browserpool.Session = (*session)(nil)

// New opens a session in a browser. It is a driver.OpenSession.
func New(ctx context.Context, b *driver.Browser, opts browserpool.SessionOptions) (browserpool.Session, error) {
	options, err := contextOptions(b.Devices(), opts.Context, opts.Files)
	if err != nil {
		return nil, err
	}
	if base := options.BaseURL; base != nil && !opts.AllowFileURLs && browserpool.IsFileURL(*base) {
		return nil, fmt.Errorf("context options: baseURL: %w", browserpool.FileURLError(*base))
	}
	blocked, err := wildcards(opts.Block)
	if err != nil {
		return nil, err
	}
	s := &session{
		blocked:  blocked,
		files:    opts.AllowFileURLs,
		browser:  b,
		decoder:  telemetry.NewDecoder(opts.Recorder, opts.Pages),
		opening:  semaphore.NewWeighted(1),
		presses:  newPresses(),
		recorder: opts.Recorder, measured: !opts.Unmeasured,
		crash: make(chan browserpool.Crash, 1),
	}
	if s.files {
		b.AllowFileURLs()
	}
	s.lostBy = sync.OnceValue(s.explainLoss)
	s.Guard = calls.NewGuard(b.Done(), s.checkAnswers, s.ping)
	s.objects = objects.New(s.Guard, s.drainPages, s.requested, objects.Disk{URLs: opts.AllowFileURLs, Files: opts.Files, Save: opts.Save, Space: opts.Space, Dropped: s.dropFile})
	err = s.Do(ctx, "a browser context to open", func(time.Duration) error {
		opened, err := b.Playwright().NewContext(options)
		if err != nil {
			return err
		}
		return s.adopt(opened, opts)
	})
	if err != nil {
		_ = s.Close(ctx) // the error that matters is why there is no session
		return nil, fmt.Errorf("open a browser context: %w", calls.PlainError(err))
	}
	return s, nil
}

// adopt prepares a context, or closes it when its caller is gone.
func (s *session) adopt(opened pw.BrowserContext, opts browserpool.SessionOptions) error {
	s.mu.Lock()
	dropped := s.dropped
	s.context = opened
	s.mu.Unlock()
	if dropped {
		_ = opened.Close() // its caller is gone
		return browserpool.ErrClosed
	}
	return s.prepare(opened, opts)
}

// prepare installs the scripts before any page is open.
func (s *session) prepare(opened pw.BrowserContext, opts browserpool.SessionOptions) error {
	opened.OnClose(func(pw.BrowserContext) { _ = s.fail() })
	opened.OnPage(s.meet)
	s.objects.Follow(opened)
	if err := opened.ExposeBinding(telemetry.OtherBinding, s.receive); err != nil {
		return err
	}
	script := inpage.Script
	if !opts.Unmeasured {
		script = telemetry.BlockedScript(s.blocked) + telemetry.Script + "\n" + script
	}
	if opts.Pages.Grouped() {
		script = telemetry.ExactAddressesScript + script
	}
	if err := opened.AddInitScript(pw.Script{Content: &script}); err != nil {
		return err
	}
	if opts.OnConsole != nil {
		opened.OnConsole(func(m pw.ConsoleMessage) { opts.OnConsole(consoleMessage(m)) })
	}
	return nil
}

func consoleMessage(m pw.ConsoleMessage) browserpool.ConsoleMessage {
	message := browserpool.ConsoleMessage{Level: m.Type(), Text: m.Text(), Time: time.Now()}
	if at := m.Location(); at != nil {
		message.URL = at.URL
	}
	return message
}

// receive takes a batch of telemetry. Playwright calls it on a new goroutine for each batch.
func (s *session) receive(_ *pw.BindingSource, args ...any) any {
	if len(args) == 1 {
		if batch, ok := args[0].(string); ok {
			s.record(batch)
		}
	}
	return nil
}

// requested records a request of page.request.
func (s *session) requested(r objects.Requested) {
	s.recording.RLock()
	defer s.recording.RUnlock()
	if !s.sealed {
		s.decoder.Requested(r.URL, r.Status, r.Took, r.Reason)
	}
}

// dropFile records a download that was cancelled.
func (s *session) dropFile() {
	s.recording.RLock()
	defer s.recording.RUnlock()
	if !s.sealed {
		s.recorder.Add(metrics.FilesDropped, metrics.FilesDropped.With("download"), 1)
	}
}

func (s *session) record(batch string) {
	s.recording.RLock()
	defer s.recording.RUnlock()
	if s.sealed {
		return
	}
	_ = s.decoder.Decode(batch) // what cannot be read is counted by the decoder
}

// fail notes that the context is gone, which is a loss unless Close closed it, and returns the error of operations from
// now on.
func (s *session) fail() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.dropped {
		s.Lose()
	}
	return s.gone()
}
