package program

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/liveload/liveload/js/scripterr"
)

var (
	notDefined = regexp.MustCompile(`^([\p{L}\p{N}_$]+) is not defined$`)
	declares   = regexp.MustCompile(`\b(const|let|var)\b[^;=)]*$`)
)

// What follows a name that is assigned: to the name alone, as an operand, and as part of a pattern.
const (
	assignedAlone = `\s+(?:of|in)\s|\s*=(?:[^=>]|$)`
	assignedFrom  = `\s*(?:\*\*|<<|>>>?|&&|\|\||\?\?|[-+*/%&|^])=|\+\+|--`
	assignedParts = `\s*(?:,[^;=]*)?[\]}][\]}\s]*(?:=(?:[^=>]|$)|(?:of|in)\s)`
)

// elsewhere says of what Node.js and pages have what a scenario uses instead.
var elsewhere = map[string]string{
	"Buffer":         "it is a part of Node.js, in which scenarios do not run; use Uint8Array and TextEncoder",
	"process":        "it is a part of Node.js, in which scenarios do not run; use env of 'liveload'",
	"setImmediate":   "it is a part of Node.js, in which scenarios do not run; use setTimeout",
	"__dirname":      "it is a part of Node.js, in which scenarios do not run; names of files start from the script's folder",
	"__filename":     "it is a part of Node.js, in which scenarios do not run; names of files start from the script's folder",
	"fetch":          "use 'liveload/http', or fetch in the page, with user.evaluate",
	"XMLHttpRequest": "use 'liveload/http', or what the page has, with user.evaluate",
	"WebSocket":      "it is the page's; use user.evaluate",
	"window":         "it is the page's; use user.evaluate",
	"document":       "it is the page's; use user.evaluate",
	"location":       "it is the page's; use user.url or user.evaluate",
	"navigator":      "it is the page's; use user.evaluate",
	"localStorage":   "it is the page's; use user.storageSnapshot or user.evaluate",
	"sessionStorage": "it is the page's; use user.storageSnapshot or user.evaluate",
	"WebAssembly":    "scenarios run JavaScript alone",
}

// HintUndeclared adds to the error of an assignment to an undeclared name how to declare it, and moves its place to that
// name: goja reports the place that it has read last. To that of a name which exists elsewhere it adds what there is instead.
func (p *Program) HintUndeclared(e *scripterr.Error) {
	found := notDefined.FindStringSubmatch(e.Message)
	if e.Name != "ReferenceError" || found == nil || e.Line == 0 {
		return
	}
	at, value, ok := p.assignment(found[1], e.Stack[0])
	if !ok {
		if hint := elsewhere[found[1]]; hint != "" {
			e.Message += ": " + hint
		}
		return
	}
	e.Message += "; declare it: let " + found[1] + value
	e.Line, e.Column, e.Stack[0], e.SourceLine = at.Line, at.Column, at, p.Line(at)
}

// assignment looks for the last assignment to name that begins at or before a place, and returns what it assigns.
func (p *Program) assignment(name string, place scripterr.Frame) (at scripterr.Frame, value string, ok bool) {
	const mostLines = 30 // of a value
	follows, exact := assignedAlone+"|"+assignedFrom, strings.HasPrefix(p.lineFrom(place), name)
	if !exact { // the place is in the value
		follows = assignedAlone + "|" + assignedParts
	}
	assigned := regexp.MustCompile(`(?:^|[^\p{L}\p{N}_$.]|\.\.\.)` + regexp.QuoteMeta(name) + "(" + follows + ")")
	for at = place; at.Line > max(0, place.Line-mostLines); at.Line-- {
		line := p.Line(at)
		for _, found := range slices.Backward(assigned.FindAllStringSubmatchIndex(line, -1)) {
			begin := found[2] - len(name)
			at.Column = 1 + utf8.RuneCountInString(line[:begin])
			if at == place || !exact && (at.Line < place.Line || at.Column < place.Column) {
				return at, shortValue(line[found[2]:]), !declares.MatchString(line[:begin])
			}
		}
	}
	return place, "", false
}

// lineFrom returns the text from a place to the end of its line.
func (p *Program) lineFrom(place scripterr.Frame) string {
	line := []rune(p.Line(place))
	return string(line[min(place.Column-1, len(line)):])
}

// shortValue repeats the value that an assignment gives when it is a single word, such as = 1. It is empty for the
// variable of a loop, an operand, and a part of a pattern.
func shortValue(text string) string {
	value, assigned := strings.CutPrefix(strings.TrimSpace(text), "=")
	if !assigned {
		return ""
	}
	value = strings.TrimSpace(value)
	if end := strings.IndexAny(value, ";,)} "); end >= 0 {
		value = value[:end]
	}
	if value == "" || strings.ContainsAny(value, "([{`'\"") {
		return " = ..."
	}
	return " = " + value
}
