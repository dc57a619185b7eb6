// Package cost says what the machines of a run cost: prices as people give them, and what a time comes to. It is
// arithmetic.
package cost

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// A Price is what a machine costs.
type Price struct {
	PerHour  float64
	Currency string // as people write it, such as EUR or $; "" when they do not say
}

// units are those of a price.
var units = map[string]time.Duration{"h": time.Hour, "hour": time.Hour, "min": time.Minute, "minute": time.Minute, "s": time.Second, "second": time.Second}

// ParsePrice reads a price such as "0.05/h", "$0.05/h" or "0.0008 EUR/min".
func ParsePrice(text string) (Price, error) {
	refused := fmt.Errorf("%q is no price: write for example 0.05/h, $0.05/h or 0.05 EUR/h", text)
	amount, unit, ok := strings.Cut(text, "/")
	per, known := units[strings.TrimSpace(unit)]
	if !ok || !known {
		return Price{}, refused
	}
	amount = strings.TrimSpace(amount)
	number := strings.TrimFunc(amount, func(r rune) bool { return !unicode.IsDigit(r) && r != '.' && r != '-' })
	before, after, _ := strings.Cut(amount, number)
	before, after = strings.TrimSpace(before), strings.TrimSpace(after)
	value, err := strconv.ParseFloat(number, 64)
	switch {
	case err != nil || value < 0 || value > math.MaxInt32 || before != "" && after != "":
		return Price{}, refused
	case !isCurrency(before + after):
		return Price{}, refused
	}
	return Price{PerHour: value * float64(time.Hour) / float64(per), Currency: before + after}, nil
}

// isCurrency says whether a text may be a currency: a sign or a few letters.
func isCurrency(text string) bool {
	for _, r := range text {
		if !unicode.IsLetter(r) && !unicode.Is(unicode.Sc, r) {
			return false
		}
	}
	return len([]rune(text)) <= 5
}

// Of returns what a time costs.
func (p Price) Of(used time.Duration) float64 { return p.PerHour * used.Hours() }

// String is the price as ParsePrice reads it.
func (p Price) String() string { return Money(p.PerHour, p.Currency) + "/h" }

// Money writes an amount with two decimals, or as many as show something of it.
func Money(amount float64, currency string) string {
	decimals := 2
	for ; amount > 0 && amount < 0.1 && decimals < 6 && amount*math.Pow10(decimals) < 10; decimals++ {
	}
	text := strconv.FormatFloat(amount, 'f', decimals, 64)
	switch {
	case currency == "":
		return text
	case strings.ContainsFunc(currency, unicode.IsLetter):
		return text + " " + currency
	}
	return currency + text
}

// Prices are those of kinds of machines. The one of "" is for all other kinds.
type Prices map[string]Price

// ReadPrices reads prices, each PRICE or KIND=PRICE.
func ReadPrices(texts []string) (Prices, error) {
	prices := Prices{}
	for _, text := range texts {
		kind, price := "", text
		if before, after, ok := strings.Cut(text, "="); ok {
			kind, price = strings.TrimSpace(before), after
		}
		var err error
		if prices[kind], err = ParsePrice(price); err != nil {
			return nil, err
		}
	}
	return prices, nil
}

// Of returns the price of machines of a kind; nil when nobody has said one.
func (p Prices) Of(kind string) *Price {
	price, ok := p[kind]
	if !ok {
		price, ok = p[""]
	}
	if !ok {
		return nil
	}
	return &price
}
