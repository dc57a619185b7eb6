package intl

import "strings"

// A ListFormat joins texts. Its fields have the values of Intl's options.
type ListFormat struct{ Locale, Type, Style string }

// Check says whether the locale's lists are known.
func (f ListFormat) Check() error {
	if f.Type != "unit" && strings.HasPrefix(f.Locale, "he") {
		return gap("lists in Hebrew are not known to scenarios: join the texts yourself")
	}
	return nil
}

// Format joins texts.
func (f ListFormat) Format(texts []string) (parts []Part) {
	literals := (*section[map[string][]string](f.Locale, listSection, data().Lists))[f.Type+" "+f.Style]
	if len(literals) < 4 {
		literals = make([]string, 4) // nothing stands between them
	}
	for i, text := range texts {
		if i > 0 {
			between := literals[2] // of the middle
			switch {
			case len(texts) == 2:
				between = literals[0]
			case i == 1:
				between = literals[1]
			case i == len(texts)-1:
				between = literals[3]
			}
			if between = f.before(between, text); between != "" {
				parts = append(parts, Part{"literal", between})
			}
		}
		parts = append(parts, Part{"element", text})
	}
	return parts
}

// before is a word such as and, as Spanish has it before a text that begins with its sound.
func (f ListFormat) before(between, text string) string {
	if f.Locale != "es" && !strings.HasPrefix(f.Locale, "es-") {
		return between
	}
	lower := strings.ToLower(text)
	switch {
	case between == " y " && (strings.HasPrefix(lower, "i") || strings.HasPrefix(lower, "hi") && !strings.HasPrefix(lower, "hia") && !strings.HasPrefix(lower, "hie")):
		return " e "
	case between == " o " && (strings.HasPrefix(lower, "o") || strings.HasPrefix(lower, "ho") || strings.HasPrefix(lower, "8") || lower == "11" || strings.HasPrefix(lower, "11 ")):
		return " u "
	}
	return between
}

// A RelativeTimeFormat writes distances in time. Its fields have the values of Intl's options.
type RelativeTimeFormat struct {
	Locale, Style string
	Auto          bool // words such as yesterday
}

type relativeUnit struct {
	Past, Future map[string]string // by plural category
	Auto         map[string]string // by distance
}

var relativeUnits = []string{"second", "minute", "hour", "day", "week", "month", "quarter", "year"}

// RelativeUnit is the unit in the singular; ok is false when there is none of the name.
func RelativeUnit(name string) (unit string, ok bool) {
	for _, unit := range relativeUnits {
		if name == unit || name == unit+"s" {
			return unit, true
		}
	}
	return "", false
}

// Format writes a distance in a unit.
func (f RelativeTimeFormat) Format(distance float64, unit string) []Part {
	all := *section[map[string]relativeUnit](f.Locale, relativeSection, data().Relative)
	texts := all[f.Style+" "+unit]
	d := ofFloat(distance)
	if f.Auto {
		if text, ok := texts.Auto[Join(NumberFormat{Locale: "en", SignDisplay: "auto", Grouping: "false", Digits: Digits{MinInteger: 1, MaxFraction: 3}}.parts(d))]; ok {
			return []Part{{"literal", text}}
		}
	}
	forms := texts.Future
	if d.negative {
		forms = texts.Past
	}
	format := NumberFormat{Locale: f.Locale, Style: "decimal", SignDisplay: "never", Grouping: "auto", Digits: Digits{MinInteger: 1, MaxFraction: 3}}
	whole, fraction, _ := format.Digits.apply(d)
	text, ok := forms[pluralOf(f.Locale, whole, fraction, false)]
	if !ok {
		text = forms["other"]
	}
	before, after, counted := strings.Cut(text, "#")
	if !counted {
		return []Part{{"literal", text}} // a word for two
	}
	var parts []Part
	if before != "" {
		parts = append(parts, Part{"literal", before})
	}
	parts = append(parts, format.parts(d)...)
	if after != "" {
		parts = append(parts, Part{"literal", after})
	}
	return parts
}
