package language

import (
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js/intl"
)

// natives are what intl.js calls.
func (l *locales) natives() map[string]func(goja.FunctionCall) (any, error) {
	return map[string]func(goja.FunctionCall) (any, error){
		"gap":       func(call goja.FunctionCall) (any, error) { return nil, &intl.Gap{Message: call.Argument(0).String()} },
		"locale":    l.findLocale,
		"supported": l.supported,
		"zone": func(call goja.FunctionCall) (any, error) {
			if goja.IsUndefined(call.Argument(0)) {
				return intl.LocalZone().Name, nil
			}
			zone, err := intl.FindZone(call.Argument(0).String())
			return zone.Name, err
		},
		"hourCycle": func(call goja.FunctionCall) (any, error) {
			var hour12 *bool
			if !goja.IsUndefined(call.Argument(1)) {
				twelve := call.Argument(1).ToBoolean()
				hour12 = &twelve
			}
			return intl.HourCycle(call.Argument(0).String(), hour12), nil
		},
		"currencyDigits": func(call goja.FunctionCall) (any, error) { return intl.CurrencyDigits(call.Argument(0).String()), nil },
		"numberFormat": func(call goja.FunctionCall) (any, error) {
			format, err := read[intl.NumberFormat](l, call.Argument(0))
			if err != nil {
				return nil, err
			}
			return &format, format.Check()
		},
		"number": func(call goja.FunctionCall) (any, error) {
			parts, err := l.number(call)
			return intl.Join(parts), err
		},
		"numberParts": func(call goja.FunctionCall) (any, error) {
			parts, err := l.number(call)
			return l.parts(parts), err
		},
		"dateTimeFormat": l.dateTimeFormat,
		"date": func(call goja.FunctionCall) (any, error) {
			parts, err := l.date(call)
			return strings.ReplaceAll(intl.Join(parts), "\u202f", " "), err // as V8 does, but not in parts
		},
		"dateParts": func(call goja.FunctionCall) (any, error) {
			parts, err := l.date(call)
			return l.parts(parts), err
		},
		"plural": func(call goja.FunctionCall) (any, error) {
			rules, err := read[intl.PluralRules](l, call.Argument(0))
			return rules.Select(call.Argument(1).ToFloat()), err
		},
		"categories": func(call goja.FunctionCall) (any, error) {
			rules, err := read[intl.PluralRules](l, call.Argument(0))
			return l.texts(rules.Categories()), err
		},
		"checkList": func(call goja.FunctionCall) (any, error) {
			format, err := read[intl.ListFormat](l, call.Argument(0))
			if err != nil {
				return nil, err
			}
			return nil, format.Check()
		},
		"list": func(call goja.FunctionCall) (any, error) {
			format, err := read[intl.ListFormat](l, call.Argument(0))
			if err != nil {
				return nil, err
			}
			texts, err := read[[]string](l, call.Argument(1))
			return l.parts(format.Format(texts)), err
		},
		"relative": l.relative,
		"collator": l.collator,
		"compare": func(call goja.FunctionCall) (any, error) {
			collator, _ := call.Argument(0).Export().(*intl.Collator)
			return collator.Compare(call.Argument(1).String(), call.Argument(2).String()), nil
		},
		"upper": func(call goja.FunctionCall) (any, error) {
			return intl.Upper(call.Argument(0).String(), call.Argument(1).String()), nil
		},
		"lower": func(call goja.FunctionCall) (any, error) {
			return intl.Lower(call.Argument(0).String(), call.Argument(1).String()), nil
		},
	}
}

func (l *locales) findLocale(call goja.FunctionCall) (any, error) {
	tags, err := read[[]string](l, call.Argument(0))
	if err != nil {
		return nil, err
	}
	locale, extension, err := intl.Find(tags)
	if err != nil {
		return nil, err
	}
	words := l.rt.NewObject()
	for key, value := range extension {
		_ = words.Set(key, value)
	}
	found := l.rt.NewObject()
	_ = found.Set("locale", locale)
	_ = found.Set("extension", words)
	return found, nil
}

func (l *locales) supported(call goja.FunctionCall) (any, error) {
	tags, err := read[[]string](l, call.Argument(0))
	if err != nil {
		return nil, err
	}
	supported, err := intl.Supported(tags)
	return l.texts(supported), err
}

func (l *locales) dateTimeFormat(call goja.FunctionCall) (any, error) {
	format, err := read[intl.DateTimeFormat](l, call.Argument(0))
	if err != nil {
		return nil, err
	}
	if local := intl.LocalZone(); call.Argument(1).String() == local.Name {
		format.Zone = local
	} else if format.Zone, err = intl.FindZone(call.Argument(1).String()); err != nil {
		return nil, err
	}
	return &dateFormat{format}, format.Check()
}

func (l *locales) relative(call goja.FunctionCall) (any, error) {
	format, err := read[intl.RelativeTimeFormat](l, call.Argument(0))
	if err != nil {
		return nil, err
	}
	unit, ok := intl.RelativeUnit(call.Argument(2).String())
	if !ok {
		return nil, &intl.RangeError{Message: "Invalid unit argument for format() '" + call.Argument(2).String() + "'"}
	}
	return l.parts(format.Format(call.Argument(1).ToFloat(), unit)), nil
}

// collator keeps collators, since sorting with localeCompare asks for the same one again and again.
func (l *locales) collator(call goja.FunctionCall) (any, error) {
	numeric := call.Argument(2).ToBoolean()
	key := [2]string{call.Argument(0).String(), call.Argument(1).String() + strconv.FormatBool(numeric)}
	if known, ok := l.collators[key]; ok {
		return known, nil
	}
	made, err := intl.NewCollator(key[0], call.Argument(1).String(), numeric)
	if err != nil {
		return nil, err
	}
	if l.collators == nil {
		l.collators = map[[2]string]*intl.Collator{}
	}
	l.collators[key] = made
	return made, nil
}
