package intl

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Part is a piece of a text with its type, as formatToParts gives it.
type Part struct{ Type, Value string }

// Join puts the text together.
func Join(parts []Part) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.Value)
	}
	return b.String()
}

// Digits say how a number is rounded and how many digits are shown. With MaxSignificant above 0, significant digits count.
type Digits struct {
	MinInteger                     int
	MinFraction, MaxFraction       int
	MinSignificant, MaxSignificant int
	StripIfInteger                 bool
}

// apply rounds a number and writes its digits.
func (g Digits) apply(d decimal) (whole, fraction string, rounded decimal) {
	if g.MaxSignificant > 0 {
		d = d.rounded(g.MaxSignificant)
		whole, fraction = d.fixed(g.MinInteger, 0)
		significant := len(strings.TrimLeft(whole, "0")) + len(fraction)
		if strings.Trim(whole, "0") == "" {
			significant = len(strings.TrimLeft(fraction, "0"))
			if d.isZero() {
				significant = 1
			}
		}
		if missing := g.MinSignificant - significant; missing > 0 {
			fraction += strings.Repeat("0", missing)
		}
	} else {
		d = d.rounded(d.point + g.MaxFraction)
		whole, fraction = d.fixed(g.MinInteger, g.MinFraction)
	}
	if g.StripIfInteger && strings.Trim(fraction, "0") == "" {
		fraction = ""
	}
	return whole, fraction, d
}

// A NumberFormat writes numbers. Its fields have the values that Intl's options have, and are complete.
type NumberFormat struct {
	Locale                                         string
	Style, Currency, CurrencyDisplay, CurrencySign string
	Unit, UnitDisplay, SignDisplay                 string
	Grouping                                       string // auto, always, min2 or false
	Digits                                         Digits
}

type grouping struct {
	Decimal, Group string
	Least          int // digits before the first group
	Sizes          []int
}

type numberData struct {
	Plain, Money                                       grouping
	Minus, Plus, PercentSign, NaN, Infinity            string
	Decimal, Percent                                   []string // patterns: positive, negative, with a plus
	Currency, CurrencyCode, Accounting, AccountingCode []string
	Symbols, Narrow                                    map[string]string
}

func numbersOf(locale string) *numberData {
	return section[numberData](locale, numberSection, data().Numbers)
}

// CurrencyDigits is how many digits after the point amounts of a currency have.
func CurrencyDigits(currency string) int {
	if digits, ok := data().CurrencyDigits[currency]; ok {
		return digits
	}
	return 2
}

// Check says whether all that the format needs is known.
func (f NumberFormat) Check() error {
	if f.Style == "unit" {
		if _, err := f.unitTexts(); err != nil {
			return err
		}
	}
	return nil
}

// Float writes a number.
func (f NumberFormat) Float(x float64) []Part { return f.parts(ofFloat(x)) }

// Text writes a number that is given as text, with all its digits; ok is false when it is none.
func (f NumberFormat) Text(text string) (parts []Part, ok bool) {
	d, ok := ofText(text)
	if !ok {
		return nil, false
	}
	return f.parts(d), true
}

func (f NumberFormat) parts(d decimal) []Part {
	n := numbersOf(f.Locale)
	if f.Style == "percent" && !d.isZero() {
		d.point += 2
	}
	whole, fraction, rounded := "", "", d
	if d.isNumber {
		whole, fraction, rounded = f.Digits.apply(d)
	}
	number := f.digitParts(n, whole, fraction, d)
	pattern := f.pattern(n)[f.sign(rounded)]
	if f.Style == "unit" {
		texts, _ := f.unitTexts()
		category := "other"
		if d.isNumber {
			category = pluralOf(f.Locale, whole, fraction, false)
		}
		text, ok := texts[category]
		if !ok {
			text = texts["other"]
		}
		return unitParts(text, f.fill(n, pattern, number))
	}
	return f.fill(n, pattern, number)
}

// sign is 0 for none, 1 for a minus, 2 for a plus.
func (f NumberFormat) sign(d decimal) int {
	zero := d.isZero() || !d.isNumber && d.special != d.special
	switch {
	case f.SignDisplay == "never", f.SignDisplay == "exceptZero" && zero:
		return 0
	case d.negative && !(f.SignDisplay == "negative" && zero):
		return 1
	case f.SignDisplay == "always", f.SignDisplay == "exceptZero" && !zero:
		return 2
	}
	return 0
}

func (f NumberFormat) pattern(n *numberData) []string {
	switch {
	case f.Style == "percent":
		return n.Percent
	case f.Style != "currency":
		return n.Decimal
	}
	spaced := f.CurrencyDisplay == "code" || f.touchesLetter(n)
	switch {
	case f.CurrencySign == "accounting" && spaced:
		return n.AccountingCode
	case f.CurrencySign == "accounting":
		return n.Accounting
	case spaced:
		return n.CurrencyCode
	}
	return n.Currency
}

// touchesLetter says whether the sign of the currency has a letter next to the number, which then stands apart.
func (f NumberFormat) touchesLetter(n *numberData) bool {
	symbol := f.symbol(n)
	next, _ := utf8.DecodeRuneInString(symbol)
	if strings.Index(n.Currency[0], "¤") < strings.Index(n.Currency[0], "#") {
		next, _ = utf8.DecodeLastRuneInString(symbol)
	}
	return !unicode.IsSymbol(next) && !unicode.In(next, unicode.Z)
}

func (f NumberFormat) symbol(n *numberData) string {
	if f.CurrencyDisplay == "narrowSymbol" {
		if symbol, ok := n.Narrow[f.Currency]; ok {
			return symbol
		}
	}
	if symbol, ok := n.Symbols[f.Currency]; ok && f.CurrencyDisplay != "code" {
		return symbol
	}
	return f.Currency
}

// fill puts the number and the signs in the places of a pattern.
func (f NumberFormat) fill(n *numberData, pattern string, number []Part) (parts []Part) {
	literal := ""
	add := func(more ...Part) {
		if literal != "" {
			parts = append(parts, Part{"literal", literal})
			literal = ""
		}
		parts = append(parts, more...)
	}
	for _, c := range pattern {
		switch c {
		case '#':
			add(number...)
		case '-':
			add(Part{"minusSign", n.Minus})
		case '+':
			add(Part{"plusSign", n.Plus})
		case '%':
			add(Part{"percentSign", n.PercentSign})
		case '¤':
			add(Part{"currency", f.symbol(n)})
		default:
			literal += string(c)
		}
	}
	add()
	return parts
}

func (f NumberFormat) digitParts(n *numberData, whole, fraction string, d decimal) (parts []Part) {
	switch {
	case !d.isNumber && d.special != d.special:
		return []Part{{"nan", n.NaN}}
	case !d.isNumber:
		return []Part{{"infinity", n.Infinity}}
	}
	g := n.Plain
	if f.Style == "currency" {
		g = n.Money
	}
	groups := g.split(whole, f.Grouping)
	for i, group := range groups {
		if i > 0 {
			parts = append(parts, Part{"group", g.Group})
		}
		parts = append(parts, Part{"integer", group})
	}
	if fraction != "" {
		parts = append(parts, Part{"decimal", g.Decimal}, Part{"fraction", fraction})
	}
	return parts
}

// split divides digits into groups, from the right.
func (g grouping) split(digits, when string) (groups []string) {
	least := g.Least
	switch when {
	case "always":
		least = 1
	case "min2":
		least = 2
	}
	if when == "false" || g.Group == "" || len(digits) < g.Sizes[0]+least {
		return []string{digits}
	}
	size := g.Sizes[0]
	for len(digits) > size {
		groups = append([]string{digits[len(digits)-size:]}, groups...)
		digits, size = digits[:len(digits)-size], g.Sizes[1]
	}
	return append([]string{digits}, groups...)
}
