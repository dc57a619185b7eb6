package bundle

import (
	"fmt"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/liveload/liveload/js/program"
	"github.com/liveload/liveload/js/scripterr"
)

// bundleError makes one error of what esbuild found.
func bundleError(messages []api.Message) *scripterr.Error {
	var all []*scripterr.Error
	for _, m := range messages {
		all = append(all, messageError(m))
	}
	first := all[0]
	first.Also = all[1:]
	return first
}

func messageError(m api.Message) *scripterr.Error {
	e := &scripterr.Error{Message: plainWords(m)}
	if l := m.Location; l != nil {
		e.File, e.Line, e.SourceLine = l.File, l.Line, l.LineText
		e.Column = 1 + utf8.RuneCountInString(l.LineText[:min(l.Column, len(l.LineText))])
		e.Stack = []scripterr.Frame{{File: e.File, Line: e.Line, Column: e.Column}}
	}
	if !isResolve(m.Text) && m.PluginName == "" && !noLoader.MatchString(m.Text) {
		e.Name = "SyntaxError"
	}
	for _, note := range m.Notes {
		if note.Text != "" && note.Location == nil && !isResolve(m.Text) {
			e.Message += " (" + strings.TrimSuffix(note.Text, ".") + ")"
		}
	}
	return e
}

func isResolve(text string) bool {
	return strings.HasPrefix(text, "Could not resolve ") || strings.HasPrefix(text, "No matching export in ")
}

// plainWords rewrites messages that only make sense to users of esbuild.
func plainWords(m api.Message) string {
	text := m.Text
	switch {
	case strings.HasPrefix(text, "Top-level await is "):
		return "await is not possible outside of a function: move it into config() or the default function"
	case strings.HasPrefix(text, "Could not resolve "):
		return notFound(m)
	case strings.HasPrefix(text, "No matching export in "):
		text = strings.Replace(text, `"`+program.ModuleNamespace+":", `"`, 1)
		if meant := elsewhere[text]; meant != "" {
			return "n" + text[1:] + ": " + meant
		}
		for _, note := range m.Notes {
			if strings.HasPrefix(note.Text, "Did you mean") {
				text += "; d" + note.Text[1:]
			}
		}
		return "n" + text[1:]
	}
	if found := noLoader.FindStringSubmatch(text); found != nil {
		return noCode(found[1], found[2])
	}
	return text
}

// elsewhere says where to find what scripts look for in the wrong module, by esbuild's message.
var elsewhere = map[string]string{
	`No matching export in "liveload/metrics" for import "Rate"`:         "it is RateMetric here, since Rate of 'liveload/throttles' bounds how often users do something",
	`No matching export in "liveload/throttles" for import "RateMetric"`: "it is in 'liveload/metrics'",
	`No matching export in "liveload" for import "Rate"`:                 "a metric is RateMetric of 'liveload/metrics', and a throttle Rate of 'liveload/throttles'",
	`No matching export in "liveload" for import "Counter"`:              "it is in 'liveload/metrics'",
	`No matching export in "liveload" for import "Trend"`:                "it is in 'liveload/metrics'",
	`No matching export in "liveload" for import "Gauge"`:                "it is in 'liveload/metrics'",
	`No matching export in "liveload" for import "expect"`:               "operations wait by themselves (user.waitForText), check(value, { name: condition }) counts, and user.fail(reason) fails the iteration",
	`No matching export in "liveload" for import "test"`:                 "the default function is one iteration of a user",
	`No matching export in "liveload" for import "http"`:                 "import http from 'liveload/http'",
	`No matching export in "liveload" for import "csv"`:                  "it is in 'liveload/data'",
	`No matching export in "liveload" for import "fail"`:                 "it is user.fail(reason)",
	`No matching export in "liveload" for import "browser"`:              "every user has a browser: it is user.page, and user.navigate opens a page",
	`No matching export in "liveload/data" for import "SharedArray"`:     "it is shared(name, fn) here",
	`No matching export in "liveload/execution" for import "default"`:    "import { current, elapsed, abort } from 'liveload/execution'",
	`No matching export in "liveload/http" for import "batch"`:           "use Promise.all([get(...), get(...)])",
	`No matching export in "liveload/http" for import "file"`:            "a body of bytes is sent as it is; user.setInputFiles uploads as a browser does",
}

// notFound explains an import that leads nowhere.
func notFound(m api.Message) string {
	wanted := strings.Trim(strings.TrimPrefix(m.Text, "Could not resolve "), `"`)
	if isRelative(wanted) {
		text := fmt.Sprintf("there is no file %q", wanted)
		if m.Location == nil {
			return text
		}
		if near := nearFile(filepath.Join(filepath.Dir(m.Location.File), wanted)); near != "" {
			text += fmt.Sprintf("; did you mean %q?", relativeTo(wanted, near))
		}
		return text
	}
	return fmt.Sprintf("there is no package %q: install it next to the script (npm install %s)", wanted, packageName(wanted))
}

func isRelative(path string) bool {
	return strings.HasPrefix(path, "./") || strings.HasPrefix(path, "../") || strings.HasPrefix(path, "/")
}

// relativeTo writes near in the form in which the script wrote wanted.
func relativeTo(wanted, near string) string {
	return wanted[:strings.LastIndexByte(wanted, '/')+1] + filepath.Base(near)
}

// packageName returns the package of an import path.
func packageName(path string) string {
	parts := strings.SplitN(path, "/", 3)
	if strings.HasPrefix(path, "@") && len(parts) > 1 {
		return parts[0] + "/" + parts[1]
	}
	return parts[0]
}
