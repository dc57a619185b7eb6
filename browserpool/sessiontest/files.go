package sessiontest

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool"
)

// object returns one of Playwright's own objects.
func object(t *testing.T, u browserpool.Session, name string) browserpool.Object {
	t.Helper()
	o, err := u.Object(Within(t, patience), name)
	Must(t, err)
	return o
}

// testFileURLs: no way leads to a file of the machine, unless files are allowed.
func testFileURLs(t *testing.T, r *rig) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "secret.html")
	Must(t, os.WriteFile(path, []byte("<!doctype html><p>the secret"), 0o600))
	file := "file://" + path
	s := NewSite(t)
	s.HandleFunc("/redirect", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", file)
		w.WriteHeader(http.StatusFound)
	})
	s.HandleFunc("/frame", HTML(fmt.Sprintf("<iframe src=%q></iframe><iframe src=/redirect></iframe><a id=leave href=%[1]q>leave</a>", file)))
	u := r.user(t)
	ctx := Within(t, time.Minute)
	for _, address := range []string{file, strings.Replace(file, "file", "FILE", 1), " fi\nle" + file[4:], "view-source:" + file} {
		if _, err := u.Navigate(ctx, address); err == nil || !strings.Contains(err.Error(), "--allow-file-urls") {
			t.Errorf("navigate(%q) = %v", address, err)
		}
	}
	if _, err := u.Navigate(ctx, s.URL+"/redirect"); err == nil {
		t.Error("a redirect leads to a file")
	}
	Must(t, Moved(u.Navigate(ctx, s.URL+"/frame")), u.Click(ctx, "#leave"))
	page, context := object(t, u, "page"), object(t, u, "context")
	must := func(on browserpool.Object, method string, args ...any) any {
		t.Helper()
		value, err := on.Call(ctx, method, args)
		Must(t, err)
		return value
	}
	tools := must(context, "newCDPSession", page).(browserpool.Object)
	frame := must(page, "mainFrame").(browserpool.Object)
	for name, open := range map[string]func() (any, error){
		"page.goto":  func() (any, error) { return page.Call(ctx, "goto", []any{file}) },
		"frame.goto": func() (any, error) { return frame.Call(ctx, "goto", []any{file}) },
		"DevTools": func() (any, error) {
			return tools.Call(ctx, "send", []any{"Page.navigate", map[string]any{"url": file}})
		},
	} {
		if _, err := open(); err == nil || !strings.Contains(err.Error(), "--allow-file-urls") {
			t.Errorf("%s = %v", name, err)
		}
	}
	// What a page does by itself: the browser says no, to the page.
	for _, script := range []string{"open(file)", "location.href = file", "fetch(file).then((r) => r.text()).then((text) => document.body.append(text))",
		"document.body.append(Object.assign(document.createElement('iframe'), { src: file }))"} {
		_, err := u.Evaluate(ctx, fmt.Sprintf("(file) => { try { %s } catch {} return new Promise((done) => setTimeout(done, 50)); }", script), file)
		Must(t, err)
	}
	if content, err := u.PageContent(ctx); err != nil || strings.Contains(content, "the secret") {
		t.Errorf("the page has %s, %v", content, err)
	}
	blank := must(context, "newPage").(browserpool.Object)
	must(blank, "setContent", fmt.Sprintf("<iframe src=%q></iframe><img src=%[1]q>", file))
	for _, one := range must(context, "pages").([]any) {
		for _, frame := range must(one.(browserpool.Object), "frames").([]any) {
			if address := must(frame.(browserpool.Object), "url").(string); browserpool.IsFileURL(address) {
				t.Errorf("a frame shows %s", address)
			}
		}
	}

	base := browserpool.SessionOptions{Context: map[string]any{"baseURL": "file://" + filepath.Dir(path)}}
	if _, err := r.engine.NewSession(ctx, base); err == nil || !strings.Contains(err.Error(), "--allow-file-urls") {
		t.Errorf("a base that is a folder gives %v", err)
	}
	allowed, _ := Open(t, r.engine, browserpool.SessionOptions{AllowFileURLs: true})
	Must(t, Moved(allowed.Navigate(ctx, file)))
	if text, err := allowed.InnerText(ctx, "p"); err != nil || text != "the secret" {
		t.Errorf("where files are allowed, the page shows %q, %v", text, err)
	}
	var wrong *browserpool.PageError
	if _, err := u.Navigate(ctx, file); !errors.As(err, &wrong) {
		t.Errorf("the error is %T", err)
	}
}
