package pagetest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool/cdp"
)

// patience bounds every wait. It costs nothing while tests pass.
const patience = time.Minute

// Options say how a page is looked at.
type Options struct {
	Width, Height int // 1440 x 900 when they are 0
	Dark          bool
	// Expected are parts of messages that the page may write to its console, since a test provokes them.
	Expected []string
}

// A Page is one tab.
type Page struct {
	t       testing.TB
	conn    *cdp.Conn
	session string

	mu     sync.Mutex
	errors []string
}

// Open opens an address and waits until the page says that it is ready. When the test ends the page is closed, and fails the
// test if it has written errors.
func Open(t testing.TB, address string, opts Options) *Page {
	t.Helper()
	b, err := shared()
	if err != nil {
		t.Fatalf("start a browser: %v", err)
	}
	p := &Page{t: t, conn: b.conn}
	var target struct {
		TargetID  string `json:"targetId"`
		SessionID string `json:"sessionId"`
	}
	p.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	p.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &target)
	p.session = target.SessionID
	t.Cleanup(func() { p.close(target.TargetID, opts.Expected) })
	p.conn.Listen(p.session, p.hear)
	for _, domain := range []string{"Runtime", "Log", "Page"} {
		p.call(domain+".enable", map[string]any{}, nil)
	}
	p.call("Emulation.setDeviceMetricsOverride", map[string]any{
		"width": or(opts.Width, 1440), "height": or(opts.Height, 900), "deviceScaleFactor": 1, "mobile": opts.Width > 0 && opts.Width < 600,
	}, nil)
	p.call("Emulation.setEmulatedMedia", map[string]any{"features": []any{
		map[string]any{"name": "prefers-color-scheme", "value": map[bool]string{true: "dark", false: "light"}[opts.Dark]},
	}}, nil)
	p.call("Page.navigate", map[string]any{"url": address}, nil)
	p.Wait(`document.documentElement?.dataset.state`)
	return p
}

func or(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}

// Eval evaluates an expression in the page, waits when it is a promise, and decodes its value into result unless that is nil.
func (p *Page) Eval(expression string, result any) {
	p.t.Helper()
	if err := p.evaluate(expression, result); err != nil {
		p.t.Fatal(err)
	}
}

func (p *Page) evaluate(expression string, result any) error {
	var answer struct {
		Result struct {
			Value json.RawMessage `json:"value"`
		} `json:"result"`
		Exception *struct {
			Exception struct {
				Description string `json:"description"`
			} `json:"exception"`
		} `json:"exceptionDetails"`
	}
	if err := p.try("Runtime.evaluate", map[string]any{"expression": expression, "awaitPromise": true, "returnByValue": true}, &answer); err != nil {
		return fmt.Errorf("%s: %w", expression, err)
	}
	if answer.Exception != nil {
		return fmt.Errorf("%s: %s", expression, answer.Exception.Exception.Description)
	}
	if result == nil {
		return nil
	}
	if err := json.Unmarshal(answer.Result.Value, result); err != nil {
		return fmt.Errorf("%s = %s: %w", expression, answer.Result.Value, err)
	}
	return nil
}

// Wait waits until an expression is true. Meanwhile the page may load again, and the expression fail.
func (p *Page) Wait(expression string) {
	p.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) { // pages have no signal for everything
		var is bool
		err := p.evaluate("Boolean("+expression+")", &is)
		if is {
			return
		}
		if time.Now().After(end) {
			p.t.Fatalf("%s did not become true (%v); the page shows\n%s", expression, err, p.Text("body"))
		}
	}
}

// Text is what the first element that a selector finds shows.
func (p *Page) Text(selector string) (text string) {
	p.t.Helper()
	p.Eval(fmt.Sprintf("document.querySelector(%q).innerText", selector), &text)
	return text
}

// Click clicks the first element that a selector finds.
func (p *Page) Click(selector string) {
	p.t.Helper()
	var at struct{ X, Y float64 }
	p.Eval(fmt.Sprintf(`(() => { const e = document.querySelector(%q); e.scrollIntoView({ block: 'center', behavior: 'instant' });
		const r = e.getBoundingClientRect(); return { X: r.x + r.width / 2, Y: r.y + r.height / 2 }; })()`, selector), &at)
	for _, kind := range []string{"mouseMoved", "mousePressed", "mouseReleased"} {
		p.call("Input.dispatchMouseEvent", map[string]any{"type": kind, "x": at.X, "y": at.Y, "button": "left", "clickCount": 1}, nil)
	}
}

// codes are keys that have no text.
var codes = map[string]int{
	"Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "End": 35, "Home": 36, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40,
}

// Press presses keys, by the names that JavaScript has for them.
func (p *Page) Press(keys ...string) {
	p.t.Helper()
	for _, key := range keys {
		text := map[string]string{"Enter": "\r", " ": " "}[key]
		if codes[key] == 0 {
			text = key
		}
		for _, kind := range []string{"keyDown", "keyUp"} {
			p.call("Input.dispatchKeyEvent", map[string]any{"type": kind, "key": key, "code": key, "text": text, "windowsVirtualKeyCode": codes[key]}, nil)
		}
	}
}

// Screenshot keeps a picture of the whole page in the folder that LIVELOAD_ARTIFACTS names; without it, nothing is kept.
func (p *Page) Screenshot(name string) {
	p.t.Helper()
	folder := os.Getenv("LIVELOAD_ARTIFACTS")
	if folder == "" {
		return
	}
	var picture struct {
		Data []byte `json:"data"`
	}
	p.call("Page.captureScreenshot", map[string]any{"format": "png", "captureBeyondViewport": true}, &picture)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), picture.Data, 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// Errors is what the page has complained about so far.
func (p *Page) Errors() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string{}, p.errors...)
}

func (p *Page) call(method string, params, result any) {
	p.t.Helper()
	if err := p.try(method, params, result); err != nil {
		p.t.Fatalf("%s: %v", method, err)
	}
}

func (p *Page) try(method string, params, result any) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return p.conn.Call(ctx, p.session, method, params, result)
}

// hear notes errors of the page: exceptions, what it writes to the console, and what the browser refuses it.
func (p *Page) hear(method string, params []byte) {
	switch method {
	case "Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded":
	default:
		return
	}
	var event struct {
		Type  string `json:"type"`
		Entry struct {
			Level string `json:"level"`
		} `json:"entry"`
	}
	if err := cdp.Decode(params, &event); err == nil && (event.Type == "log" || event.Entry.Level == "info" || event.Entry.Level == "verbose") {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.errors = append(p.errors, method+": "+string(params))
}

func (p *Page) close(target string, expected []string) {
	p.conn.Unlisten(p.session)
	for _, message := range p.Errors() {
		known := false
		for _, part := range expected {
			known = known || strings.Contains(message, part)
		}
		if !known {
			p.t.Errorf("the page complains: %.1500s", message)
			break // the others are often the same
		}
	}
	p.session = ""
	p.call("Target.closeTarget", map[string]any{"targetId": target}, nil)
}
