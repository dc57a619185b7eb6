package intl

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // so that zones are known on every machine
)

// A Zone is a time zone with its name.
type Zone struct {
	Name     string
	Location *time.Location
}

var (
	zoneOffset = regexp.MustCompile(`^([+-])([01]\d|2[0-3])(?::?([0-5]\d))?$`)
	zonePath   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_+/-]*$`)
)

// foundZones are those that were found by the name that they have: reading one again takes longer than writing a date.
var foundZones sync.Map

// FindZone finds a time zone by its name in the database of zones, in any case, or by its offset, such as +05:30.
func FindZone(name string) (Zone, error) {
	if found, ok := foundZones.Load(name); ok {
		return found.(Zone), nil
	}
	if parts := zoneOffset.FindStringSubmatch(name); parts != nil {
		var hours, minutes int
		_, _ = fmt.Sscan(parts[2], &hours)
		if parts[3] != "" {
			_, _ = fmt.Sscan(parts[3], &minutes)
		}
		seconds := 60 * (60*hours + minutes)
		if parts[1] == "-" {
			seconds = -seconds
		}
		written := fmt.Sprintf("%s%02d:%02d", parts[1], hours, minutes)
		return Zone{written, time.FixedZone(written, seconds)}, nil
	}
	if zonePath.MatchString(name) && !strings.EqualFold(name, "local") {
		for _, spelled := range spellings(name) {
			if location, err := time.LoadLocation(spelled); err == nil {
				found := Zone{spelled, location}
				if spelled == name { // other spellings have no end
					foundZones.Store(name, found)
				}
				return found, nil
			}
		}
	}
	return Zone{}, outOfRange("Invalid time zone specified: %s", name)
}

// spellings are the ways in which a zone may be written, the known one first.
func spellings(name string) []string {
	if strings.EqualFold(name, "utc") || strings.EqualFold(name, "etc/utc") || strings.EqualFold(name, "gmt") || strings.EqualFold(name, "etc/gmt") {
		return []string{"UTC"}
	}
	for zone := range data().Zones {
		if strings.EqualFold(zone, name) {
			return []string{zone}
		}
	}
	return []string{name}
}

// LocalZone is the zone of this machine.
var LocalZone = sync.OnceValue(func() Zone {
	name, isSet := os.LookupEnv("TZ")
	name = strings.TrimPrefix(name, ":")
	if !isSet {
		if link, err := filepath.EvalSymlinks("/etc/localtime"); err == nil {
			_, name, _ = strings.Cut(link, "zoneinfo/")
		}
	}
	if zone, err := FindZone(name); err == nil && name != "" {
		return Zone{zone.Name, time.Local}
	}
	return Zone{"UTC", time.Local}
})

type zoneData struct {
	Offsets [][]string // short and long: of +5, -5, 0 and +5:30 hours
	UTC     []string   // short and long
	Names   [][]string // of each group of zones: short in winter and in summer, long in both
}

// zoneName names the zone at an instant; field is z in a style's long time, and zzzz in its full one.
func (f DateTimeFormat) zoneName(field string, t time.Time) ([]Part, error) {
	style := f.ZoneName
	switch {
	case style == "" && field == "zzzz":
		style = "long"
	case style == "":
		style = "short"
	}
	names := section[zoneData](f.Locale, zoneNameSection, data().ZoneNames)
	length := 0
	if strings.HasPrefix(style, "long") {
		length = 1
	}
	text := ""
	if style == "short" || style == "long" {
		var err error
		if text, err = f.properName(names, length, t); err != nil {
			return nil, err
		}
	}
	if text == "" {
		_, seconds := t.Zone()
		text = offsetText(names.Offsets[length], seconds/60, length == 1)
	}
	return []Part{{"timeZoneName", text}}, nil
}

// properName is the name of the zone that is no offset, or nothing.
func (f DateTimeFormat) properName(names *zoneData, length int, t time.Time) (string, error) {
	switch {
	case f.Zone.Name == "UTC":
		return names.UTC[length], nil
	case zoneOffset.MatchString(f.Zone.Name):
		return "", nil
	}
	group, ok := data().Zones[f.Zone.Name]
	if !ok {
		return "", gap("the name of the time zone %s is not known to scenarios: use timeZoneName shortOffset or longOffset", f.Zone.Name)
	}
	_, offset := t.Zone()
	_, january := time.Date(t.Year(), 1, 15, 0, 0, 0, 0, t.Location()).Zone()
	_, july := time.Date(t.Year(), 7, 15, 0, 0, 0, 0, t.Location()).Zone()
	season := 0
	if offset > min(january, july) {
		season = 1
	}
	return names.Names[group][2*length+season], nil
}

// offsetText writes an offset as the samples of the locale do.
func offsetText(samples []string, minutes int, padded bool) string {
	if minutes == 0 {
		return samples[2]
	}
	sample, whole := samples[0], "5"
	if minutes < 0 {
		sample, minutes = samples[1], -minutes
	}
	hours := fmt.Sprint(minutes / 60)
	if padded {
		whole, hours = "05", fmt.Sprintf("%02d", minutes/60)
		return strings.Replace(strings.Replace(sample, whole, hours, 1), "00", fmt.Sprintf("%02d", minutes%60), 1)
	}
	if minutes%60 != 0 {
		between, _, _ := strings.Cut(samples[3][strings.Index(samples[3], "5")+1:], "30")
		hours += between + fmt.Sprintf("%02d", minutes%60)
	}
	return strings.Replace(sample, whole, hours, 1)
}
