package intl

import (
	"fmt"
	"strings"
	"time"
)

// A DateTimeFormat writes instants. Its fields have the values that Intl's options have, or nothing; there are either styles or
// the parts of a date and a time.
type DateTimeFormat struct {
	Locale                    string
	Zone                      Zone
	HourCycle                 string // h11, h12, h23 or h24
	DateStyle, TimeStyle      string
	Weekday, Year, Month, Day string
	Hour, Minute, Second      string
	FractionDigits            int
	ZoneName                  string // short, long, shortOffset or longOffset
}

// dateData has patterns, whose fields are in braces: the letters of Unicode for numbers, and E, N and a with the number of a
// list of names.
type dateData struct {
	Weekdays, Months, Periods [][]string
	Parts                     map[string]string // by the first letters of weekday, year, month and day
	Times                     map[string]string // by 1 for twelve hours or 2, and the first letters of hour, minute and second
	DateStyles                map[string]string
	TimeStyles                map[string]string // by 1 or 2, and the style
	Joins                     map[string]string // of a dateStyle with a time
	WithTime                  map[string]string // of parts with a time, by how the month is written
	WeekdayTimes              map[string]string
	Cycles                    []string // when nothing is said of hours, with hour12, with hour12: false
	Fraction                  string   // before parts of a second
}

func datesOf(locale string) *dateData { return section[dateData](locale, dateSection, data().Dates) }

// HourCycle is the locale's: the usual one, or the one of twelve or of 24 hours.
func HourCycle(locale string, hour12 *bool) string {
	cycles := datesOf(locale).Cycles
	switch {
	case hour12 == nil:
		return cycles[0]
	case *hour12:
		return cycles[1]
	}
	return cycles[2]
}

// Check says whether all that the format needs is known.
func (f DateTimeFormat) Check() error {
	_, err := f.pattern()
	return err
}

// Format writes an instant.
func (f DateTimeFormat) Format(at time.Time) ([]Part, error) {
	pattern, err := f.pattern()
	if err != nil {
		return nil, err
	}
	d, local := datesOf(f.Locale), at.In(f.Zone.Location)
	var parts []Part
	for pattern != "" {
		literal, rest, field := strings.Cut(pattern, "{")
		if literal != "" {
			parts = append(parts, Part{"literal", literal})
		}
		if !field {
			break
		}
		name, after, _ := strings.Cut(rest, "}")
		pattern = after
		more, err := f.field(d, name, local)
		if err != nil {
			return nil, err
		}
		parts = append(parts, more...)
	}
	return parts, nil
}

// field writes one field of a pattern.
func (f DateTimeFormat) field(d *dateData, name string, t time.Time) ([]Part, error) {
	two := func(kind string, n int) []Part { return []Part{{kind, fmt.Sprintf("%02d", n)}} }
	one := func(kind string, n int) []Part { return []Part{{kind, fmt.Sprint(n)}} }
	year := t.Year()
	if year < 1 {
		year = 1 - year
	}
	switch name {
	case "y":
		return one("year", year), nil
	case "yy":
		return two("year", year%100), nil
	case "M":
		return one("month", int(t.Month())), nil
	case "MM":
		return two("month", int(t.Month())), nil
	case "d":
		return one("day", t.Day()), nil
	case "dd":
		return two("day", t.Day()), nil
	case "h":
		return one("hour", f.hour(t)), nil
	case "hh":
		return two("hour", f.hour(t)), nil
	case "m":
		return one("minute", t.Minute()), nil
	case "mm":
		return two("minute", t.Minute()), nil
	case "s":
		return f.seconds(d, one("second", t.Second()), t), nil
	case "ss":
		return f.seconds(d, two("second", t.Second()), t), nil
	case "z", "zzzz":
		return f.zoneName(name, t)
	}
	var list int
	if _, err := fmt.Sscan(name[1:], &list); err != nil {
		return nil, fmt.Errorf("read the field %s: %w", name, err)
	}
	switch name[0] {
	case 'E':
		return []Part{{"weekday", d.Weekdays[list][t.Weekday()]}}, nil
	case 'N':
		return []Part{{"month", d.Months[list][t.Month()-1]}}, nil
	}
	return []Part{{"dayPeriod", d.Periods[list][t.Hour()/12]}}, nil
}

func (f DateTimeFormat) hour(t time.Time) int {
	switch h := t.Hour(); {
	case f.HourCycle == "h11":
		return h % 12
	case f.HourCycle == "h12":
		return (h+11)%12 + 1
	case f.HourCycle == "h24" && h == 0:
		return 24
	default:
		return h
	}
}

func (f DateTimeFormat) seconds(d *dateData, parts []Part, t time.Time) []Part {
	if f.FractionDigits == 0 {
		return parts
	}
	digits := fmt.Sprintf("%03d", t.Nanosecond()/int(time.Millisecond))[:f.FractionDigits]
	return append(parts, Part{"literal", d.Fraction}, Part{"fractionalSecond", digits})
}

func first(option string) string {
	if option == "" {
		return "-"
	}
	return option[:1]
}

// cycle is the number of the patterns for the hours.
func (f DateTimeFormat) cycle() string {
	if f.HourCycle == "h11" || f.HourCycle == "h12" {
		return "1"
	}
	return "2"
}

func (f DateTimeFormat) pattern() (string, error) {
	d := datesOf(f.Locale)
	if f.DateStyle != "" || f.TimeStyle != "" {
		return f.stylePattern(d), nil
	}
	date, err := f.datePattern(d)
	if err != nil {
		return "", err
	}
	clock, err := f.timePattern(d)
	switch {
	case err != nil:
		return "", err
	case date == "":
		return clock, nil
	case clock == "":
		return date, nil
	}
	if whole := f.weekdayTime(d); whole != "" {
		return f.withZone(d, whole)
	}
	return joined(d.WithTime[f.monthWidth()], date, clock), nil
}

func (f DateTimeFormat) stylePattern(d *dateData) string {
	date, clock := d.DateStyles[f.DateStyle], d.TimeStyles[f.cycle()+f.TimeStyle]
	switch {
	case f.TimeStyle == "":
		return date
	case f.DateStyle == "":
		return clock
	}
	return joined(d.Joins[f.DateStyle], date, clock)
}

func joined(pattern, date, clock string) string {
	return strings.NewReplacer("{1}", date, "{0}", clock).Replace(pattern)
}

func (f DateTimeFormat) datePattern(d *dateData) (string, error) {
	month := first(f.Month)
	if f.Month == "narrow" {
		month = "w"
	}
	key := first(f.Weekday) + first(f.Year) + month + first(f.Day)
	switch {
	case key == "----":
		return "", nil
	case f.ZoneName != "" && f.Hour == "" && f.Minute == "" && f.Second == "":
		return "", gap("timeZoneName without a time is not known to scenarios: ask for the hour too")
	}
	return d.Parts[key], nil
}

func (f DateTimeFormat) timePattern(d *dateData) (string, error) {
	if f.FractionDigits > 0 && f.Second == "" {
		return "", gap("fractionalSecondDigits without second is not known to scenarios: ask for the second too")
	}
	key := first(f.Hour) + first(f.Minute) + first(f.Second)
	switch {
	case key == "---" && f.ZoneName != "":
		return "", gap("timeZoneName without a time is not known to scenarios: ask for the hour too")
	case key == "---":
		return "", nil
	}
	return f.withZone(d, d.Times[f.cycle()+key])
}

// withZone adds the name of the zone where the locale has it.
func (f DateTimeFormat) withZone(d *dateData, pattern string) (string, error) {
	if f.ZoneName == "" {
		return pattern, nil
	}
	long, medium := d.TimeStyles[f.cycle()+"long"], d.TimeStyles[f.cycle()+"medium"]
	if !strings.Contains(long, medium) {
		return "", gap("timeZoneName in %s is not known to scenarios: use timeStyle long or full", f.Locale)
	}
	return strings.Replace(long, medium, pattern, 1), nil
}

// weekdayTime is the pattern of a weekday with a time, for which locales have their own.
func (f DateTimeFormat) weekdayTime(d *dateData) string {
	if f.Weekday == "" || f.Year+f.Month+f.Day != "" || f.Hour == "" || f.Minute == "" && f.Second != "" {
		return ""
	}
	letter := func(option string) string {
		if option == "" {
			return "-"
		}
		return "n"
	}
	pattern := d.WeekdayTimes[first(f.Weekday)+f.cycle()+"n"+letter(f.Minute)+letter(f.Second)]
	if f.Hour == "2-digit" {
		pattern = strings.Replace(pattern, "{h}", "{hh}", 1)
	}
	return pattern
}

// monthWidth decides how a date and a time are joined.
func (f DateTimeFormat) monthWidth() string {
	switch {
	case f.Month == "long" && f.Weekday != "":
		return "full"
	case f.Month == "long":
		return "long"
	case f.Month == "short":
		return "short"
	}
	return "numeric"
}
