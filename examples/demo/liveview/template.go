package liveview

import (
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"
)

// HTML is markup that is trusted: it is not escaped again.
type HTML string

// A Template is a piece of markup cut once into its unchanging parts (statics); "{}" marks where a
// value (dynamic) goes. Templates are immutable, and compared by identity to tell fingerprints.
type Template struct {
	statics    []string
	staticJSON []byte
}

var indentation = regexp.MustCompile(`\n\s*`)

// Parse cuts markup into a Template. Line breaks with their indentation become one line break.
func Parse(markup string) *Template {
	t := &Template{statics: strings.Split(indentation.ReplaceAllString(strings.TrimSpace(markup), "\n"), "{}")}
	b := []byte{'['}
	for i, s := range t.statics {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, s)
	}
	t.staticJSON = append(b, ']')
	return t
}

// A Node is a Template with values: one render of it. A Node is never changed after it was made,
// so views may share Nodes, and equal pointers mean that nothing changed.
type Node struct {
	tmpl *Template
	dyn  []dynamic
}

// dynamic is text (escaped already), or sub: *Node, *List or componentRef.
type dynamic struct {
	text string
	sub  any
}

type componentRef int

// A List is a keyed comprehension: one template, many entries.
type List struct {
	tmpl    *Template
	entries []Entry
}

// An Entry is one item of a List. Key must be unique in its list.
type Entry struct {
	Key  string
	Node *Node
}

// With fills the template. A value is a string or number (escaped), HTML (kept), a *Node, a *List,
// or what Socket.Component returns; a nil *Node renders nothing. A wrong number of values panics,
// as it is a mistake in the page.
func (t *Template) With(values ...any) *Node {
	if len(values) != len(t.statics)-1 {
		panic(fmt.Sprintf("template %q takes %d values, got %d", t.statics[0], len(t.statics)-1, len(values)))
	}
	n := &Node{tmpl: t, dyn: make([]dynamic, len(values))}
	for i, v := range values {
		n.dyn[i] = toDynamic(v)
	}
	return n
}

// Each makes a list whose entries were all made with this template.
func (t *Template) Each(entries []Entry) *List {
	return &List{tmpl: t, entries: entries}
}

func toDynamic(v any) dynamic {
	switch v := v.(type) {
	case string:
		return dynamic{text: escape(v)}
	case HTML:
		return dynamic{text: string(v)}
	case int:
		return dynamic{text: strconv.Itoa(v)}
	case *Node:
		if v == nil {
			return dynamic{}
		}
		return dynamic{sub: v}
	case *List, componentRef:
		return dynamic{sub: v}
	default:
		return dynamic{text: escape(fmt.Sprint(v))}
	}
}

// escape also replaces bytes that are not UTF-8: a text frame with them would close the socket.
func escape(s string) string { return html.EscapeString(strings.ToValidUTF8(s, "\uFFFD")) }

// Attr is name="value" with a space before it, or nothing when on is false.
func Attr(name, value string, on bool) HTML {
	if !on {
		return ""
	}
	return HTML(" " + name + `="` + escape(value) + `"`)
}

// Flag is a bare attribute such as checked, or nothing when on is false.
func Flag(name string, on bool) HTML {
	if !on {
		return ""
	}
	return HTML(" " + name)
}
