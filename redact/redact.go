// Package redact hides what may be a secret in what is shown, judged by its name. Every package may import it.
package redact

import "regexp"

// Hidden stands for a value that is not shown.
const Hidden = "•••"

var (
	secret = regexp.MustCompile(`(?i)passw|passphrase|secret|token|credential|(?:api|access|private|signing)[-_ ]?key|authori[sz]ation|cookie|storageState|(?:^|[^a-z])(?:auth|pwd|jwt)(?:$|[^a-z])|(?-i:[a-z](?:Auth|Pwd|Jwt)(?:$|[^a-z]))`)
	// login is what comes before the host of an address, and a query whose name says that it is a secret.
	login  = regexp.MustCompile(`(\b[a-z][a-z0-9+.-]*://[^/?#\s:@]*):[^/?#\s]*@`)
	inURLs = regexp.MustCompile(`(?i)([?&#][^=&#\s]*(?:passw|secret|token|key|signature|credential|jwt|auth)[^=&#\s]*=)[^&#\s]+`)
)

// IsSecret says whether what has this name may be a secret.
func IsSecret(name string) bool { return secret.MatchString(name) }

// Text hides passwords and tokens of the addresses in a text.
func Text(text string) string {
	return inURLs.ReplaceAllString(login.ReplaceAllString(text, "${1}:"+Hidden+"@"), "${1}"+Hidden)
}

// Value returns a copy of plain data, as it is read from JSON, without secrets: those that have a name, and those in
// addresses.
func Value(v any) any {
	switch v := v.(type) {
	case string:
		return Text(v)
	case []any:
		out := make([]any, len(v))
		for i, one := range v {
			out[i] = Value(one)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, one := range v {
			if IsSecret(name) && one != nil && one != "" {
				out[name] = Hidden
			} else {
				out[name] = Value(one)
			}
		}
		return out
	}
	return v
}
