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
