package session

import (
	"context"
	"fmt"
	"sync"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool/playwright/calls"
	"github.com/liveload/liveload/browserpool/telemetry"
)

const (
	// replyPatience is how long the end of a session waits for replies that are still under way.
	replyPatience = time.Second
	// arrivalPatience is how long the end of a session waits for a navigation that is under way.
	arrivalPatience = 2 * time.Second
	// drainTime bounds the draining of all pages of a session.
	drainTime = 5 * time.Second
	// closeTime bounds the closing of a context. A browser that takes longer hangs, and is killed with all its sessions.
	closeTime = 20 * time.Second
)

// Close drains the telemetry of all open pages, then ends the session.
func (s *session) Close(ctx context.Context) error {
	var err error
	s.end.Do(func() {
		s.objects.Close()
		s.arrive(ctx)
		s.mu.Lock()
		s.dropped = true
		opened := s.context
		s.mu.Unlock()
		if opened != nil {
			s.drain(ctx, opened)
			s.countLoss()
			err = s.closeContext(opened)
			s.awaitBatches(ctx)
		}
		s.recording.Lock()
		s.sealed = true
		s.recording.Unlock()
		s.detach()
		s.End()
	})
	<-s.Ended()
	return err
}

// arrive waits, for a moment, until a page that is being left has become the next one: what the last
// operation began belongs to the session too.
func (s *session) arrive(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, arrivalPatience)
	defer cancel()
	_, _ = s.settle(ctx) // a session without a page has nowhere to go
}

// drain asks each frame of each page for its last batch.
func (s *session) drain(ctx context.Context, opened pw.BrowserContext) {
	if s.IsLost() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, drainTime)
	defer cancel()
	// A page that cannot answer any more has nothing left that could be saved.
	_ = s.Do(ctx, "the last telemetry", func(time.Duration) error {
		s.drainPages(ctx, opened.Pages()...)
		return nil
	})
}

func (s *session) drainPages(ctx context.Context, pages ...pw.Page) {
	var frames sync.WaitGroup
	for _, page := range pages {
		for _, frame := range s.objects.Frames(page) {
			frames.Go(func() {
				s.drainFrame(ctx, frame.Evaluate, func() bool { return s.objects.Detached(frame) })
			})
		}
	}
	frames.Wait()
}

// drainFrame asks again when the driver has asked a document that is gone: the direct connection is ahead
// of a driver that is busy.
func (s *session) drainFrame(ctx context.Context, evaluate func(string, ...any) (any, error), gone func() bool) {
	for {
		answered := <-calls.Async(func() (any, error) { return evaluate(telemetry.EndFunction, replyPatience.Milliseconds()) })
		if batch, ok := answered.Value.(string); ok && answered.Err == nil {
			s.record(batch)
		}
		if !calls.PageLeft(answered.Err) || gone() || s.Pause(ctx, betweenDocuments) != nil {
			return
		}
	}
}

// closeContext is bounded by its own time, whatever the caller's, so that no window stays open.
func (s *session) closeContext(opened pw.BrowserContext) error {
	closed := calls.Async(func() (struct{}, error) { return struct{}{}, opened.Close() })
	select {
	case r := <-closed:
		if r.Err != nil && !s.IsLost() {
			return fmt.Errorf("close a session: %w", calls.PlainError(r.Err))
		}
	case <-s.browser.Done():
	case <-time.After(closeTime):
		s.browser.KillHung("closing a session took longer than " + closeTime.String())
	}
	return nil
}

// awaitBatches waits for batches that playwright-go has received but not yet handed over.
func (s *session) awaitBatches(ctx context.Context) {
	select {
	case <-s.decoder.Complete():
	case <-time.After(replyPatience):
	case <-s.browser.Direct().Done(): // the browser is gone, and what it had sent was taken
	case <-ctx.Done():
	}
}
