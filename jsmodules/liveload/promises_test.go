package liveload

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool"
)

// TestPromises: what several operations of one user at a time mean, and promises that nobody handles.
func TestPromises(t *testing.T) {
	tests := []struct{ name, body, err, calls string }{
		{name: "all run side by side and give their values in order", body: `
			const began = Date.now();
			const got = await Promise.all([user.textContent('#slow'), user.textContent('#a'), user.count('#a').then(n => n + 1)]);
			if (got.join() !== 'slow,a,1' || Date.now() - began > 30000) throw new Error(got.join())`},
		{name: "all ends with the first error, and the rest is interrupted with the iteration", body: `await Promise.all([user.click('#hang'), user.click('#bad'), user.click('#a')])`,
			err: `click("#bad") on http://app/page: bad`},
		{name: "all again after an error", body: `await Promise.all([user.click('#bad'), user.click('#a')]).catch(() => user.click('#a'))`},
		{name: "allSettled", body: `
			const got = await Promise.allSettled([user.click('#bad'), user.textContent('#a')]);
			if (got[0].reason.name !== 'OperationError' || got[1].value !== 'a') throw new Error(JSON.stringify(got))`},
		{name: "race with a timeout, which wins", body: `
			const got = await Promise.race([user.textContent('#slow'), sleep(1).then(() => 'late')]);
			if (got !== 'late') throw new Error(got)`},
		{name: "race with a timeout, which loses", body: `
			const got = await Promise.race([user.textContent('#a'), sleep('1h').then(() => 'late')]);
			if (got !== 'a') throw new Error(got)`},
		{name: "what has lost a race may fail", body: `await Promise.race([user.click('#slowbad'), sleep(1)])`},
		{name: "the iteration waits for what has lost a race", body: `
			await Promise.race([user.click('#slow').click('#after'), sleep(1)]);
			user.assign('kept', 1)`, calls: "Click #slow; Click #after"},
		{name: "race with an error", body: `await Promise.race([user.click('#slow'), sleep(1).then(() => { throw new Error('too slow') })])`, err: "Error: too slow"},
		{name: "a timeout of an operation", body: `await user.click('#hang', { timeout: 5 })`, err: "timed out after 5ms"},
		{name: "an operation that nobody handles", body: `user.click('#bad'); await user.click('#slow')`, err: `operation 1: click("#bad")`},
		{name: "a promise that nobody handles", body: `Promise.reject(new TypeError('lost')); await user.click('#slow')`, err: "TypeError: lost"},
		{name: "a promise that is handled late", body: `const p = user.click('#bad'); await user.click('#slow'); await p.catch(() => {})`},
		{name: "an error of the script comes before one that nobody handles", body: `user.click('#bad'); await user.click('#slow'); throw new Error('mine')`, err: "Error: mine"},
		{name: "a timer that throws", body: `setTimeout(() => { throw new Error('from a timer') }, 1); await user.click('#slow')`, err: "Error: from a timer"},
		{name: "an async timer that rejects", body: `setTimeout(async () => { throw new Error('from a timer') }, 1); await user.click('#slow')`, err: "Error: from a timer"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			fake := newFake()
			fake.answer = func(ctx context.Context, call string) (any, error) {
				_, name, _ := strings.Cut(call, "#")
				switch {
				case name == "hang":
					<-ctx.Done()
					return nil, context.Cause(ctx)
				case strings.HasPrefix(name, "slow"):
					time.Sleep(100 * time.Millisecond) // longer than the script's timers, by far
				}
				if strings.HasSuffix(name, "bad") {
					return nil, &browserpool.PageError{Message: "bad"}
				}
				if strings.HasPrefix(call, "Count") {
					return 0, nil
				}
				return name, nil
			}
			began := time.Now()
			_, err := newUser(t, "a.js", iterate(test.body), Options{}).RunIteration(t.Context(), fake, 1)
			checkError(t, err, test.err)
			if got := fake.log(); test.calls != "" && got != test.calls {
				t.Errorf("calls %s, want %s", got, test.calls)
			}
			if took := time.Since(began); took > time.Minute { // an hour is what it must not wait for
				t.Errorf("took %v", took)
			}
		})
	}
}
