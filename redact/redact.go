// Package redact keeps secrets out of everything that people or other programs read: texts, plain data, pages, logs and
// streams. A secret is known by its name (password), by its place (the password of an address, a header of a request), or by
// its value: what a Redactor was told of is replaced wherever it turns up again, in other encodings too. Every package may
// import it.
package redact

import "regexp"

// Hidden stands for a value that is not shown.
const Hidden = "[redacted]"

var secret = regexp.MustCompile(`(?i)passw|passphrase|secret|token|credential|(?:api|access|private|signing)[-_ ]?key|authori[sz]ation|cookie|storageState|(?:^|[^a-z])(?:auth|pwd|jwt)(?:$|[^a-z])|(?-i:[a-z](?:Auth|Pwd|Jwt)(?:$|[^a-z]))`)

// IsSecret says whether what has this name may be a secret.
func IsSecret(name string) bool { return secret.MatchString(name) }

// Text hides what may be a secret by its name or place in a text.
func Text(text string) string { return (*Redactor)(nil).Text(text) }

// Value returns a copy of plain data, as it is read from JSON, without what may be a secret by its name or place.
func Value(v any) any { return (*Redactor)(nil).Value(v) }
