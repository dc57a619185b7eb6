package intl

import (
	"slices"
	"strings"
	"unicode"
)

var unitDisplays = []string{"short", "narrow", "long"}

// unitTexts are the texts of the format's unit by plural category; # is the number.
func (f NumberFormat) unitTexts() (map[string]string, error) {
	all := *section[map[string][]map[string]string](f.Locale, unitSection, data().Units)
	texts, ok := all[f.Unit]
	if !ok {
		return nil, gap("the unit %q is not known to scenarios: format the number, and write the unit yourself", f.Unit)
	}
	return texts[slices.Index(unitDisplays, f.UnitDisplay)], nil
}

// unitParts puts a number into the text of a unit. Blanks between them belong to neither.
func unitParts(text string, number []Part) (parts []Part) {
	before, after, counted := strings.Cut(text, "#")
	if !counted {
		return []Part{{"unit", text}} // a word for two
	}
	if before != "" {
		if sign := number[0]; sign.Type == "minusSign" || sign.Type == "plusSign" {
			parts, number = append(parts, sign), number[1:]
		}
		unit := strings.TrimRightFunc(before, unicode.IsSpace)
		parts = append(parts, Part{"unit", unit})
		if blank := before[len(unit):]; blank != "" {
			parts = append(parts, Part{"literal", blank})
		}
	}
	parts = append(parts, number...)
	if after != "" {
		unit := strings.TrimLeftFunc(after, unicode.IsSpace)
		if blank := after[:len(after)-len(unit)]; blank != "" {
			parts = append(parts, Part{"literal", blank})
		}
		parts = append(parts, Part{"unit", unit})
	}
	return parts
}
