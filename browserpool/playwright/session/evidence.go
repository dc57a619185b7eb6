package session

import (
	"context"
	"fmt"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/cdp"
	"github.com/liveload/liveload/browserpool/playwright/calls"
	"github.com/liveload/liveload/browserpool/telemetry"
	"github.com/liveload/liveload/excerpt"
)

// StartTrace begins a part of the session's trace. Operations that go straight to the browser are seen in
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

// LastFrames returns the last messages that the telemetry of the main page has seen, without those of earlier pages.
func (s *session) LastFrames(ctx context.Context) ([]browserpool.Frame, error) {
	answer, err := s.evaluate(ctx, telemetry.FramesExpression)
	if err != nil {
		return nil, err
	}
	return framesOf(answer)
}

// What a page tells of its frames is bounded, whatever it says.
const (
	mostFrames   = 100
	longestFrame = 16 << 10 // bytes of a text or an address
)

func framesOf(answer []byte) ([]browserpool.Frame, error) {
	var seen []struct {
		At    float64 `json:"at"`
		Sent  bool    `json:"sent"`
		Bytes int     `json:"bytes"`
		URL   string  `json:"url"`
		Text  string  `json:"text"`
	}
	if err := cdp.Decode(answer, &seen); err != nil {
		return nil, fmt.Errorf("read the frames of a page: %w", err)
	}
	seen = seen[:min(len(seen), mostFrames)]
	frames := make([]browserpool.Frame, len(seen))
	for i, f := range seen {
		frames[i] = browserpool.Frame{
			Time: time.UnixMicro(int64(f.At * 1000)), Sent: f.Sent, Bytes: f.Bytes, URL: excerpt.To(f.URL, longestFrame), Text: excerpt.To(f.Text, longestFrame),
		}
	}
	return frames, nil
}
