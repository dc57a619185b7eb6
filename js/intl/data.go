// Package intl formats numbers, dates, lists and distances in time for people, as Intl of JavaScript does. Its data come from
// Node.js, so that texts are the same; they are read when a script first needs them. It knows nothing of goja.
package intl

import (
	"bytes"
	"compress/gzip"
	_ "embed" // for the data
	"encoding/json"
	"fmt"
	"strings"
	"sync"
)

//go:embed data.json.gz
var compressed []byte

// allData are the sections of all locales, of which each is read when it is needed.
type allData struct {
	Locales        map[string][]int // which of each section: zone names, numbers, units, dates, lists, relative
	CurrencyDigits map[string]int
	Zones          map[string]int // groups of zones with the same names
	ZoneNames      []json.RawMessage
	Numbers        []json.RawMessage
	Units          []json.RawMessage
	Dates          []json.RawMessage
	Lists          []json.RawMessage
	Relative       []json.RawMessage
}

var data = sync.OnceValue(func() *allData {
	reader, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		panic(err) // it is embedded
	}
	all := &allData{}
	if err := json.NewDecoder(reader).Decode(all); err != nil {
		panic(err)
	}
	return all
})

// sections of a locale, in the order of allData.Locales.
const (
	zoneNameSection = iota
	numberSection
	unitSection
	dateSection
	listSection
	relativeSection
)

var sections sync.Map // [2]int to what was read

// section reads the section of a locale, once for all that have the same.
func section[T any](locale string, kind int, all []json.RawMessage) *T {
	key := [2]int{kind, data().Locales[locale][kind]}
	if known, ok := sections.Load(key); ok {
		return known.(*T)
	}
	read := new(T)
	if err := json.Unmarshal(all[key[1]], read); err != nil {
		panic(err)
	}
	known, _ := sections.LoadOrStore(key, read)
	return known.(*T)
}

// A Gap is something that Intl has and scenarios have not.
type Gap struct{ Message string }

func (g *Gap) Error() string { return g.Message }

func gap(format string, values ...any) error { return &Gap{fmt.Sprintf(format, values...)} }

// A RangeError is a value that Intl does not take.
type RangeError struct{ Message string }

func (r *RangeError) Error() string { return r.Message }

func outOfRange(format string, values ...any) error {
	return &RangeError{fmt.Sprintf(format, values...)}
}

// DefaultLocale is the locale of those who ask for none, on every machine.
const DefaultLocale = "en-US"

// Find returns the first locale that is known, and the extension of its tag, such as hc to h23.
func Find(requested []string) (locale string, extension map[string]string, err error) {
	if len(requested) == 0 {
		return DefaultLocale, nil, nil
	}
	for _, tag := range requested {
		base, extension, err := canonical(tag)
		if err != nil {
			return "", nil, err
		}
		if locale := known(base); locale != "" {
			return locale, extension, nil
		}
	}
	return "", nil, gap("the locale %q is not known to scenarios: they know the languages %s", requested[0], languages)
}

const languages = "bg, ca, cs, da, de, el, en, es, et, fi, fr, he, hr, hu, id, is, it, ja, ko, lt, lv, nb, nl, no, pl, pt, ro, ru, sk, sl, sv, tr, uk, vi and zh"

// known returns the longest beginning of a tag that is a locale, or "".
func known(tag string) string {
	for tag != "" {
		if _, ok := data().Locales[tag]; ok {
			return tag
		}
		if tag == "zh-TW" || tag == "zh-HK" || tag == "zh-MO" {
			tag = "zh-Hant" + tag[2:]
			continue
		}
		if tag == "zh-CN" || tag == "zh-SG" {
			tag = "zh-Hans" + tag[2:]
			continue
		}
		tag = tag[:max(strings.LastIndexByte(tag, '-'), 0)]
	}
	return ""
}

// Supported returns those of the tags whose locales are known.
func Supported(requested []string) (supported []string, err error) {
	for _, tag := range requested {
		base, _, err := canonical(tag)
		if err != nil {
			return nil, err
		}
		if known(base) != "" {
			supported = append(supported, base)
		}
	}
	return supported, nil
}
