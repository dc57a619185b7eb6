package playwright

import (
	"context"
	"fmt"
	"sync"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool/telemetry"
)

const (
	// replyPatience is how long the end of a session waits for replies that are still under way.
	replyPatience = time.Second
	// arrivalPatience is how long the end of a session waits for a navigation that is under way.
	arrivalPatience = 2 * time.Second
	// drainTime bounds the draining of all pages of a session.
	drainTime = 5 * time.Second
	// closeTime bounds the closing of a context; a browser that takes longer hangs.
	closeTime = 10 * time.Second
)

// Close drains the telemetry of all open pages, then ends the session.
func (s *session) Close(ctx context.Context) error {
	var err error
	s.end.Do(func() {
		s.arrive(ctx)
		s.mu.Lock()
		s.dropped = true
		opened := s.context
		s.mu.Unlock()
		if opened != nil {
			s.drain(ctx, opened)
			err = s.closeContext(opened)
			s.awaitBatches(ctx)
		}
		s.seal()
		s.detach()
		close(s.ended)
	})
	<-s.ended
	return err
}

// arrive waits, for a moment, until a page that is being left has become the next one: what the last
// operation began belongs to the session too.
func (s *session) arrive(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, arrivalPatience)
	defer cancel()
	_, _ = s.settle(ctx) // a session without a page has nowhere to go
}

func (s *session) seal() {
	s.recording.Lock()
	defer s.recording.Unlock()
	s.sealed = true
}

// drain asks each frame of each page for its last batch.
func (s *session) drain(ctx context.Context, opened pw.BrowserContext) {
	if s.isLost() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, drainTime)
	defer cancel()
	// A page that cannot answer any more has nothing left that could be saved.
	_ = s.do(ctx, "the last telemetry", func(time.Duration) error {
		var frames sync.WaitGroup
		for _, page := range opened.Pages() {
			for _, frame := range page.Frames() {
				frames.Go(func() { s.drainFrame(ctx, frame) })
			}
		}
		frames.Wait()
		return nil
	})
}

// drainFrame asks again when the driver has asked a document that is gone: the direct connection is ahead
// of a driver that is busy.
func (s *session) drainFrame(ctx context.Context, frame pw.Frame) {
	for {
		answered := <-async(func() (any, error) { return frame.Evaluate(telemetry.EndFunction, replyPatience.Milliseconds()) })
		if batch, ok := answered.value.(string); ok && answered.err == nil {
			s.record(batch)
		}
		if !pageLeft(answered.err) || frame.IsDetached() || s.pause(ctx, betweenDocuments) != nil {
			return
		}
	}
}

// closeContext is bounded by its own time, whatever the caller's, so that no window stays open.
func (s *session) closeContext(opened pw.BrowserContext) error {
	closed := async(func() (struct{}, error) { return struct{}{}, opened.Close() })
	patience := time.NewTimer(closeTime)
	defer patience.Stop()
	select {
	case r := <-closed:
		if r.err != nil && !s.isLost() {
			return fmt.Errorf("close a session: %w", plainError(r.err))
		}
	case <-s.browser.Done():
	case <-patience.C:
		s.browser.condemn("closing a session took longer than " + closeTime.String())
	}
	return nil
}

// awaitBatches waits for batches that playwright-go has received but not yet handed over.
func (s *session) awaitBatches(ctx context.Context) {
	timer := time.NewTimer(replyPatience)
	defer timer.Stop()
	select {
	case <-s.decoder.Complete():
	case <-timer.C:
	case <-s.browser.Done():
	case <-ctx.Done():
	}
}

func (s *session) isLost() bool {
	select {
	case <-s.lost:
		return true
	case <-s.browser.Done():
		s.lose() // before anybody is told, so that nobody tries this session again
		return true
	default:
		return false
	}
}
