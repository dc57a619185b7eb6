package redact

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
)

const (
	// shortest is how long a value is that is looked for although nobody has said that it is a secret, and one that is
	// looked for within words.
	shortest = 6
	// shortestGiven is how long a value must be to be looked for at all.
	shortestGiven = 3
	// mostLearned is how many values are remembered that nobody has named: the newest ones.
	mostLearned = 5_000
)

// A Redactor knows secrets by their values. It is handed to all that writes. A nil Redactor knows none, and hides
// secrets by name and place only. Safe for concurrent use.
type Redactor struct {
	mu      sync.RWMutex
	known   map[string]bool // true for those that were given
	learned []string        // in order; those that are forgotten go first
	index   index
	changes int
}

// New returns a Redactor without values.
func New() *Redactor { return &Redactor{known: make(map[string]bool), index: newIndex()} }

// Give says that values are secrets. One of 3 to 5 bytes is replaced where it is a word of its own only, so that it does not
// spoil others; a shorter one is not looked for.
func (r *Redactor) Give(values ...string) {
	for _, value := range values {
		r.add(value, true)
	}
}

// Learn notes values that are secrets by their name or place. Those of less than 6 bytes are not looked for elsewhere.
func (r *Redactor) Learn(values ...string) {
	for _, value := range values {
		if len(value) >= shortest {
			r.add(value, false)
		}
	}
}

// Changes returns a number that changes with each new value: what was redacted before may be so no more.
func (r *Redactor) Changes() int {
	if r == nil {
		return 0
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.changes
}

func (r *Redactor) add(value string, given bool) {
	if r == nil || len(strings.TrimSpace(value)) < shortestGiven || strings.Contains(Hidden, value) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if was, ok := r.known[value]; ok && (was || !given) {
		return
	}
	if !given {
		r.learned = append(r.learned, value)
	}
	r.known[value] = given
	r.index.add(formsOf(value))
	r.changes++
	if len(r.learned) > mostLearned {
		r.forget()
	}
}

// forget drops the older half of what was learned.
func (r *Redactor) forget() {
	for _, value := range r.learned[:mostLearned/2] {
		if !r.known[value] {
			delete(r.known, value)
		}
	}
	r.learned = append([]string(nil), r.learned[mostLearned/2:]...)
	r.index = newIndex()
	for value := range r.known {
		r.index.add(formsOf(value))
	}
}

// Known hides the values that are known, in whatever encoding, and nothing else.
func (r *Redactor) Known(text string) string {
	if r == nil || text == "" {
		return text
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.index.hide(text)
}

// Text hides what is known, and what may be a secret by its name or place in the text. It is called before a text is cut; of one that
// was cut already, it hides a part of a value at the cut.
func (r *Redactor) Text(text string) string { return byPlace(r.Known(text)) }

// Texts is Text for each of several.
func (r *Redactor) Texts(texts []string) []string {
	if texts == nil {
		return nil
	}
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i] = r.Text(text)
	}
	return out
}

// LearnNamed learns from plain data whose names say which values are secrets: headers, credentials, the storage of a
// browser, options. Texts in it may be addresses that have a password.
func (r *Redactor) LearnNamed(v any) { r.learnNamed("", v) }

func (r *Redactor) learnNamed(name string, v any) {
	if r == nil {
		return
	}
	switch v := v.(type) {
	case string:
		r.learnText(name, v)
	case []any:
		for _, one := range v {
			r.learnNamed(name, one)
		}
	case map[string]string:
		for key, one := range v {
			r.learnNamed(inner(name, key), one)
		}
	case map[string]any:
		isPair := r.learnPair(name, v)
		for key, one := range v {
			if !isPair || key != "value" {
				r.learnNamed(inner(name, key), one)
			}
		}
	case interface { // an object that keeps the order of its keys
		Keys() []string
		Get(string) (any, bool)
	}:
		plain := make(map[string]any)
		for _, key := range v.Keys() {
			plain[key], _ = v.Get(key)
		}
		r.learnNamed(name, plain)
	}
}

// about are keys within a secret that say what it is for, and not what it is.
var about = regexp.MustCompile(`^(?:name|path|domain|url|sameSite|expires|origin|username|send|server|bypass|partitionKey)$`)

// inner is the name of what is within something that has a name.
func inner(name, key string) string {
	if IsSecret(name) && !about.MatchString(key) {
		return name
	}
	return key
}

// learnPair learns of {name, value}, which are a cookie, a header or an entry of a storage, and of a name with its password as they
// are sent. It says whether it has found the former.
func (r *Redactor) learnPair(outer string, v map[string]any) bool {
	user, _ := v["username"].(string)
	if password, _ := v["password"].(string); password != "" {
		r.Learn(base64.StdEncoding.EncodeToString([]byte(user + ":" + password)))
	}
	name, _ := v["name"].(string)
	value, isText := v["value"].(string)
	if name == "" || !isText {
		return false
	}
	switch _, isCookie := v["domain"]; {
	case IsSecret(name), isCookie, IsSecret(outer) && !ordinary.MatchString(value):
		r.learnText("secret", value)
	default:
		r.learnText("", value)
	}
	var content any
	if strings.HasPrefix(value, "{") && json.Unmarshal([]byte(value), &content) == nil {
		r.learnNamed("", content)
	}
	return true
}

// ordinary matches words, such as the name of a theme, which are no secrets although they are kept beside some.
var ordinary = regexp.MustCompile(`^(?:[A-Za-z _-]{0,15}|[\d.,:-]*|\{.*|\[.*)$`)

var (
	passwordOf = regexp.MustCompile(`\b[a-z][a-z0-9+.-]*://(?:[^/?#\s:@]*:)?([^/?#\s:@][^/?#\s]*)@`)
	scheme     = regexp.MustCompile(`(?i)^(?:bearer|basic|digest|token)\s+`)
)

// learnText learns of a text what its name, or its form, says to be a secret.
func (r *Redactor) learnText(name, text string) {
	for _, found := range passwordOf.FindAllStringSubmatch(text, -1) {
		if !strings.HasPrefix(found[0], "ssh://") && !strings.HasPrefix(found[0], "sftp://") {
			r.learnDecoded(found[1])
		}
	}
	for _, found := range parameter.FindAllStringSubmatch(text, -1) {
		if hideParameter(found[0]) != found[0] {
			r.learnDecoded(found[3])
		}
	}
	if !IsSecret(name) {
		return
	}
	r.Learn(text)
	if at := scheme.FindStringIndex(text); at != nil {
		r.Learn(text[at[1]:])
		if plain, err := base64.StdEncoding.DecodeString(text[at[1]:]); err == nil {
			_, password, _ := strings.Cut(string(plain), ":")
			r.Learn(password)
		}
	}
	if strings.EqualFold(name, "cookie") {
		if cookies, err := http.ParseCookie(text); err == nil {
			for _, one := range cookies {
				r.Learn(one.Value)
			}
		}
	}
}

// learnDecoded learns a part of an address, as it is there and as it was before.
func (r *Redactor) learnDecoded(text string) {
	r.Learn(text)
	if plain, err := url.PathUnescape(text); err == nil {
		r.Learn(plain)
	}
}

// LearnHeader learns of the headers of a request.
func (r *Redactor) LearnHeader(header http.Header) {
	for name, values := range header {
		for _, value := range values {
			r.learnNamed(name, value)
		}
	}
}

// LearnEnvironment learns of variables whose names say that they are secrets. Paths, which some name, are none.
func (r *Redactor) LearnEnvironment(env map[string]string) {
	for name, value := range env {
		if strings.HasPrefix(value, "/") {
			continue
		}
		if !inVariables.MatchString(name) {
			name = ""
		}
		r.learnNamed(name, value)
	}
}

var inVariables = regexp.MustCompile(`(?i)passw|passphrase|secret|token|credential|(?:api|access|private|signing)_?key|_pwd$|jwt`)
