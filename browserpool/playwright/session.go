package playwright

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/inpage"
	"github.com/liveload/liveload/browserpool/telemetry"
)

// A session is one browser context with its main page. It implements browserpool.Session.
type session struct {
	browser *browser
	decoder *telemetry.Decoder
	presses presses
	blocked []string      // patterns of addresses that pages must not request
	opening chan struct{} // held by the one who opens the main page
	asking  atomic.Bool   // somebody asks whether the page still answers
	tracing atomic.Bool   // the context records traces
	views   *views
	objects *objects

	mu      sync.Mutex
	context pw.BrowserContext // nil before it is open
	page    pw.Page           // nil before the first navigation, and after the page closed itself
	target  string            // the main page's name on the direct connection
	origins map[string]bool   // that the main page has shown
	dropped bool              // a context that opens now is not wanted any more

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
	blocked, err := wildcards(opts.Block)
	if err != nil {
		return nil, err
	}
	s := &session{
		blocked: blocked,
		browser: b,
		decoder: telemetry.NewDecoder(opts.Recorder, opts.Pages),
		opening: make(chan struct{}, 1),
		presses: newPresses(),
		lost:    make(chan struct{}),
		ended:   make(chan struct{}),
	}
	s.views, s.objects = newViews(), newObjects(s)
	err = s.do(ctx, "a browser context to open", func(time.Duration) error {
		opened, err := b.pw.NewContext(options)
		if err != nil {
			return err
		}
		return s.adopt(opened, opts)
	})
	if err != nil {
		_ = s.Close(ctx) // the error to tell is why there is no session
		return nil, fmt.Errorf("open a browser context: %w", plainError(err))
	}
	go s.watch()
	return s, nil
}

// adopt prepares a context, or closes it when nobody waits for it any more.
func (s *session) adopt(opened pw.BrowserContext, opts browserpool.SessionOptions) error {
	s.mu.Lock()
	dropped := s.dropped
	s.context = opened
	s.mu.Unlock()
	if dropped {
		_ = opened.Close() // whoever asked for it has gone
		return browserpool.ErrClosed
	}
	return s.prepare(opened, opts)
}

// prepare installs the scripts before any page is open.
func (s *session) prepare(opened pw.BrowserContext, opts browserpool.SessionOptions) error {
	opened.OnClose(func(pw.BrowserContext) { s.contextClosed() })
	s.views.follow(opened, s.objects.meet)
	if err := opened.ExposeBinding(telemetry.OtherBinding, s.receive); err != nil {
		return err
	}
	script := telemetry.BlockedScript(s.blocked) + telemetry.Script + "\n" + inpage.Script
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

// contextClosed is a loss unless it was Close that closed the context.
func (s *session) contextClosed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.dropped {
		s.lose()
	}
}

// Lost is closed when the session can no longer work.
func (s *session) Lost() <-chan struct{} { return s.lost }

// openPage returns the main page, opening it first.
func (s *session) openPage(ctx context.Context) (pw.Page, error) {
	select {
	case s.opening <- struct{}{}:
		defer func() { <-s.opening }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	page, err := s.currentPage()
	if !errors.Is(err, browserpool.ErrNoNavigation) {
		return page, err
	}
	page, err = call(ctx, s, "a page to open", func(time.Duration) (pw.Page, error) { return s.newPage(s.context) })
	if err != nil {
		return nil, plainError(err)
	}
	page.OnCrash(func(pw.Page) { s.lose() })
	page.OnClose(s.forgetPage) // by a script of its own: the next navigation opens another
	page.OnFrameNavigated(func(f pw.Frame) {
		if f == page.MainFrame() {
			s.visited(f.URL())
		}
	})
	page.OnDownload(func(pw.Download) { s.stay(page, "") })
	page.OnRequestFailed(func(r pw.Request) { // also an answer without content
		if r.IsNavigationRequest() && r.Frame() == page.MainFrame() {
			s.stay(page, s.firstURL(r))
		}
	})
	if err := s.attach(ctx, page); err != nil {
		return nil, err
	}
	s.setPage(page)
	return page, nil
}

// newPage opens a page, with the routes that the context has.
func (s *session) newPage(opened pw.BrowserContext) (pw.Page, error) {
	page, err := opened.NewPage()
	if err != nil {
		return nil, err
	}
	return page, s.objects.settleIn(page)
}

func (s *session) setPage(page pw.Page) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.page = page
}

// forgetPage forgets the main page, unless another one is it by now.
func (s *session) forgetPage(page pw.Page) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.page == page {
		s.page = nil
	}
}

// stay tells the page that the navigation it began came to nothing. A page that is gone does not care.
func (s *session) stay(page pw.Page, url string) {
	async(func() (any, error) { return page.Evaluate(inpage.StayFunction, url) })
}

// firstURL is where a request went before it was redirected.
func (s *session) firstURL(r pw.Request) string {
	for from := r.RedirectedFrom(); from != nil; from = r.RedirectedFrom() {
		r = from
	}
	url, _, _ := strings.Cut(s.objects.requests.url(r), "#")
	return url
}

func (s *session) currentPage() (pw.Page, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.gone(); err != nil {
		return nil, err
	}
	if s.page == nil {
		return nil, browserpool.ErrNoNavigation
	}
	return s.page, nil
}

// gone says why the session does not work any more. Callers hold mu.
func (s *session) gone() error {
	switch {
	case s.dropped:
		return browserpool.ErrClosed
	case s.isLost():
		return browserpool.ErrLost
	}
	return nil
}
