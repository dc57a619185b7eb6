// Package web has the pages of liveload: one program in TypeScript that shows a saved report or a live dashboard. `make
// build` makes dist/ of src/ with npm. A program that was built without has none, and says so when one is asked for.
package web

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"strings"
)

//go:embed dist
var built embed.FS

// ErrMissing says that there are no pages.
var ErrMissing = errors.New("this liveload was built without its web pages: build it with `make build`, which needs npm, or use a released one")

// A Part is content that a page fetches by its name. Write writes base64.
type Part struct {
	Name  string // letters, digits and -
	Write func(io.Writer) error
}

// Check returns ErrMissing when there are no pages.
func Check() error {
	_, _, err := assets(ofRuns)
	return err
}

// Scripts of the pages.
const (
	ofRuns        = "page.js"
	ofComparisons = "comparison.js"
)

// WriteFile writes the page of a run, which has everything in itself.
func WriteFile(w io.Writer, title string, parts []Part) error {
	return writeFile(w, ofRuns, title, parts)
}

// WriteComparison writes the page of a comparison, which has everything in itself.
func WriteComparison(w io.Writer, title string, parts []Part) error {
	return writeFile(w, ofComparisons, title, parts)
}

func writeFile(w io.Writer, page, title string, parts []Part) error {
	script, style, err := assets(page)
	if err != nil {
		return err
	}
	out := &writer{to: w}
	out.text(head(title, script, style, ""))
	for _, p := range parts {
		out.text(`<script type="application/octet-stream" id="part-` + p.Name + `">`)
		if out.err == nil {
			out.err = p.Write(w)
		}
		out.text("</script>\n")
	}
	out.text(tail(script))
	return out.err
}

// A Page is one that fetches its content from the server that it came from.
type Page struct {
	HTML   string
	Policy string // what it may do, for the header Content-Security-Policy
}

// Live returns the page of a server. Its error is ErrMissing when there are no pages.
func Live(title string) (Page, error) {
	script, style, err := assets(ofRuns)
	if err != nil {
		return Page{}, err
	}
	const fetches = "; connect-src 'self'"
	return Page{head(title, script, style, fetches) + tail(script), policy(script, style, fetches)}, nil
}

// policy lets only the script and the style run that are named by their hashes, so that nothing in the content can run or
// load anything.
func policy(script, style, more string) string {
	return fmt.Sprintf("default-src 'none'; script-src '%s'; style-src '%s'; img-src data: blob:; base-uri 'none'; form-action 'none'%s",
		hash(script), hash(style), more)
}

// head is everything up to the content.
func head(title, script, style, more string) string {
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="` + policy(script, style, more) + `">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="` + icon + `">
<title>` + html.EscapeString(title) + `</title>
<style>` + style + `</style>
</head>
<body>
<noscript>This page draws with JavaScript, which is switched off here.</noscript>
`
}

// icon is three bars of a chart.
const icon = "data:image/svg+xml," +
	"%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath fill='%230072b2' d='M1 9h4v6H1zM6 5h4v10H6zM11 1h4v14h-4z'/%3E%3C/svg%3E"

func tail(script string) string { return "<script>" + script + "</script>\n</body>\n</html>\n" }

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// assets returns the script and the style of a page.
func assets(page string) (script, style string, err error) {
	for name, content := range map[string]*string{"dist/" + page: &script, "dist/page.css": &style} {
		text, err := built.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			return "", "", ErrMissing
		}
		if err != nil {
			return "", "", err
		}
		*content = string(text)
	}
	if strings.Contains(script, "</script") || strings.Contains(style, "</style") {
		return "", "", errors.New("the pages end the elements that hold them: this is a mistake in their build")
	}
	return script, style, nil
}

// A writer writes until something fails.
type writer struct {
	to  io.Writer
	err error
}

func (w *writer) text(s string) {
	if w.err == nil {
		_, w.err = io.WriteString(w.to, s)
	}
}
