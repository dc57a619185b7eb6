package cost

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestParsePrice(t *testing.T) {
	for text, want := range map[string]Price{
		"0.05/h": {0.05, ""}, "$0.05/h": {0.05, "$"}, "0.05 EUR/h": {0.05, "EUR"}, "0.001€/min": {0.06, "€"}, " CHF 2 / hour": {2, "CHF"}, "0/h": {0, ""}, "0.0001/s": {0.36, ""},
	} {
		got, err := ParsePrice(text)
		if err != nil || math.Abs(got.PerHour-want.PerHour) > 1e-9 || got.Currency != want.Currency {
			t.Errorf("ParsePrice(%q) = %+v, %v; want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "0.05", "0.05/day", "-1/h", "EUR/h", "$0.05 EUR/h", "1.2.3/h", "1e9 machines/h", "/h", "NaN/h"} {
		if got, err := ParsePrice(text); err == nil || !strings.Contains(err.Error(), "write for example 0.05/h") {
			t.Errorf("ParsePrice(%q) = %+v, %v", text, got, err)
		}
	}
}

func FuzzParsePrice(f *testing.F) {
	for _, text := range []string{"0.05/h", "$0.05/h", "0.05 EUR/min", "..//", "-/h"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		price, err := ParsePrice(text)
		if err != nil {
			return
		}
		if price.PerHour < 0 || math.IsNaN(price.PerHour) || math.IsInf(price.PerHour, 0) {
			t.Errorf("ParsePrice(%q) = %+v", text, price)
		}
		if again, err := ParsePrice(price.String()); err != nil || again.Currency != price.Currency {
			t.Errorf("ParsePrice(%q) is %v, which reads as %+v, %v", text, price, again, err)
		}
	})
}

func TestMoney(t *testing.T) {
	for want, got := range map[string]string{
		"12.35 EUR": Money(12.345678, "EUR"), "$0.50": Money(0.5, "$"), "0.050": Money(0.05, ""), "0.0023": Money(0.00234, ""), "0.00": Money(0, ""), "0.000000": Money(1e-9, ""),
	} {
		if got != want {
			t.Errorf("Money = %q, want %q", got, want)
		}
	}
}

func TestPrices(t *testing.T) {
	prices, err := ReadPrices([]string{"0.05/h", "large=0.2/h"})
	if err != nil || prices.Of("large").PerHour != 0.2 || prices.Of("small").PerHour != 0.05 {
		t.Errorf("ReadPrices = %v, %v", prices, err)
	}
	if of := (Prices{"large": {}}).Of("small"); of != nil {
		t.Errorf("the price of another kind is %v", of)
	}
	if _, err := ReadPrices([]string{"large=cheap"}); err == nil {
		t.Error("large=cheap was read")
	}
}

func TestUse(t *testing.T) {
	for _, test := range []struct {
		use  Use
		want string
	}{
		{Use{Time: 96 * time.Minute}, "96.0 machine-minutes"},
		{Use{Time: 96 * time.Minute, Users: 400}, "96.0 machine-minutes, 240.0 for 1,000 users at once"},
		{Use{Time: 96 * time.Minute, Users: 400, Price: &Price{0.5, "EUR"}}, "96.0 machine-minutes at 0.50 EUR/h: 0.80 EUR, 2.00 EUR for 1,000 users at once"},
	} {
		if got := test.use.String(); got != test.want {
			t.Errorf("String = %q, want %q", got, test.want)
		}
	}
}
