package intl

import (
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// A Collator puts texts in the order of a language. It is not safe for concurrent use.
type Collator struct {
	order   *collate.Collator
	letters *collate.Collator // without case, where capital letters come first; nil elsewhere
}

// NewCollator makes a Collator. sensitivity is base, accent, case or variant.
func NewCollator(locale, sensitivity string, numeric bool) (*Collator, error) {
	var options []collate.Option
	if numeric {
		options = append(options, collate.Numeric)
	}
	switch sensitivity {
	case "base":
		options = append(options, collate.IgnoreCase, collate.IgnoreDiacritics)
	case "accent":
		options = append(options, collate.IgnoreCase)
	case "case":
		return nil, gap(`the sensitivity "case" is not known to scenarios: use base, accent or variant`)
	}
	base, _, _ := strings.Cut(locale, "-")
	c := &Collator{}
	switch base {
	case "nb", "no", "nn":
		locale = "da" // which x/text has, and Norwegian shares
	case "da":
		c.letters = collate.New(language.Danish, append(options, collate.IgnoreCase)...)
	}
	c.order = collate.New(language.Make(locale), options...)
	return c, nil
}

// Compare returns -1, 0 or 1.
func (c *Collator) Compare(a, b string) int {
	if c.letters == nil {
		return c.order.CompareString(a, b)
	}
	if order := c.letters.CompareString(a, b); order != 0 {
		return order
	}
	return c.order.CompareString(b, a)
}

// Upper writes a text in the upper case of a locale.
func Upper(locale, text string) string { return cases.Upper(caseTag(locale)).String(text) }

// Lower writes a text in the lower case of a locale.
func Lower(locale, text string) string { return cases.Lower(caseTag(locale)).String(text) }

// caseTag is the language of a locale whose letters have cases of their own.
func caseTag(locale string) language.Tag {
	base, _, _ := strings.Cut(locale, "-")
	switch base {
	case "tr", "lt", "el":
		return language.Make(base)
	}
	return language.Und
}
