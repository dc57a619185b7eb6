// Package nesting says whether a text is nested so deep that parsing it would take more stack than a process may have, which
// Go answers by ending the process. It knows how JavaScript and JSON are written, and nothing of what they mean.
package nesting

const (
	// Deepest is how deep JSON and arrays may be nested.
	Deepest = 10_000
	// DeepestPattern is how deep the groups of a regular expression may be nested, and its classes.
	DeepestPattern = 1000
)

// TooDeep is the message for programs for which Source is true.
const TooDeep = "the code is nested too deep, or has too many operators in a row"

// JSONTooDeep is the message for JSON for which JSON is true.
const JSONTooDeep = "JSON is nested too deep"

// JSON says whether a text of JSON is nested deeper than Deepest.
func JSON(text string) bool {
	if len(text) <= Deepest {
		return false
	}
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted:
			if c == '\\' {
				i++
			}
			quoted = c != '"'
		case c == '"':
			quoted = true
		case c == '[' || c == '{':
			if depth++; depth > Deepest {
				return true
			}
		case c == ']' || c == '}':
			depth--
		}
	}
	return false
}

// Pattern says whether a regular expression is nested deeper than DeepestPattern.
func Pattern(text string) bool {
	depth, class := 0, false
	for i := 0; len(text) > DeepestPattern && i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
		case c == '[' || c == ']': // with the flag v classes are nested, too, which only begins what follows earlier
			class = c == '['
		case c == '(' && !class:
			if depth++; depth > DeepestPattern {
				return true
			}
		case c == ')' && !class:
			depth--
		}
	}
	return false
}
