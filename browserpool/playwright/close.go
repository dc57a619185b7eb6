package playwright

import (
	"context"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool/telemetry"
)

const (
	// replyPatience is how long the end of a session waits for replies that are still under way.
	replyPatience = time.Second
	// drainTime bounds the draining of all pages of a session.
	drainTime = 5 * time.Second
	// closeTime bounds the closing of a context; a browser that takes longer hangs.
	closeTime = 10 * time.Second
)

// Close drains the telemetry of all open pages, then ends the session.
func (s *session) Close(ctx context.Context) error {
	var err error
	s.end.Do(func() {
		s.drain(ctx)
		err = s.closeContext(ctx)
		s.awaitBatches(ctx)
		s.seal()
		close(s.ended)
	})
	<-s.ended
	return err
}

func (s *session) seal() {
	s.recording.Lock()
	defer s.recording.Unlock()
	s.sealed = true
}

func (s *session) drain(ctx context.Context) {
	if s.isLost() || s.context == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, drainTime)
	defer cancel()
	for _, page := range s.context.Pages() {
		// A page that cannot answer any more has nothing left that could be saved.
		_ = s.do(ctx, "drain a page", func(time.Duration) error { s.drainPage(page); return nil })
	}
}

// drainPage asks each frame for its last batch.
func (s *session) drainPage(page pw.Page) {
	for _, frame := range page.Frames() {
		batch, err := frame.Evaluate(telemetry.EndFunction, replyPatience.Milliseconds())
		if text, ok := batch.(string); ok && err == nil {
			s.record(text)
		}
	}
}

func (s *session) closeContext(ctx context.Context) error {
	if s.context == nil || s.isLost() {
		return nil
	}
	// The caller's ctx may be over: closing is bounded by its own time, so that no window stays open.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTime)
	defer cancel()
	err := s.do(ctx, "close a browser context", func(time.Duration) error { return s.context.Close() })
	if ctx.Err() != nil {
		s.browser.condemn("closing a session took longer than " + closeTime.String())
	}
	if s.isLost() {
		return nil
	}
	return err
}

// awaitBatches waits for batches that playwright-go has received but not yet handed over.
func (s *session) awaitBatches(ctx context.Context) {
	timer := time.NewTimer(replyPatience)
	defer timer.Stop()
	select {
	case <-s.decoder.Complete():
	case <-timer.C:
	case <-ctx.Done():
	}
}

func (s *session) isLost() bool {
	select {
	case <-s.lost:
		return true
	case <-s.browser.Done():
		return true
	default:
		return false
	}
}
