package metrics

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"sync"
)

const (
	idSegment      = ":id"
	minTokenLength = 16   // a shorter segment with digits is more often a name than a key
	maxLabelLength = 200  // bytes
	maxCachedURLs  = 4096 // a run visits few addresses often, or many once
	maxURL         = 2048 // bytes: what comes later is not looked at
)

// A URLGroup gives every address whose path matches Pattern the label Name.
type URLGroup struct {
	// Pattern is matched against the path: a glob, where * and ? stay within a segment and ** does not, or
	// a regular expression between slashes, such as "/^\/shops\/[^\/]+$/".
	Pattern string `json:"pattern"`
	Name    string `json:"name"`
}

// A PageLabeler makes labels out of addresses, so few that they can be counted: without host, query and
// fragment, and with :id in place of what looks like a key. It is safe for concurrent use.
type PageLabeler struct {
	groups []compiledGroup

	mu    sync.RWMutex
	cache map[string]string
}

type compiledGroup struct {
	match *regexp.Regexp
	name  string
}

// NewPageLabeler returns a labeler; the first group that matches wins over the built-in rules. A pattern
// that cannot be read is an error that names it.
func NewPageLabeler(groups []URLGroup) (*PageLabeler, error) {
	l := &PageLabeler{cache: make(map[string]string)}
	for _, g := range groups {
		if g.Name == "" {
			return nil, fmt.Errorf("urlGroups: pattern %q has no name", g.Pattern)
		}
		re, err := compilePattern(g.Pattern)
		if err != nil {
			return nil, fmt.Errorf("urlGroups: pattern %q of %q: %w", g.Pattern, g.Name, err)
		}
		l.groups = append(l.groups, compiledGroup{match: re, name: g.Name})
	}
	return l, nil
}

// PageLabel returns the label of an address. It takes any string: what is no address is labelled as a path.
func (l *PageLabeler) PageLabel(rawURL string) string {
	rawURL = beginning(rawURL)
	l.mu.RLock()
	label, ok := l.cache[rawURL]
	l.mu.RUnlock()
	if ok {
		return label
	}
	label = l.label(rawURL)
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.cache) >= maxCachedURLs {
		clear(l.cache)
	}
	l.cache[strings.Clone(rawURL)] = label
	return label
}

func (l *PageLabeler) label(rawURL string) string {
	p := pathOf(rawURL)
	for _, g := range l.groups {
		if g.match.MatchString(p) {
			return g.name
		}
	}
	return shorten(replaceIDs(p))
}

// Grouped says whether groups may tell addresses apart that the built-in rules do not.
func (l *PageLabeler) Grouped() bool { return len(l.groups) > 0 }

// HostLabel returns the host and port of an address as written in it, "" when there are none.
func HostLabel(rawURL string) string {
	u, err := url.Parse(beginning(rawURL))
	if err != nil {
		return ""
	}
	return shorten(u.Host)
}

// SocketLabel returns scheme://host/path of a WebSocket or long-poll address, with :id in place of keys.
func SocketLabel(rawURL string) string {
	rawURL = beginning(rawURL)
	u, err := url.Parse(rawURL)
	if err != nil || u.Host == "" || u.Scheme == "" {
		return shorten(replaceIDs(pathOf(rawURL)))
	}
	return shorten(u.Scheme + "://" + u.Host + replaceIDs(u.Path))
}

func beginning(rawURL string) string { return rawURL[:min(len(rawURL), maxURL)] }

// pathOf returns the path of an address, also of one that url.Parse refuses.
func pathOf(rawURL string) string {
	if u, err := url.Parse(rawURL); err == nil {
		switch {
		case u.Opaque == "":
			return rooted(u.Path)
		case u.Scheme == "about": // about:blank
			return u.Scheme + ":" + u.Opaque
		}
		return u.Scheme + ":" // the content of data: and the key of blob: are no label
	}
	rest, _, _ := strings.Cut(rawURL, "#")
	rest, _, _ = strings.Cut(rest, "?")
	if _, after, ok := strings.Cut(rest, "://"); ok {
		_, p, _ := strings.Cut(after, "/")
		return rooted(p)
	}
	return rooted(rest)
}

func rooted(p string) string {
	if !strings.HasPrefix(p, "/") {
		return "/" + p
	}
	return p
}

func replaceIDs(p string) string {
	segments := strings.Split(p, "/")
	for i, s := range segments {
		if looksLikeID(s) {
			segments[i] = idSegment
		}
	}
	return strings.Join(segments, "/")
}

// looksLikeID says whether a path segment is a number, a UUID, or a long token.
func looksLikeID(s string) bool {
	digits, letters := 0, 0
	for _, c := range s {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
			letters++
		case c == '-', c == '_', c == '=', c == '.', c == '+', c == '~':
		default:
			return false
		}
	}
	if digits == 0 {
		return false
	}
	if letters == 0 {
		return digits == len(s) || uuid.MatchString(s) || len(s) >= minTokenLength
	}
	// Words with a year or a version in them are names: most of a key's characters are mixed.
	return uuid.MatchString(s) || len(s) >= minTokenLength && !looksLikeWords(s, digits)
}

// looksLikeWords recognises slugs and file names such as "release-notes-2024-05" or
// "jquery-3.7.1.min.js": parts that are all letters or all digits, or end in a few digits, and more than
// half letters.
func looksLikeWords(s string, digits int) bool {
	parts := strings.FieldsFunc(s, func(c rune) bool { return strings.ContainsRune("-_.=+~", c) })
	if len(parts) < 2 || digits*2 > len(s) {
		return false
	}
	for _, part := range parts {
		word := strings.TrimRight(part, "0123456789")
		if strings.ContainsAny(word, "0123456789") || len(word) > 0 && len(part)-len(word) > 4 {
			return false
		}
	}
	return true
}

var uuid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// shorten makes a label fit for JSON and displays.
func shorten(label string) string {
	label = strings.ToValidUTF8(label, "?")
	if len(label) <= maxLabelLength {
		return label
	}
	return strings.ToValidUTF8(label[:maxLabelLength-len("…")], "") + "…"
}

// compilePattern compiles a glob, or the regular expression between slashes.
func compilePattern(pattern string) (*regexp.Regexp, error) {
	if len(pattern) > 2 && pattern[0] == '/' && pattern[len(pattern)-1] == '/' && strings.ContainsAny(pattern, `^$\()[]+|`) {
		return regexp.Compile(pattern[1 : len(pattern)-1])
	}
	return regexp.Compile("^" + globs.Replace(regexp.QuoteMeta(pattern)) + "$")
}

// globs replaces the signs of a glob in what regexp.QuoteMeta returns.
var globs = strings.NewReplacer(`\*\*`, `.*`, `\*`, `[^/]*`, `\?`, `[^/]`)
