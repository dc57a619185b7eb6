package calls

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"testing"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
)

// TestWhyCallsFail: however playwright-go words it, a call that failed because its driver or browser died is about a
// lost browser, even long before anything else reports that, and no other call is.
func TestWhyCallsFail(t *testing.T) {
	said := func(message string) error { return fmt.Errorf("%w: %w", pw.ErrPlaywright, &pw.Error{Message: message}) }
	closed := fmt.Errorf("%w: %w", pw.ErrTargetClosed, &pw.Error{Name: "TargetClosedError", Message: "Target page has been closed"})
	alive, dead := error(nil), browserpool.ErrLost
	for name, tt := range map[string]struct {
		err  error
		ping error
		want string
	}{
		"written to a dead driver":  {fmt.Errorf("could not send message: %w", &os.PathError{Op: "write", Path: "|1", Err: syscall.EPIPE}), dead, "gone"},
		"written to a closed pipe":  {fmt.Errorf("could not send message: %w", errors.New("transport closed")), dead, "gone"},
		"read from a dead driver":   {fmt.Errorf("%w: could not read protocol padding: %w", pw.ErrTargetClosed, io.EOF), dead, "gone"},
		"answered by nobody":        {errors.New("Connection closed"), dead, "gone"},
		"closed by a dying browser": {closed, dead, "gone"},
		"frame of a dying browser":  {said("Frame was detached"), dead, "gone"},
		"crashed page":              {said("Page crashed"), alive, "gone"},
		"thrown as a crash":         {said("Error: Page crashed"), alive, "playwright: Error: Page crashed"},
		"a selector like a crash":   {said("strict mode violation: locator('text=Page crashed')"), alive, "playwright: strict mode violation: locator('text=Page crashed')"},
		"closed by the page":        {closed, alive, "the page was closed by a script of its own"},
		"frame that was removed":    {said("Frame was detached"), alive, "playwright: Frame was detached"},
		"thrown by the page":        {said("Connection closed"), alive, "playwright: Connection closed"},
		"not to be sent":            {errors.New("could not send message: pipeTransport: could not marshal json: NaN"), alive, "could not send message: pipeTransport: could not marshal json: NaN"},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewGuard(nil, func(string) {}, func() (struct{}, error) { return struct{}{}, tt.ping })
			defer g.End()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			err := g.Do(ctx, "an answer", func(time.Duration) error { return tt.err })
			if tt.want == "gone" {
				if !errors.Is(err, browserpool.ErrLost) {
					t.Errorf("error = %v", err)
				}
			} else if err == nil || err.Error() != tt.want || g.IsLost() {
				t.Errorf("error = %v, want %s; lost: %t", err, tt.want, g.IsLost())
			}
		})
	}
}
