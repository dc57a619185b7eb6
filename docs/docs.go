// Package docs holds the documentation, which the command prints to people who have nothing but the binary.
package docs

import "embed"

// Files are the pages, as Markdown.
//
//go:embed *.md */*.md
var Files embed.FS
