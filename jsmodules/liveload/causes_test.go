package liveload

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/liveload/liveload/browserpool"
)

// TestCauses: the body of an iteration, its error, and what tells it apart from others of its class.
func TestCauses(t *testing.T) {
	covered := &browserpool.WaitError{Waiting: `"#pay" to be clickable`, Found: `it is covered by <div>; close to it: <p>`, Cause: context.DeadlineExceeded}
	missing := &browserpool.WaitError{Waiting: `"#a" to be visible`, Cause: context.DeadlineExceeded}
	refused := &browserpool.PageError{Message: "net::ERR_CONNECTION_REFUSED at http://shop:4000/products/17"}
	for name, test := range map[string]struct {
		body                         string
		err                          error
		message                      string
		step, target, reason, length string
	}{
		"an operation": {body: `await user.click('#pay')`, err: covered,
			message: `a.js:3:12: operation 1: click("#pay") on http://app/page: waited for "#pay" to be clickable, but it is covered by`, target: "#pay", reason: "it is covered by <div>"},
		"in a step": {body: `await user.step('checkout', u => u.step('pay', () => user.click('#pay')))`, err: covered,
			message: `: in step "checkout / pay": operation 1: click("#pay")`, step: "checkout / pay", target: "#pay", reason: "it is covered by <div>"},
		"in a step that nobody awaits": {body: `await user.step('checkout', u => { u.click('#a') })`, err: missing,
			message: `: in step "checkout": operation 1: click("#a")`, step: "checkout", target: "#a", reason: `waited for "#a" to be visible`},
		"an address": {body: `await user.navigate('http://shop:4000/products/17?token=s3cret')`, err: refused,
			message: `operation 1: navigate("http://shop:4000/products/17?token=s3cret")`, target: "shop:4000/products/:id", reason: "net::ERR_CONNECTION_REFUSED at http://shop:4000/products/17"},
		"the page that came": {body: `await user.click('#pay')`, err: &browserpool.StatusError{Status: 503, URL: "http://shop:4000/products/17", Later: true},
			message: `operation 1: click("#pay") on http://app/page: the page that came, http://shop:4000/products/17, answered with`, target: "shop:4000/products/:id",
			reason: "answered with status 503 Service Unavailable"},
		"the page it is on": {body: `await user.reload()`, err: refused, message: `operation 1: reload() on `, target: "app/page", reason: refused.Message},
		"a wrong argument": {body: `await user.click('#a').click({})`, message: `operation 2: click({}): selector must be`, target: "{}",
			reason: "selector must be a text that is not empty, not an object"},
		"a script error": {body: `await user.step('buy', () => { throw new Error('no cart') })`, message: `a.js:3:38: in step "buy": Error: no cart`,
			step: "buy", target: "a.js:3:38", reason: "Error: no cart"},
		"wrapped": {body: `await user.step('buy', () => user.click('#pay')).catch((cause) => { throw new Error('cart', { cause }) })`, err: covered,
			message: `: in step "buy": Error: cart`, step: "buy", target: "#pay", reason: "it is covered by <div>"},
		"beside a step": {body: `await user.step('buy', () => {}); await user.click('#pay')`, err: covered, message: `a.js:3:46: operation 1: click("#pay")`,
			target: "#pay", reason: "it is covered by <div>"},
		"fail": {body: `await user.step('buy', u => u.fail('sold out'))`, message: `a.js:3:31: in step "buy": the scenario failed: sold out`, step: "buy",
			target: "a.js:3:31", reason: "the scenario failed: sold out"},
	} {
		t.Run(name, func(t *testing.T) {
			session := newFake()
			session.answer = func(_ context.Context, call string) (any, error) {
				if call == "URL" {
					return "http://app/page", nil
				}
				return nil, test.err
			}
			_, err := newUser(t, "a.js", iterate(test.body), Options{}).RunIteration(t.Context(), session, 1)
			checkError(t, err, test.message)
			checkCause(t, err, test.step, test.target, test.reason)
		})
	}
}

func checkCause(t *testing.T, err error, step, target, reason string) {
	t.Helper()
	var within interface{ FailureStep() string }
	var named interface {
		FailureCause() (target, reason string)
	}
	if !errors.As(err, &within) || !errors.As(err, &named) {
		t.Fatalf("%v names no cause", err)
	}
	if gotTarget, gotReason := named.FailureCause(); within.FailureStep() != step || gotTarget != target || gotReason != reason {
		t.Errorf("the cause is in step %q at %q: %q\nwant %q at %q: %q", within.FailureStep(), gotTarget, gotReason, step, target, reason)
	}
}

// TestCauseOfATimeout is what the iteration was at.
func TestCauseOfATimeout(t *testing.T) {
	script := bundled(t, "a.js", iterate(`await user.step('pay', () => user.click('#pay'))`))
	synctest.Test(t, func(t *testing.T) {
		late := &FailError{"its time is over"}
		ctx, cancel := context.WithCancelCause(t.Context())
		session := newFake()
		session.answer = func(ctx context.Context, call string) (any, error) {
			synctest.Wait() // until the script waits, too
			cancel(late)
			<-ctx.Done()
			return nil, context.Cause(ctx)
		}
		_, err := userOf(t, script, Options{}).RunIteration(ctx, session, 1)
		checkError(t, err, `its time is over: the script was at operation 1: click("#pay"), in step "pay"`)
		checkCause(t, err, "pay", "#pay", `the script was at operation 1: click("#pay")`)
	})
}

// TestLargeArguments are described in errors: to write them out took seconds for each megabyte.
func TestLargeArguments(t *testing.T) {
	for body, want := range map[string]string{
		`await user.setInputFiles('#f', new Uint8Array(1 << 20))`:                       `setInputFiles("#f", 1048576 bytes)`,
		`await user.click(new Uint8Array(1 << 20).buffer)`:                              `click(1048576 bytes)`,
		`await user.click({ name: 'a', data: new Uint8Array(3) })`:                      `click({"name":"a","data":`,
		`await user.click(Array(1 << 15).fill(7))`:                                      `click(an array of 32768)`,
		`await user.click({ deep: [{ list: Array(1000).fill('x') }] })`:                 `click(a large object)`,
		`await user.assign('', 'x'.repeat(1 << 20))`:                                    `assign(""`,
		`await user.click('')`:                                                          `click(""): selector must be`,
		`await user.click({ a: [1, 'b', null] })`:                                       `click({"a":[1,"b",null]})`,
		`user.fail(new Uint8Array(1 << 20))`:                                            `the scenario failed: 1048576 bytes`,
		`await user.evaluate('1', Array(1000).fill('x'))`:                               `evaluate("1", an array of 1000)`,
		`await user.fill('#a', 'é'.repeat(1 << 17))`:                                    `fill("#a", "` + "ééééé",
		`await user.selectMultipleOptions('#a', Array(1 << 10).fill('x'.repeat(1000)))`: `selectMultipleOptions("#a", an array of 1024)`,
	} {
		session := newFake()
		session.answer = func(_ context.Context, call string) (any, error) {
			if strings.HasPrefix(call, "IsSecret") {
				return false, nil
			}
			return nil, errors.New("no")
		}
		_, err := newUser(t, "a.js", iterate(body), Options{}).RunIteration(t.Context(), session, 1)
		if checkError(t, err, want); err != nil && len(err.Error()) > 500 {
			t.Errorf("%s has an error of %d bytes", body, len(err.Error()))
		}
	}
}

// An obstructedSession knows what is in the way of its page.
type obstructedSession struct{ *fakeSession }

func (obstructedSession) Obstacle() string { return `a dialog is open (confirm: "Really?")` }

// TestObstacle: an operation that waits in vain says what is in the way, another failure does not.
func TestObstacle(t *testing.T) {
	for name, test := range map[string]struct{ body, message, reason string }{
		"a wait":        {`await user.click('#slow', { timeout: '10ms' })`, `timed out after 10ms; a dialog is open (confirm: "Really?")`, `timed out after 10ms; a dialog is open (confirm: "Really?")`},
		"what is found": {`await user.waitForText('#b', 'b', { timeout: '10ms' })`, `timed out after 10ms; a dialog is open (confirm: "Really?")`, `it is empty; a dialog is open (confirm: "Really?")`},
		"another error": {`await user.fill('#a', 'b')`, `: no such field`, "no such field"},
	} {
		t.Run(name, func(t *testing.T) {
			fake := newFake()
			fake.answer = func(ctx context.Context, call string) (any, error) {
				switch {
				case call == "Click #slow":
					<-ctx.Done()
					return nil, context.Cause(ctx)
				case strings.HasPrefix(call, "WaitForText"):
					<-ctx.Done()
					return nil, &browserpool.WaitError{Waiting: "#b", Found: "it is empty; close to it: <b>", Cause: context.Cause(ctx)}
				case strings.HasPrefix(call, "Fill"):
					return nil, errors.New("no such field")
				}
				return nil, nil
			}
			_, err := newUser(t, "a.js", iterate(test.body), Options{}).RunIteration(t.Context(), obstructedSession{fake}, 1)
			if err == nil || !strings.HasSuffix(err.Error(), test.message) {
				t.Errorf("the error is %v, want %s", err, test.message)
			}
			var named interface {
				FailureCause() (target, reason string)
			}
			if errors.As(err, &named) {
				if _, reason := named.FailureCause(); reason != test.reason {
					t.Errorf("the reason is %q, want %q", reason, test.reason)
				}
			}
		})
	}
}
