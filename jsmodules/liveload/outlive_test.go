package liveload

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// A writer writes programs that wait for all there is to wait for.
type writer struct {
	*rand.Rand
	depth int
}

func (w *writer) one(of ...string) string { return of[w.IntN(len(of))] }

// slow are built-in functions that take longer than the script has, and look at no interrupt meanwhile.
var slow = []string{
	"9n ** 4999999n", "'x'.repeat(3e7)", "JSON.parse('[' + '0,'.repeat(7e5) + '0]')", "Array.from({ length: 7e5 }, Math.random)", "Array(5e5).fill('1h').map(sleep)",
	"Array.from({ length: 1e9 }, () => sleep('1h'))", "'x'.repeat(5e5).replace(/x/g, String)", "console.log(Array(5e5).fill({}))", "structuredClone(Array(5e5).fill(0))",
	"await user.click(() => 9n ** 4999999n)", "throw { get message() { return 'x'.repeat(3e7) } }", "Promise.reject({ get name() { 9n ** 4999999n } })",
}

// promise writes an expression that is a promise, or looks like one.
func (w *writer) promise() string {
	leaf := []string{
		"new Promise(() => {})", "sleep('1h')", "sleep(1)", "user.think('1h')", "user.click('#hang')", "user.click('#hang').click('#a')", "user.click('#a')", "user.click('#bad')",
		"user.waitForText('#hang', 'x')", "user.evaluate('hang')", "Promise.resolve(1)", "Promise.reject(1)", "new Promise(r => setTimeout(r, 1e9))",
		"new Promise(r => setInterval(() => {}, 1))", "({ then() {} })", "({ then(r) { setTimeout(r, 1) } })", "({ then() { for (;;) {} } })", "user.click(() => new Promise(() => {}))",
		"user.fill('#a', async () => { for (;;) await null })",
	}
	if w.depth > 3 {
		return w.one(leaf...)
	}
	w.depth++
	defer func() { w.depth-- }()
	switch w.IntN(8) {
	case 0:
		return fmt.Sprintf("Promise.%s([%s, %s])", w.one("all", "race", "any", "allSettled"), w.promise(), w.promise())
	case 1:
		return fmt.Sprintf("(async () => { %s })()", w.statement())
	case 2:
		return fmt.Sprintf("Promise.resolve(%s).%s(() => %s)", w.promise(), w.one("then", "catch", "finally"), w.promise())
	case 3:
		return fmt.Sprintf("user.step('s', async () => { %s })", w.statement())
	case 4:
		return fmt.Sprintf("(async () => { for (const p of [%s, %s]) { await p; %s } })()", w.promise(), w.promise(), w.statement())
	}
	return w.one(leaf...)
}

func (w *writer) statement() string {
	if w.depth > 3 {
		return "await " + w.promise()
	}
	w.depth++
	defer func() { w.depth-- }()
	switch w.IntN(13) {
	case 12:
		return slow[0]
	case 0:
		return w.promise()
	case 1:
		return "for (;;) {}"
	case 2:
		return "for (;;) await " + w.one("null", "user.click('#a')", "user.click('#a', { timeout: 1 })", "Promise.resolve(1)")
	case 3:
		return fmt.Sprintf("for (;;) try { await %s } catch {}", w.one("user.click('#hang')", "user.click('#bad')", "sleep('1h')"))
	case 4:
		return "(function again() { Promise.resolve().then(again) })()"
	case 5:
		return "(function again() { queueMicrotask(again) })(); await new Promise(() => {})"
	case 6:
		return "(function again() { setTimeout(again) })(); await new Promise(() => {})"
	case 7:
		return fmt.Sprintf("try { await %s } catch { %s } finally { %s }", w.promise(), w.statement(), w.statement())
	case 8:
		return fmt.Sprintf("setTimeout(async () => { %s }); await %s", w.statement(), w.promise())
	case 9:
		return fmt.Sprintf("await %s; %s", w.promise(), w.statement())
	}
	return "await " + w.promise()
}

// TestNoScriptOutlivesItsTime runs random programs, which must end at most a second after their time.
func TestNoScriptOutlivesItsTime(t *testing.T) {
	for _, body := range slow {
		checkWritten(t, writtenScript(body), 30*time.Millisecond)
	}
	seed := rand.Uint64()
	w := &writer{Rand: rand.New(rand.NewPCG(seed, 0))}
	for range 60 {
		body := w.statement() + "; " + w.statement()
		checkWritten(t, writtenScript(body), 30*time.Millisecond)
	}
	if t.Failed() {
		t.Logf("the seed was %d", seed)
	}
}

func writtenScript(body string) string {
	return "const { sleep } = require('liveload');\nexports.default = async function (user) {\n" + body + "\n};\n"
}
