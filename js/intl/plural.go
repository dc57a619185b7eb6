package intl

import (
	"strconv"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

var pluralNames = map[plural.Form]string{plural.Other: "other", plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many"}

// millions are languages in which whole millions are many, which x/text does not know yet.
var millions = map[string]bool{"ca": true, "es": true, "fr": true, "it": true, "pt": true}

// pluralOf is the category of digits before and after the point.
func pluralOf(locale, whole, fraction string, ordinal bool) string {
	base, _, _ := strings.Cut(locale, "-")
	rules := plural.Cardinal
	if ordinal {
		rules = plural.Ordinal
	}
	short := strings.TrimRight(fraction, "0")
	number := strings.TrimLeft(whole, "0")
	if !ordinal && millions[base] && fraction == "" && len(number) > 6 && strings.HasSuffix(number, "000000") {
		return "many"
	}
	tag := language.Make(locale)
	switch { // where Unicode has changed since
	case base == "he" && len(number) > 1:
		return "other"
	case base == "is" && !ordinal && short != "" && !(strings.HasSuffix(short, "1") && !strings.HasSuffix(short, "11")):
		return "other"
	}
	return pluralNames[rules.MatchPlural(tag, small(number), len(fraction), len(short), small(fraction), small(short))]
}

// small is a number whose last digits are those of the text: more do not matter to the rules.
func small(text string) int {
	const most = 9
	prefix := 0
	if len(text) > most {
		text, prefix = text[len(text)-most:], 1_000_000_000
	}
	n := 0
	for _, c := range text {
		n = 10*n + int(c-'0')
	}
	return n + prefix
}

// A PluralRules says which form of a word goes with a number.
type PluralRules struct {
	Locale  string
	Ordinal bool
	Digits  Digits
}

// Select returns the category of a number.
func (p PluralRules) Select(x float64) string {
	d := ofFloat(x)
	if !d.isNumber {
		return "other"
	}
	whole, fraction, _ := p.Digits.apply(d)
	return pluralOf(p.Locale, whole, fraction, p.Ordinal)
}

// Categories are those that the numbers of the language can have.
func (p PluralRules) Categories() (all []string) {
	found := map[string]bool{"other": true}
	for n := range 200 {
		found[pluralOf(p.Locale, strconv.Itoa(n), "", p.Ordinal)] = true
		if !p.Ordinal {
			found[pluralOf(p.Locale, "1", strconv.Itoa(n), false)] = true
		}
	}
	found[pluralOf(p.Locale, "1000000", "", p.Ordinal)] = true
	for _, name := range []string{"few", "many", "one", "two", "zero", "other"} {
		if found[name] {
			all = append(all, name)
		}
	}
	return all
}
