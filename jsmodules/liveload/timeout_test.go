package liveload

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/js/jstest"
)

// TestTimeoutOfOperations: the option bounds an operation, unless the user or the operation says otherwise.
func TestTimeoutOfOperations(t *testing.T) {
	for body, want := range map[string]time.Duration{
		`await user.click('#a')`:                                            40 * time.Second,
		`user.setTimeout('50s'); await user.click('#a')`:                    50 * time.Second,
		`user.setTimeout('50s'); await user.click('#a', { timeout: '1m' })`: time.Minute,
	} {
		program := jstest.Program(t, modules(), "a.js", "export default async function (user) {\n"+body+"\n}\n")
		user, err := NewUser(jstest.VM(t, program, modules()), Options{Timeout: 40 * time.Second})
		if err != nil {
			t.Fatal(err)
		}
		var left time.Duration
		session := &fakeSession{answer: func(ctx context.Context, call string) (any, error) {
			if deadline, ok := ctx.Deadline(); ok && strings.HasPrefix(call, "Click") {
				left = time.Until(deadline)
			}
			return nil, nil
		}}
		if _, err := user.RunIteration(t.Context(), session, 1); err != nil {
			t.Fatal(err)
		}
		if left > want || left < want-9*time.Second {
			t.Errorf("%s: %v left, want %v", body, left, want)
		}
	}
}
