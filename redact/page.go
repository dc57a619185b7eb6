package redact

import "regexp"

var (
	// fields matches the tags of a page that may have a secret in an attribute.
	fields = regexp.MustCompile(`(?i)<(?:input|meta|textarea|button|param)\b(?:[^>"']|"[^"]*"|'[^']*')*>`)
	// secretField matches those that do, by their name or kind.
	secretField = regexp.MustCompile(`(?i)\b(?:name|id|type|autocomplete|property)\s*=\s*["']?[^"'>\s]*(?:passw|secret|token|csrf|credential|api[-_]?key|pwd|otp|one-time-code|cc-(?:number|csc))`)
	// held matches the attributes with what they hold.
	held = regexp.MustCompile(`(?i)(\s(?:value|content)\s*=\s*)(?:"[^"]*"|'[^']*'|[^\s>]+)`)
	// signed matches what LiveView keeps in a page, and the tokens of requests of other libraries.
	signed = regexp.MustCompile(`(?i)(\s(?:data-phx-(?:session|static)|data-csrf(?:-token)?|data-[\w-]*token)\s*=\s*)(?:"[^"]*"|'[^']*'|[^\s>]+)`)
)

// Page hides what Text does, and fields of forms, tokens of requests and sessions of LiveView, in the HTML of a page.
func (r *Redactor) Page(html string) string {
	const hidden = `${1}"` + Hidden + `"`
	html = fields.ReplaceAllStringFunc(html, func(tag string) string {
		if !secretField.MatchString(tag) {
			return tag
		}
		return held.ReplaceAllString(tag, hidden)
	})
	return r.Text(signed.ReplaceAllString(html, hidden))
}
