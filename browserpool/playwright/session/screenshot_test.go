package session

import (
	"errors"
	"testing"

	"github.com/liveload/liveload/browserpool"
)

// TestPictureOfAPageNotDrawnYet: Chromium is asked again for as long as it has not drawn the page, but not for ever, and not about
// anything else.
func TestPictureOfAPageNotDrawnYet(t *testing.T) {
	t.Parallel()
	s := newUser(t, nil).Session.(*session)
	ctx := within(t, patience)
	late := errors.New("Protocol error (Page.captureScreenshot): " + undrawn)
	for _, tt := range []struct {
		fails, tries int
		err          error
	}{{2, 3, late}, {1000, drawTries, late}, {1000, 1, browserpool.ErrClosed}} {
		tries := 0
		png, err := s.whenDrawn(ctx, func() ([]byte, error) {
			if tries++; tries <= tt.fails {
				return nil, tt.err
			}
			return []byte("png"), nil
		})
		if tries != tt.tries || (err == nil) != (tt.fails < tries) || (png != nil) != (err == nil) {
			t.Errorf("after %d failures with %v: %d tries, %q, %v", tt.fails, tt.err, tries, png, err)
		}
	}
}
