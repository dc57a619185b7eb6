package session

import (
	"context"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool/playwright/calls"
)

// StartTrace begins a part of the session's trace. Actions that go straight to the browser are seen in
// its film strip, its requests and its console, but are not listed.
func (s *session) StartTrace(ctx context.Context) error {
	err := s.Do(ctx, "a trace to begin", func(time.Duration) error {
		tracing := s.context.Tracing()
		if !s.tracing.Load() {
			if err := tracing.Start(pw.TracingStartOptions{Screenshots: pw.Bool(true), Snapshots: pw.Bool(true)}); err != nil {
				return err
			}
			s.tracing.Store(true)
			return nil // has begun the first part
		}
		return tracing.StartChunk()
	})
	return calls.PlainError(err)
}

// StopTrace ends the part and writes it to the file, or drops it.
func (s *session) StopTrace(ctx context.Context, path string) error {
	err := s.Do(ctx, "a trace to end", func(time.Duration) error {
		if path == "" {
			return s.context.Tracing().StopChunk()
		}
		return s.context.Tracing().StopChunk(path)
	})
	return calls.PlainError(err)
}
