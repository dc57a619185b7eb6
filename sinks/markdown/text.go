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

// Cell is Code in a table, where a bar would end the cell.
func Cell(text string) string { return strings.ReplaceAll(Code(text), "|", `\|`) }
