package redact

import (
	"regexp"
	"strings"
)

// A place is where a secret stands in a text. What the first group matches stays.
type place struct {
	pattern *regexp.Regexp
	hints   []string // one of them, in lower case, is in every text with such a place
}

// named matches parts of names whose values are hidden in texts.
const named = `(?:passw|passphrase|secret|token|credential|(?:api|access|private|signing)[-_ ]?key|authori[sz]ation|cookie|\bpwd\b|\bjwt\b)`

var (
	names = []string{"passw", "passphrase", "secret", "token", "credential", "key", "authori", "cookie", "pwd", "jwt"}
	// places follow each other: what one has hidden, the next one leaves.
	places = []place{
		// "password": "..." and password: '...', as JSON and people write them, whole or cut off
		{regexp.MustCompile(`(?is)(` + named + `[\w-]*["']?\s*[:=]\s*")(?:[^"\\]|\\.)*`), names},
		{regexp.MustCompile(`(?i)(` + named + `[\w-]*["']?\s*[:=]\s*')(?:[^'\\\n]|\\.)*`), names},
		// the same within a text of JSON
		{regexp.MustCompile(`(?i)(` + named + `[\w-]*\\+"\s*:\s*\\+")(?:[^"\\]|\\\\\\"|\\[^"])*`), names},
		// the lists of headers and cookies of a trace
		{regexp.MustCompile(`(?i)("name"\s*:\s*"[^"]*` + named + `[^"]*"\s*,\s*"value"\s*:\s*")(?:[^"\\]|\\.)*`), names},
		// what Phoenix signs
		{regexp.MustCompile(`("(?:session|static)"\s*:\s*")[\w.=+/-]{16,}`), []string{`"session`, `"static`}},
		// headers
		{regexp.MustCompile(`(?i)(\b(?:proxy-)?authorization["']?\s*[:=]\s*)(?:(?:bearer|basic|digest|token)\s+)?[^\s"',;\[][^\s"',;]*`), []string{"authorization"}},
		{regexp.MustCompile(`(?i)(\bx-[a-z-]*` + named + `[a-z-]*\s*:\s*)[^\s"',;\[][^\s"',;]*`), []string{"x-"}},
		{regexp.MustCompile(`(?i)(\b(?:set-)?cookie\s*:\s*)[^\s"'\[][^"'\r\n]*`), []string{"cookie"}},
		{regexp.MustCompile(`(?i)(\b(?:bearer|basic)\s+)[\w.~+/-]{16,}=*`), []string{"bearer", "basic"}},
	}
)

var (
	// login matches scheme://user:password@host, and token what stands alone before a host.
	login = regexp.MustCompile(`(\b[a-z][a-z0-9+.-]*://[^/?#\s:@]*):[^/?#\s]*@`)
	token = regexp.MustCompile(`\b([a-z][a-z0-9+.-]*)://([^/?#\s:@"'<>]+)@`)
	// parameter matches name=value in queries, fragments, forms and lists.
	parameter = regexp.MustCompile(`(^|[?&#"'\s]|\\u0026)([^=&#?"'\s<>{}:,()\\]*=)([^&#\s"'<>\\]+)`)
	// inQueries are parts of names that count in addresses.
	inQueries = []string{"passw", "passphrase", "secret", "token", "key", "signature", "credential", "jwt", "auth", "pwd", "otp", "cookie"}
)

// byPlace hides what may be a secret by its place.
func byPlace(text string) string {
	if !strings.ContainsAny(text, "=:@ ") {
		return text
	}
	lower := strings.ToLower(text)
	for _, p := range places {
		if containsAny(lower, p.hints) {
			text = p.pattern.ReplaceAllString(text, "${1}"+Hidden)
		}
	}
	if strings.Contains(text, "://") && strings.Contains(text, "@") {
		text = login.ReplaceAllString(text, "${1}:"+Hidden+"@")
		text = token.ReplaceAllStringFunc(text, hideToken)
	}
	if strings.Contains(text, "=") && containsAny(lower, inQueries) {
		text = parameter.ReplaceAllStringFunc(text, hideParameter)
	}
	return text
}

// hideToken leaves the names of users that SSH needs.
func hideToken(address string) string {
	parts := token.FindStringSubmatch(address)
	if parts[1] == "ssh" || parts[1] == "sftp" {
		return address
	}
	return parts[1] + "://" + Hidden + "@"
}

// hideParameter hides a value by its name. In an address more names count than elsewhere.
func hideParameter(found string) string {
	parts := parameter.FindStringSubmatch(found)
	name := parts[2]
	inAddress := parts[1] != "" && strings.Contains(`?&#\u0026`, parts[1])
	isSecret := IsSecret(name) || inAddress && containsAny(strings.ToLower(name), inQueries)
	if !isSecret || strings.Count(name, "[") != strings.Count(name, "]") || parts[3] == Hidden { // as in the selector [data-key=3]
		return found
	}
	value := strings.TrimRight(parts[3], ":,;.)") // of the sentence
	return parts[1] + name + Hidden + parts[3][len(value):]
}

func containsAny(text string, some []string) bool {
	for _, one := range some {
		if strings.Contains(text, one) {
			return true
		}
	}
	return false
}
