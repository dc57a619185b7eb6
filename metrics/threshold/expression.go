package threshold

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// An expression is a parsed expression such as "p(95)<250ms". Offsets are in bytes.
type expression struct {
	aggregation string  // one of aggregations; "p" has a percentile
	percentile  float64 // 0 to 100
	operator    string
	number      float64
	unit        string // as written; "" without one

	numberAt, unitAt int
}

const percentile = "p"

// aggregations are what can be asked of a metric, as written in messages.
var aggregations = []string{"p(95)", "avg", "min", "max", "med", "count", "rate", "value"}

// otherNames are what other tools call them.
var otherNames = map[string]string{
	"mean": "avg", "average": "avg", "median": "med", "minimum": "min", "maximum": "max", "p": "p(95)",
	"sum": "count", "total": "count", "last": "value", "percentile": "p(95)", "quantile": "p(95)",
}

var operators = []string{"<", "<=", ">", ">=", "==", "!="}

var otherOperators = map[string]string{"=": "==", "=<": "<=", "=>": ">=", "<>": "!=", "!": "!=", "===": "==", "!==": "!=", "~": "==", "<<": "<", ">>": ">"}

// withoutParentheses matches a percentile as it is often written: p95, p99.9.
var withoutParentheses = regexp.MustCompile(`^[pP]\d+(\.\d+)?$`)

// A reader is a position in a text.
type reader struct {
	text string
	at   int
}

func (r *reader) blanks() { r.take(unicode.IsSpace) }

// take reads the longest run of characters that fit.
func (r *reader) take(fits func(rune) bool) string {
	from := r.at
	for r.at < len(r.text) {
		c, size := utf8.DecodeRuneInString(r.text[r.at:])
		if !fits(c) {
			break
		}
		r.at += size
	}
	return r.text[from:r.at]
}

func (r *reader) next() byte {
	if r.at < len(r.text) {
		return r.text[r.at]
	}
	return 0
}

// rest returns the unread part of the text.
func (r *reader) rest() string { return strings.TrimSpace(r.text[r.at:]) }

func parseExpression(text string) (expression, error) {
	var e expression
	if strings.TrimSpace(text) == "" {
		return e, wrong(0, "it is empty: write for example p(95)<250ms")
	}
	r := &reader{text: text}
	for _, read := range []func(*reader) error{e.readAggregation, e.readOperator, e.readNumber, e.readUnit} {
		r.blanks()
		if err := read(r); err != nil {
			return e, err
		}
	}
	return e, nil
}

func isWord(c rune) bool { return c == '_' || unicode.IsLetter(c) || unicode.IsDigit(c) }

func (e *expression) readAggregation(r *reader) error {
	at := r.at
	word := r.take(isWord)
	if word == "" {
		return wrong(at, "it begins with %q, but must begin with what is measured: %s", firstOf(r.rest()), oneOf(aggregations))
	}
	if full := word + r.text[r.at:]; withoutParentheses.MatchString(word) {
		decimal := regexp.MustCompile(`^[pP](\d+(\.\d+)?)`).FindStringSubmatch(full)
		return wrong(at, "%q is no percentile: write p(%s)", decimal[0], decimal[1])
	}
	if word == percentile && r.next() == '(' {
		e.aggregation = percentile
		return e.readPercentile(r)
	}
	if word == percentile || !slices.Contains(aggregations, word) {
		if meant, ok := otherNames[strings.ToLower(word)]; ok {
			return wrong(at, "there is no %q: did you mean %s?", word, meant)
		}
		return wrong(at, "there is no %q%s", word, didYouMean(word, aggregations))
	}
	e.aggregation = word
	if r.next() == '(' {
		return wrong(r.at, "%s takes no parentheses: write %s", word, word)
	}
	return nil
}

func (e *expression) readPercentile(r *reader) error {
	r.at++ // the parenthesis
	at := r.at
	length := strings.IndexByte(r.text[at:], ')')
	if length < 0 {
		return wrong(len(r.text), "the parenthesis is not closed: write for example p(95)<250ms")
	}
	inside := strings.TrimSpace(r.text[at : at+length])
	n, err := strconv.ParseFloat(inside, 64)
	switch {
	case inside == "":
		return wrong(at, "the percentile is missing: write for example p(95)")
	case err != nil || !plainNumber.MatchString(inside):
		return wrong(at, "%q is no percentile: write a number from 0 to 100, such as p(95) or p(99.9)", inside)
	case n < 0 || n > 100:
		return wrong(at, "the percentile %s does not exist: write a number from 0 to 100, such as p(95) or p(99.9)", inside)
	}
	e.percentile = n
	r.at = at + length + 1
	return nil
}

func (e *expression) readOperator(r *reader) error {
	at := r.at
	e.operator = r.take(func(c rune) bool { return strings.ContainsRune("<>=!~", c) })
	switch meant := otherOperators[e.operator]; {
	case slices.Contains(operators, e.operator):
		return nil
	case e.operator == "" && r.rest() == "":
		return wrong(at, "the comparison is missing: write for example %s", e.example())
	case e.operator == "":
		return wrong(at, "a comparison is expected here, not %q: write one of %s", firstOf(r.rest()), oneOf(operators))
	case meant != "":
		return wrong(at, "%q is no comparison: did you mean %s?", e.operator, meant)
	}
	return wrong(at, "%q is no comparison: write one of %s", e.operator, oneOf(operators))
}

// example returns an expression that begins like this one.
func (e *expression) example() string {
	switch e.aggregation {
	case percentile:
		return "p(" + strconv.FormatFloat(e.percentile, 'f', -1, 64) + ")<250ms"
	case "count", "value":
		return e.aggregation + "<10"
	case "rate":
		return "rate<1%"
	}
	return e.aggregation + "<250ms"
}

// exponents follow a number: 1e3, 2.5E-2. No unit begins like one.
var exponents = regexp.MustCompile(`^[eE][+-]?\d+`)

var plainNumber = regexp.MustCompile(`^[+-]?(\d+(\.\d*)?|\.\d+)$`)

func (e *expression) readNumber(r *reader) error {
	e.numberAt = r.at
	text := r.take(func(c rune) bool { return strings.ContainsRune("+-.,_0123456789", c) })
	if text == "" {
		if r.rest() == "" {
			return wrong(r.at, "the limit is missing: write for example %s", e.example())
		}
		return wrong(r.at, "a number is expected here, not %q: write for example %s", firstOf(r.rest()), e.example())
	}
	if !plainNumber.MatchString(text) {
		return wrong(e.numberAt, "%q is no number%s", text, numberHint(text))
	}
	exponent := exponents.FindString(r.text[r.at:])
	text += exponent
	r.at += len(exponent)
	number, err := strconv.ParseFloat(text, 64)
	if err != nil || math.Abs(number) > 1e15 {
		return wrong(e.numberAt, "%s is too large: nothing measured is above 1e15", text)
	}
	e.number = number
	return nil
}

// numberHint says how to write a number with commas or underscores.
func numberHint(text string) string {
	if dotted := strings.Replace(text, ",", ".", 1); strings.Contains(text, ",") && plainNumber.MatchString(dotted) {
		return ": write " + dotted + ", or " + strings.Replace(text, ",", "", 1) + " without a comma between thousands"
	}
	if bare := strings.NewReplacer("_", "", ",", "").Replace(text); plainNumber.MatchString(bare) {
		return ": write " + bare
	}
	return ": write for example 250 or 0.5"
}

func (e *expression) readUnit(r *reader) error {
	e.unitAt = r.at
	e.unit = r.take(func(c rune) bool { return !unicode.IsSpace(c) && !strings.ContainsRune("&|;,<>=", c) })
	r.blanks()
	if more := r.rest(); more != "" {
		return wrong(r.at, "a threshold is one comparison, but %q follows: write a second threshold for it", more)
	}
	if e.unit != "" && !isUnit(e.unit) {
		return wrong(e.unitAt, "the unit %q is not known%s", e.unit, unitHint(e.unit))
	}
	return nil
}

// firstOf returns the first word or character of a text, for a message.
func firstOf(text string) string {
	r := &reader{text: text}
	if word := r.take(isWord); word != "" {
		return word
	}
	_, size := utf8.DecodeRuneInString(text)
	return text[:size]
}
