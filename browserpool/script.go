package browserpool

import (
	"embed"
	"strings"
)

//go:embed originals.js
var originals string

// JoinScript makes one JavaScript function of files in the folder script, in this order, and calls it. Before them it has
// what the browser offers, out of reach for the page.
func JoinScript(files embed.FS, names ...string) string {
	var b strings.Builder
	b.WriteString("(() => {\n")
	b.WriteString(originals)
	for _, name := range names {
		text, err := files.ReadFile("script/" + name + ".js")
		if err != nil {
			panic(err) // a file that the build left out
		}
		b.Write(text)
	}
	b.WriteString("})();\n")
	return b.String()
}
