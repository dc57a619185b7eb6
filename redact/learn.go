package redact

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

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
