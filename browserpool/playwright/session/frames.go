package session

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/telemetry"
)

// LastFrames returns the last messages that the telemetry of the main page has seen, without those of earlier pages.
func (s *session) LastFrames(ctx context.Context) ([]browserpool.Frame, error) {
	answer, err := s.evaluate(ctx, telemetry.FramesExpression)
	if err != nil {
		return nil, err
	}
	var text string
	var seen []struct {
		At        float64
		Sent      bool
		Bytes     int
		URL, Text string
	}
	if err := json.Unmarshal(answer, &text); err != nil {
		return nil, fmt.Errorf("read the frames of a page: %w", err)
	}
	if err := json.Unmarshal([]byte(text), &seen); err != nil {
		return nil, fmt.Errorf("read the frames of a page: %w", err)
	}
	frames := make([]browserpool.Frame, len(seen))
	for i, f := range seen {
		frames[i] = browserpool.Frame{
			Time: time.UnixMicro(int64(f.At * 1000)), Sent: f.Sent, Bytes: f.Bytes, URL: f.URL, Text: browserpool.HideSecrets(f.Text),
		}
	}
	return frames, nil
}
