package intl

import (
	"math"
	"strconv"
	"strings"
)

// A decimal is a number by its digits, as people write it. Rounding it is exact.
type decimal struct {
	negative bool
	digits   string // without zeros at the beginning
	point    int    // how many digits stand before the point; may be negative
	special  float64
	isNumber bool // otherwise special is NaN or an infinity
}

// ofFloat is the shortest decimal that stands for x.
func ofFloat(x float64) decimal {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return decimal{negative: x < 0, special: x}
	}
	text := strconv.FormatFloat(math.Abs(x), 'e', -1, 64)
	mantissa, exponent, _ := strings.Cut(text, "e")
	power, _ := strconv.Atoi(exponent)
	d := decimal{negative: math.Signbit(x), digits: strings.Replace(mantissa, ".", "", 1), point: power + 1, isNumber: true}
	return d.trimmed()
}

// ofText reads a number such as -12.5 or 1e3; ok is false when it is none.
func ofText(text string) (d decimal, ok bool) {
	x, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil && !math.IsInf(x, 0), strings.ContainsAny(text, "xXpP_iInN"):
		return d, false
	case strings.ContainsAny(text, "eE") && (math.IsInf(x, 0) || x == 0):
		return ofFloat(x), true // as the standard has it, and its digits would fill the memory
	}
	d.isNumber = true
	if rest, negative := strings.CutPrefix(text, "-"); negative {
		d.negative, text = true, rest
	}
	mantissa, exponent, _ := strings.Cut(strings.ToLower(strings.TrimPrefix(text, "+")), "e")
	power, _ := strconv.Atoi(exponent)
	whole, fraction, _ := strings.Cut(mantissa, ".")
	d.digits, d.point = whole+fraction, len(whole)+power
	return d.trimmed(), true
}

// trimmed removes zeros at both ends.
func (d decimal) trimmed() decimal {
	for strings.HasPrefix(d.digits, "0") {
		d.digits = d.digits[1:]
		d.point--
	}
	d.digits = strings.TrimRight(d.digits, "0")
	if d.digits == "" {
		d.point = 0
	}
	return d
}

func (d decimal) isZero() bool { return d.isNumber && d.digits == "" }

// rounded keeps so many digits; half is rounded away from zero.
func (d decimal) rounded(keep int) decimal {
	if keep >= len(d.digits) {
		return d
	}
	up := keep >= 0 && d.digits[keep] >= '5'
	kept := []byte(d.digits[:max(keep, 0)])
	if !up {
		d.digits = string(kept)
		return d.trimmed()
	}
	i := len(kept) - 1
	for ; i >= 0 && kept[i] == '9'; i-- {
		kept[i] = '0'
	}
	if i >= 0 {
		kept[i]++
	} else {
		kept = append([]byte{'1'}, kept...)
		d.point++
	}
	d.digits = string(kept)
	return d.trimmed()
}

// fixed writes the digits before and after the point, with at least so many each.
func (d decimal) fixed(leastWhole, leastFraction int) (whole, fraction string) {
	switch {
	case d.point <= 0:
		fraction = strings.Repeat("0", -d.point) + d.digits
	case d.point >= len(d.digits):
		whole = d.digits + strings.Repeat("0", d.point-len(d.digits))
	default:
		whole, fraction = d.digits[:d.point], d.digits[d.point:]
	}
	if missing := leastWhole - len(whole); missing > 0 {
		whole = strings.Repeat("0", missing) + whole
	}
	if missing := leastFraction - len(fraction); missing > 0 {
		fraction += strings.Repeat("0", missing)
	}
	return whole, fraction
}
