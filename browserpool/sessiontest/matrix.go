package sessiontest

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/liveload/liveload/browserpool"
)

// selectors are the kinds of them, each for the element with the id that is put in.
var selectors = map[string]string{
	"CSS":       `#box #%s`,
	"text=":     `text=Anchor >> xpath=.. >> #%s`,
	"role=":     `role=region[name="Box"] >> #%s`,
	"xpath":     `//section[@id="box"]//*[@id="%s"]`,
	">>":        `#box >> #%s`,
	":has-text": `section:has-text("Anchor") #%s`,
}

// A failure is a way in which an operation cannot go on.
type failure struct {
	name  string
	needs need   // operations that need less do not care
	page  string // around the element's %s
	id    string // of the element that is asked for; "" is e
	found string // what the message says was there instead
}

var failures = []failure{
	{name: "missing", page: "%s", id: "nothing", found: "no element matches it"},
	{name: "hidden", needs: visible, page: `<div hidden>%s</div>`, found: "it is hidden: <"},
	{name: "disabled", needs: enabled, page: `<fieldset disabled>%s</fieldset>`, found: "it is disabled: <"},
	{name: "covered", needs: reachable, page: `%s<div id=overlay style="position:fixed;inset:0"></div>`, found: `it is covered by <div id="overlay">`},
}

// box is a page with an element that all kinds of selectors find, and something to drag to it or from it.
func box(html string) string {
	return `<div id=drag draggable=true>Drag</div><div id=drop ondragover="event.preventDefault()">Drop</div>
		<section id=box aria-label=Box><p>Anchor</p>` + html + `</section>`
}

// testOperations holds each operation to the same with each kind of selector.
func testOperations(t *testing.T, r *rig) {
	var running sync.WaitGroup
	for _, op := range elementOperations {
		running.Go(func() { // not t.Parallel: what these do most of the time is wait
			t.Run(op.name, func(t *testing.T) { r.checkOperation(t, op) })
		})
	}
	running.Wait()
}

func (r *rig) checkOperation(t *testing.T, op elementOperation) {
	site := NewSite(t)
	u, _ := Open(t, r.engine, browserpool.SessionOptions{Context: op.context})
	if method, _, _ := strings.Cut(op.name, " "); r.without(method) {
		Must(t, Moved(u.Navigate(Within(t, patience), site.Page(box(op.html)))))
		wantUnsupported(t, op.do(Within(t, patience), u, "#e"), method)
		return
	}
	for kind, pattern := range selectors {
		pages := map[string]string{kind: op.html}
		if kind == "CSS" || kind == "text=" { // for the page's own way of finding, and for Playwright's
			pages[kind+" detached while waiting"] = late(op)
		}
		for name, html := range pages {
			t.Run(name, func(t *testing.T) {
				Must(t, Moved(u.Navigate(Within(t, patience), site.Page(box(html)))), op.do(Within(t, patience), u, fmt.Sprintf(pattern, "e")))
				if op.want != "" {
					wantTrue(t, u, op.want)
				}
			})
		}
	}
	for kind, host := range frameHosts {
		if !strings.HasPrefix(op.name, "DragAndDrop") { // which also names something outside of the frame
			t.Run(kind, func(t *testing.T) { checkInFrame(t, u, op, site, host) })
		}
	}
	if op.wrong != "" {
		r.checkFailure(t, u, op, failure{name: "wrong kind", found: op.refused}, site.Page(box(op.wrong)))
	}
	for _, f := range failures {
		if op.needs >= f.needs {
			r.checkFailure(t, u, op, f, site.Page(box(fmt.Sprintf(f.page, op.html))))
		}
	}
}

// late is an element that comes after a while, and before that, when the operation waits for more than
// that, a hidden one that goes.
func late(op elementOperation) string {
	page := `<template id=new>` + op.html + `</template><script>
		setTimeout(() => box.append(document.querySelector('#new').content.cloneNode(true)), 150);
	</script>`
	if op.needs >= visible {
		page += `<div id=old hidden>` + op.html + `</div><script>setTimeout(() => old.remove(), 100)</script>`
	}
	return page
}

// checkFailure wants the same failure with all kinds of selectors.
func (r *rig) checkFailure(t *testing.T, u browserpool.Session, op elementOperation, f failure, address string) {
	t.Run(f.name, func(t *testing.T) {
		for kind, err := range failAll(t, u, op, f, address) {
			if !expected(err, op, f) {
				t.Errorf("%s: error = %v\n want %q waited for, and %s", kind, err, op.waiting, f.found)
			}
		}
	})
}

// failAll runs an operation with all kinds of selectors at once, and returns their errors.
func failAll(t *testing.T, u browserpool.Session, op elementOperation, f failure, address string) map[string]error {
	id := f.id
	if id == "" {
		id = "e"
	}
	errs := map[string]error{}
	var mu sync.Mutex
	_ = attempt(t, u, address, soon, func(ctx context.Context, u browserpool.Session) error {
		var all sync.WaitGroup
		for kind, pattern := range selectors {
			all.Go(func() {
				err := op.do(ctx, u, fmt.Sprintf(pattern, id))
				mu.Lock()
				defer mu.Unlock()
				errs[kind] = err
			})
		}
		all.Wait()
		for _, err := range errs {
			if !expected(err, op, f) {
				return err
			}
		}
		return nil
	}, func(err error) bool { return err == nil })
	return errs
}

// aSelector finds one of these selectors in a message.
var aSelector = regexp.MustCompile(`"(#box|text=|role=|//section|section:)([^"\\]|\\.)*"`)

// expected reports whether an operation failed as it should, whatever the selector.
func expected(err error, op elementOperation, f failure) bool {
	if err == nil || !strings.Contains(err.Error(), f.found) {
		return false
	}
	var wait *browserpool.WaitError
	if f.name == "wrong kind" {
		return !errors.As(err, &wait)
	}
	if !errors.As(err, &wait) || !errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	waiting := strings.TrimSpace(aSelector.ReplaceAllString(wait.Waiting, ""))
	return waiting == op.waiting
}

// without reports whether the engine declares that it cannot do what a test is about.
func (r *rig) without(operation string) bool { return slices.Contains(r.unsupported, operation) }

func wantUnsupported(t *testing.T, err error, operation string) {
	t.Helper()
	var unsupported *browserpool.UnsupportedError
	if !errors.As(err, &unsupported) || unsupported.Operation != operation {
		t.Errorf("%s is declared to be unsupported, but gives %v", operation, err)
	}
}
