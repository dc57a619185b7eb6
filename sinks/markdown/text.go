// Package markdown writes runs and comparisons for comments of pull requests and summaries of jobs. It owns the escaping of
// what others have named, and what GitHub takes at most; what is said comes from packages verdict and readable.
package markdown

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/plaintext"
)

// Code shows foreign text as code, where nothing in it means anything: no person is mentioned, no issue linked. It may stand
// in a table, whose cells a bar would end.
func Code(text string) string {
	text = plaintext.Line(text)
	switch {
	case text == "":
		return ""
	case strings.ContainsAny(text, "`|"):
		return "<code>" + references(text) + "</code>"
	}
	return "`" + text + "`"
}

// references replaces every sign that Markdown or HTML might read.
func references(text string) string {
	var out strings.Builder
	for _, r := range text {
		if r < utf8.RuneSelf && !isWord(r) {
			fmt.Fprintf(&out, "&#%d;", r)
		} else {
			out.WriteRune(r)
		}
	}
	return out.String()
}

func isWord(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == ' '
}

// nothing has no width. It parts what GitHub would make a link or a mention of, also where it was escaped.
const nothing = "\u200b"

var (
	signs = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "&", "&amp;", "|", "&#124;",
		"~", `\~`, "$", `\$`, "#", `\#`+nothing, "@", "@"+nothing, "://", ":"+nothing+"//", "www.", "www"+nothing+".", "GH-", "GH"+nothing+"-")
	// begins matches what begins a list.
	begins = regexp.MustCompile(`^(\d{0,9})([-+.)])([\s-]|$)`)
)

// Text shows foreign text as prose: what Markdown would take for its own signs is escaped.
func Text(text string) string {
	text = signs.Replace(plaintext.Line(text))
	return begins.ReplaceAllString(text, `$1\$2$3`)
}

// Mark is a sign for what is as it is to be, and for what is not.
func Mark(ok bool) string {
	if ok {
		return "✅"
	}
	return "❌"
}

// short keeps what a table can show of a long message.
func short(text string) string { return metrics.Shorten(plaintext.Line(text), 500) }
