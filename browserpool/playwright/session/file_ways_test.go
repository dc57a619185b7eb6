//go:build linux

package session

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	pw "github.com/playwright-community/playwright-go"
	"golang.org/x/sys/unix"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/playwright/driver"
	"github.com/liveload/liveload/browserpool/sessiontest"
)

// leaving are ways on which a page may try to go to FILE itself.
var leaving = []string{
	`location.href = FILE`, `location.replace(FILE)`, `navigation.navigate(FILE)`, `add('a', { href: FILE }).click()`, `add('form', { action: FILE, method: 'post' }).submit()`,
	`location.href = URL.createObjectURL(new Blob(['<iframe src=' + FILE + '></iframe><script>location = ' + JSON.stringify(FILE) + '</script>'], { type: 'text/html' }))`,
}

// staying are ways on which it may try to read FILE, or to have another window or frame show it.
var staying = []string{
	`open(FILE)`, `open('view-source:' + FILE)`, `open('filesystem:' + FILE)`,
	`const w = open('about:blank'); w.location = FILE; w.document.write('<iframe src=' + FILE + '>')`,
	`add('iframe', { src: 'data:text/html,<iframe src=' + FILE + '></iframe><script>location = "' + FILE + '"</script>' })`,
	`add('iframe', { srcdoc: '<base href=' + FILE + '><iframe src=' + FILE + '></iframe><img src=secret.html>' })`,
	`add('iframe', { srcdoc: '<meta http-equiv=refresh content="0;url=' + FILE + '">' })`,
	`history.pushState(0, '', FILE)`,
	`add('a', { href: FILE, download: 'x' }).click()`, `add('a', { href: FILE, target: '_blank', rel: 'opener' }).click()`,
	`for (const name of ['iframe', 'embed', 'img', 'script', 'video', 'audio', 'track', 'input']) add(name, { src: FILE, type: 'image' }); add('object', { data: FILE })`,
	`for (const rel of ['stylesheet', 'icon', 'prefetch', 'preload', 'modulepreload', 'prerender', 'manifest', 'preconnect', 'dns-prefetch']) add('link', { rel, href: FILE, as: 'fetch' })`,
	`add('script', { type: 'speculationrules', textContent: JSON.stringify({ prerender: [{ urls: [FILE] }], prefetch: [{ urls: [FILE] }] }) })`,
	`add('style', { textContent: '@import url(' + FILE + '); @font-face { font-family: f; src: url(' + FILE + ') } body { font-family: f; background: url(' + FILE + ') }' })`,
	`add('div', { innerHTML: '<svg><image href=' + FILE + '></image><use href="' + FILE + '#x"></use><foreignObject><iframe src=' + FILE + '></iframe></foreignObject></svg>' })`,
	`add('iframe', { src: URL.createObjectURL(new Blob(['<?xml-stylesheet type="text/xsl" href="' + FILE + '"?><!DOCTYPE x [<!ENTITY e SYSTEM "' + FILE + '">]><x>&e;</x>'], { type: 'text/xml' })) })`,
	`fetch(FILE).then((r) => r.text()).then((text) => { document.title = text })`, `fetch(FILE, { mode: 'no-cors', keepalive: true })`,
	`const x = new XMLHttpRequest(); x.open('GET', FILE); x.send()`,
	`import(FILE)`, `new Worker(FILE)`, `new SharedWorker(FILE)`, `new EventSource(FILE)`, `new WebSocket(FILE)`, `navigator.sendBeacon(FILE)`,
	`new Worker(URL.createObjectURL(new Blob(['fetch("' + FILE + '"); importScripts("' + FILE + '")'])))`,
	`navigator.serviceWorker.register(FILE)`, `navigator.serviceWorker.register('/worker.js')`, `caches.open('c').then((c) => c.add(FILE))`,
}

// byServers are the answers of a server that lead to a file.
var byServers = map[string]func(w http.ResponseWriter, file string){
	"/redirect": func(w http.ResponseWriter, file string) {
		w.Header().Set("Location", file)
		w.WriteHeader(http.StatusFound)
	},
	"/view-source": func(w http.ResponseWriter, file string) {
		w.Header().Set("Location", "view-source:"+file)
		w.WriteHeader(http.StatusSeeOther)
	},
	"/refresh": func(w http.ResponseWriter, file string) { w.Header().Set("Refresh", "0;url="+file) },
	"/hints": func(w http.ResponseWriter, file string) {
		w.Header().Set("Link", "<"+file+">; rel=preload; as=fetch, <"+file+">; rel=stylesheet")
	},
	"/location": func(w http.ResponseWriter, file string) {
		w.Header().Set("Content-Location", file)
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<iframe src=secret.html></iframe>")
	},
}

// TestNoWayToAFile: whatever pages, servers and scripts do, no process opens a file of the machine: neither what liveload looks for in
// arguments nor what the browser refuses to pages is needed alone. The kernel says who opens it.
func TestNoWayToAFile(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	must(t, os.WriteFile(filepath.Join(folder, "secret.html"), []byte("<!doctype html><p>the secret"), 0o644))
	file := "file://" + folder + "/secret.html"
	opened := watchFolder(t, folder)
	site := sessiontest.NewSite(t)
	for path, answer := range byServers {
		site.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) { answer(w, file) })
	}
	site.HandleFunc("/worker.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		fmt.Fprintf(w, "fetch(%q); importScripts(%[1]q)", file)
	})
	site.HandleFunc("/page", sessiontest.HTML(fmt.Sprintf(`<!doctype html><title>page</title><p id=drag draggable=true>drag<p id=drop>drop
		<script>document.addEventListener("dragstart", (e) => { for (const kind of ["text/uri-list", "text/plain", "text/html", "DownloadURL"]) e.dataTransfer.setData(kind, %q) })</script>`, file)))
	b, err := newLauncher(t, func(o *driver.Options) { o.AnswerLimit, o.HangLimit = 0, 0 }).Launch(within(t, patience))
	must(t, err)
	ctx := within(t, 2*time.Minute)
	s, _ := sessiontest.Open(t, b, browserpool.SessionOptions{})
	begin := func() { must(t, sessiontest.Moved(s.Navigate(ctx, site.URL+"/page"))) }
	check := func(way string) {
		t.Helper()
		if what := opened(); what != "" {
			t.Errorf("%s: somebody has opened %s", way, what)
		}
	}
	try := func(code string) {
		_, _ = s.Evaluate(ctx, fmt.Sprintf(`(FILE) => {
			const add = (name, has) => { const e = Object.assign(document.createElement(name), has); document.documentElement.append(e); return e };
			try { %s } catch {}
		}`, code), file)
	}
	begin()
	for _, code := range staying {
		try(code)
		check(code)
	}
	for _, code := range leaving {
		begin()
		try(code)
		check(code)
	}
	begin()
	for path := range byServers {
		_, _ = s.Evaluate(ctx, `async (path) => {
			for (const name of ['iframe', 'img', 'script']) document.body.append(Object.assign(document.createElement(name), { src: path }));
			open(path);
			await fetch(path).catch(() => 0);
		}`, path)
		check("a server's " + path)
	}
	for path := range byServers {
		_, _ = s.Navigate(ctx, site.URL+path)
		check("to a server's " + path)
	}
	begin()
	_ = s.DragAndDrop(ctx, "#drag", "#drop")
	check("what a page has dragged")
	begin()
	byScript(t, s.(*session), file, check)

	allowed, _ := sessiontest.Open(t, b, browserpool.SessionOptions{AllowFileURLs: true})
	must(t, sessiontest.Moved(allowed.Navigate(ctx, file)))
	if opened() == "" {
		t.Error("nobody has opened the file where files are allowed: this test shows nothing")
	}
}

// byScript tries what a script could with Playwright's own objects and the protocol, if liveload did not look at its arguments.
func byScript(t *testing.T, s *session, file string, check func(way string)) {
	t.Helper()
	page := s.page
	tools, err := s.context.NewCDPSession(page)
	must(t, err)
	send := func(method string, params map[string]any) (any, error) { return tools.Send(method, params) }
	for way, open := range map[string]func() error{
		"goto":        func() error { _, err := page.Goto(file); return err },
		"view-source": func() error { _, err := page.Goto("view-source:" + file); return err },
		"a frame":     func() error { _, err := page.MainFrame().Goto(strings.Replace(file, "f", "F", 1)); return err },
		"the protocol": func() error {
			_, err := send("Page.navigate", map[string]any{"url": "\tfi\nle" + file[4:], "data": "what it has no use for"})
			return err
		},
		"a target": func() error { _, err := send("Target.createTarget", map[string]any{"url": file}); return err },
		"a request that goes on elsewhere": func() error {
			_, err := send("Fetch.continueRequest", map[string]any{"requestId": "x", "url": file})
			return err
		},
		"a resource": func() error {
			_, err := send("Network.loadNetworkResource", map[string]any{"url": file, "options": map[string]any{"disableCache": true, "includeCredentials": true}})
			return err
		},
	} {
		if err := open(); err == nil || !strings.Contains(err.Error(), "--allow-file-urls") {
			t.Errorf("%s: %v", way, err)
		}
		check(way)
	}

	must(t, page.SetContent(fmt.Sprintf("<base href=%q><iframe src=%[1]q></iframe><img src=%[1]q>", file)))
	check("content")
	_, _ = page.AddScriptTag(pw.PageAddScriptTagOptions{URL: &file})
	_, _ = page.AddStyleTag(pw.PageAddStyleTagOptions{URL: &file})
	check("tags")
	must(t, page.Route("**/fulfilled", func(r pw.Route) {
		_ = r.Fulfill(pw.RouteFulfillOptions{Status: pw.Int(302), Headers: map[string]string{"Location": file}})
	}))
	_, _ = page.Goto("http://127.0.0.1/fulfilled", pw.PageGotoOptions{Timeout: pw.Float(5000)})
	check("an answer of the script's")
	template := fmt.Sprintf("<img src=%q><iframe src=%[1]q></iframe><link rel=stylesheet href=%[1]q>", file)
	_, _ = page.PDF(pw.PagePdfOptions{DisplayHeaderFooter: pw.Bool(true), HeaderTemplate: &template, FooterTemplate: &template})
	check("the header of a PDF")

	world, err := send("Page.createIsolatedWorld", map[string]any{"frameId": s.targetID, "grantUniveralAccess": true})
	must(t, err)
	for _, code := range []string{"fetch(%q)", "document.body.append(Object.assign(document.createElement('iframe'), { src: %q }))", "open(%q)", "location = %q"} {
		_, _ = send("Runtime.evaluate", map[string]any{"contextId": world.(map[string]any)["executionContextId"], "expression": fmt.Sprintf(code, file), "userGesture": true})
		check("a world with all rights: " + code)
	}
	for _, event := range []string{"dragEnter", "dragOver", "drop"} {
		_, _ = send("Input.dispatchDragEvent", map[string]any{"type": event, "x": 5, "y": 5, "data": map[string]any{
			"items": []any{map[string]any{"mimeType": "text/uri-list", "data": file}, map[string]any{"mimeType": "text/html", "data": template}}, "dragOperationsMask": 1,
		}})
	}
	time.Sleep(50 * time.Millisecond) // what has no end
	check("a drop")
}

// watchFolder returns what says which file of a folder was opened since it was asked last, by any process; "" for none.
func watchFolder(t *testing.T, folder string) (opened func() string) {
	t.Helper()
	fd, err := unix.InotifyInit1(unix.IN_NONBLOCK | unix.IN_CLOEXEC)
	must(t, err)
	t.Cleanup(func() { _ = unix.Close(fd) })
	_, err = unix.InotifyAddWatch(fd, folder, unix.IN_OPEN)
	must(t, err)
	return func() string {
		events := make([]byte, 16<<10)
		n, err := unix.Read(fd, events)
		if errors.Is(err, unix.EAGAIN) {
			return ""
		}
		must(t, err)
		return strings.TrimRight(string(events[unix.SizeofInotifyEvent:n]), "\x00") + "of " + folder
	}
}
