package playwright

import (
	"context"
	"fmt"
	"sync"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/inpage"
	"github.com/liveload/liveload/browserpool/telemetry"
)

// A session is one browser context with its main page. It implements browserpool.Session.
type session struct {
	browser *browser
	context pw.BrowserContext
	decoder *telemetry.Decoder

	mu   sync.Mutex
	page pw.Page // nil before the first navigation

	recording sync.RWMutex
	sealed    bool // no batch is recorded any more; guarded by recording

	lost     chan struct{}
	loseOnce sync.Once
	end      sync.Once
	ended    chan struct{} // closed by Close
}

var _ browserpool.Session = (*session)(nil)

func newSession(ctx context.Context, b *browser, opts browserpool.SessionOptions) (browserpool.Session, error) {
	options, err := contextOptions(b.driver.api.Devices, opts.Context)
	if err != nil {
		return nil, err
	}
	s := &session{
		browser: b,
		decoder: telemetry.NewDecoder(opts.Recorder, opts.Pages),
		lost:    make(chan struct{}),
		ended:   make(chan struct{}),
	}
	s.context, err = call(ctx, s, "open a browser context", func(time.Duration) (pw.BrowserContext, error) {
		return b.pw.NewContext(options)
	})
	if err != nil {
		return nil, fmt.Errorf("open a browser context: %w", err)
	}
	if err := s.prepare(ctx, opts); err != nil {
		_ = s.Close(ctx) // the error to tell is why it could not be prepared
		return nil, err
	}
	go s.watch()
	return s, nil
}

// prepare installs the scripts before any page is open.
func (s *session) prepare(ctx context.Context, opts browserpool.SessionOptions) error {
	script := telemetry.Script + "\n" + inpage.Script
	return s.do(ctx, "prepare a browser context", func(time.Duration) error {
		if err := s.context.ExposeBinding(telemetry.Binding, s.receive); err != nil {
			return err
		}
		if err := s.context.AddInitScript(pw.Script{Content: &script}); err != nil {
			return err
		}
		for _, pattern := range opts.Block {
			if err := s.context.Route(pattern, abort); err != nil {
				return fmt.Errorf("block %q: %w", pattern, err)
			}
		}
		if opts.OnConsole != nil {
			s.context.OnConsole(func(m pw.ConsoleMessage) { opts.OnConsole(consoleMessage(m)) })
		}
		return nil
	})
}

func abort(route pw.Route) { _ = route.Abort("blockedbyclient") } // the request may be gone already

func consoleMessage(m pw.ConsoleMessage) browserpool.ConsoleMessage {
	message := browserpool.ConsoleMessage{Level: m.Type(), Text: m.Text(), Time: time.Now()}
	if at := m.Location(); at != nil {
		message.URL = at.URL
	}
	return message
}

// receive takes a batch of telemetry. Playwright calls it on a goroutine of its own for each batch.
func (s *session) receive(_ *pw.BindingSource, args ...any) any {
	if len(args) == 1 {
		if batch, ok := args[0].(string); ok {
			s.record(batch)
		}
	}
	return nil
}

func (s *session) record(batch string) {
	s.recording.RLock()
	defer s.recording.RUnlock()
	if s.sealed {
		return
	}
	_ = s.decoder.Decode(batch) // what cannot be read is counted by the decoder
}

// watch turns the end of the browser into the loss of the session.
func (s *session) watch() {
	select {
	case <-s.browser.Done():
		s.lose()
	case <-s.lost:
	case <-s.ended:
	}
}

func (s *session) lose() { s.loseOnce.Do(func() { close(s.lost) }) }

// Lost is closed when the session can no longer work.
func (s *session) Lost() <-chan struct{} { return s.lost }

// openPage returns the main page, opening it first.
func (s *session) openPage(ctx context.Context) (pw.Page, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.page != nil {
		return s.page, nil
	}
	page, err := call(ctx, s, "open a page", func(time.Duration) (pw.Page, error) { return s.context.NewPage() })
	if err != nil {
		return nil, err
	}
	page.OnCrash(func(pw.Page) { s.lose() })
	page.OnDownload(func(pw.Download) { go s.stay(page) })
	s.page = page
	return page, nil
}

// stay tells the page that the navigation it began was a download. A page that is gone does not care.
func (s *session) stay(page pw.Page) { _, _ = page.Evaluate(inpage.StayExpression) }

func (s *session) currentPage() (pw.Page, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.page == nil {
		return nil, browserpool.ErrNoNavigation
	}
	return s.page, nil
}
