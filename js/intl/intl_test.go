package intl

import (
	"strings"
	"testing"
)

// What formats give is tested against Node.js, in js/language.

func TestGapsAreNamed(t *testing.T) {
	_, _, language := Find([]string{"th-TH"})
	unit := NumberFormat{Locale: "en", Style: "unit", Unit: "gallon", UnitDisplay: "short"}.Check()
	seconds := DateTimeFormat{Locale: "en", HourCycle: "h12", Hour: "numeric", FractionDigits: 2}.Check()
	zone := DateTimeFormat{Locale: "en", HourCycle: "h12", Day: "numeric", ZoneName: "short"}.Check()
	for _, test := range []struct {
		err  error
		want string
	}{
		{language, `the locale "th-TH" is not known to scenarios: they know the languages bg, ca,`},
		{unit, `the unit "gallon" is not known to scenarios`},
		{seconds, "ask for the second too"},
		{zone, "ask for the hour too"},
		{ListFormat{Locale: "he", Type: "conjunction", Style: "long"}.Check(), "lists in Hebrew"},
	} {
		if _, ok := test.err.(*Gap); !ok || !strings.Contains(test.err.Error(), test.want) {
			t.Errorf("got %v, want %s", test.err, test.want)
		}
	}
}

func TestExponentsBeyondNumbers(t *testing.T) {
	format := NumberFormat{Locale: "en", Style: "decimal", SignDisplay: "auto", Grouping: "auto", Digits: Digits{MinInteger: 1, MaxSignificant: 3}}
	for text, want := range map[string]string{"1e99999999999999999999": "∞", "-1e999999999": "-∞", "1e-999999999": "0", "1e3": "1,000"} {
		if parts, ok := format.Text(text); !ok || Join(parts) != want {
			t.Errorf("%s is %.20s, want %s", text, Join(parts), want)
		}
	}
}

func TestEveryLocaleHasAllSections(t *testing.T) {
	for locale := range data().Locales {
		if n := numbersOf(locale); len(n.Decimal) != 3 || len(n.Plain.Sizes) != 2 {
			t.Errorf("%s has no numbers: %+v", locale, n)
		}
		if d := datesOf(locale); len(d.Parts) != 215 || len(d.Cycles) != 3 {
			t.Errorf("%s has %d patterns of dates", locale, len(d.Parts))
		}
	}
}

func FuzzFind(f *testing.F) {
	for _, tag := range []string{"en-US", "zh-Hant-TW", "de-u-nu-latn-hc-h23", "x-y", "en-US-POSIX", "sr-Latn", "EN-gb-oed", "zh-TW-x-y"} {
		f.Add(tag)
	}
	f.Fuzz(func(t *testing.T, tag string) {
		locale, _, err := Find([]string{tag})
		if _, ok := data().Locales[locale]; err == nil && !ok {
			t.Errorf("Find(%q) = %q, which is no locale", tag, locale)
		}
	})
}

func FuzzNumber(f *testing.F) {
	for _, text := range []string{"0", "-12.50", "1e21", "1e-7", ".5", "5.", "00012", "1e400", "9.995"} {
		f.Add(text, 2)
	}
	f.Fuzz(func(t *testing.T, text string, digits int) {
		if len(text) > 50 {
			return
		}
		format := NumberFormat{Locale: "en", Style: "decimal", SignDisplay: "auto", Grouping: "auto", Digits: Digits{MinInteger: 1, MaxFraction: digits & 15}}
		parts, ok := format.Text(text)
		if strings.Contains(Join(parts), "∞") {
			return // which is no number to read again
		}
		if again, sameOK := format.Text(strings.ReplaceAll(Join(parts), ",", "")); ok && (!sameOK || Join(again) != Join(parts)) {
			t.Errorf("%q became %s, and that %s", text, Join(parts), Join(again))
		}
	})
}

func FuzzZone(f *testing.F) {
	for _, name := range []string{"Europe/Berlin", "+05:30", "-0930", "utc", "../etc/passwd", "Local", "", "Etc/GMT+5"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		zone, err := FindZone(name)
		if err == nil && (zone.Location == nil || zone.Name == "") {
			t.Errorf("FindZone(%q) = %+v", name, zone)
		}
	})
}
