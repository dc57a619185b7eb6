// Package markdown writes what people read in pull requests and job summaries.
package markdown

import (
	"strings"

	"github.com/liveload/liveload/sinks/plaintext"
)

// Code shows foreign text as code, where nothing in it means anything.
func Code(text string) string {
	text = strings.ReplaceAll(plaintext.Line(text), "`", "'")
	if text == "" {
		return ""
	}
	return "`" + text + "`"
}

// Text shows foreign text as prose: what Markdown would take for its own signs is escaped.
func Text(text string) string { return signs.Replace(plaintext.Line(text)) }

var signs = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", "|", `\|`, "#", `\#`, "@", "&#64;", "&", "&amp;")

// Mark is a sign for what is as it is to be, and for what is not.
func Mark(ok bool) string {
	if ok {
		return "✅"
	}
	return "❌"
}

// Cell is Code in a table, where a bar would end the cell.
func Cell(text string) string { return strings.ReplaceAll(Code(text), "|", `\|`) }
