package session

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/liveload/liveload/browserpool/cdp"
	"github.com/liveload/liveload/browserpool/telemetry"
	"github.com/liveload/liveload/metrics"
)

// TestWaitForBatches: the end of a session waits for batches that are on their way, whatever else its pages have said too much,
// unless one may be what was dropped.
func TestWaitForBatches(t *testing.T) {
	pages, err := metrics.NewPageLabeler(nil)
	must(t, err)
	for why, waits := range map[string]bool{cdp.DroppedLines: true, cdp.DroppedFrames: true, cdp.DroppedCalls: false, cdp.DroppedLong: false} {
		recorder := &boundRecorder{t: t}
		s := &session{decoder: telemetry.NewDecoder(recorder, pages)}
		s.record(`{"d":"x","n":2}`) // the first is on its way
		s.unheard(why)
		select {
		case <-s.decoder.Complete():
			if waits {
				t.Errorf("after %q nobody waits for the first batch", why)
			}
		default:
			if !waits {
				t.Errorf("after %q somebody waits for a batch that was dropped", why)
			}
		}
		if recorder.calls != 1 {
			t.Errorf("%q was counted %d times", why, recorder.calls)
		}
	}
}

// TestLongFrames: of a frame of any length both ends are kept, and no character is cut in two.
func TestLongFrames(t *testing.T) {
	frames, err := framesOf([]byte(`[{"at":1,"url":"ws://h/","text":"` + strings.Repeat("€", longestFrame) + `"},{"at":2,"url":"ws://h/","text":"short"}]`))
	must(t, err)
	if text := frames[0].Text; len(text) > longestFrame+50 || !utf8.ValidString(text) || !strings.Contains(text, "€ … 32772 bytes cut … €") {
		t.Errorf("%d bytes: %.20q … %q", len(text), text, text[len(text)/2-20:len(text)/2+40])
	}
	if frames[1].Text != "short" {
		t.Errorf("a short frame is %q", frames[1].Text)
	}
}
