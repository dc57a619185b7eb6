package intl

import (
	"regexp"
	"strings"
)

var (
	tagPattern = regexp.MustCompile(`^(?i)([a-z]{2,3}|[a-z]{5,8})(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?((-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)((-[0-9a-wy-z](-[a-z0-9]{2,8})+)*)(-x(-[a-z0-9]{1,8})+)?$`)
	extensions = regexp.MustCompile(`(?i)-u((-[a-z0-9]{2,8})+)`)
)

// canonical writes the language, script and region of a tag as the standard does, and reads its extension u.
func canonical(tag string) (base string, extension map[string]string, err error) {
	parts := tagPattern.FindStringSubmatch(tag)
	if parts == nil {
		return "", nil, outOfRange("Incorrect locale information provided: %q", tag)
	}
	base = strings.ToLower(parts[1])
	if script := strings.TrimPrefix(parts[2], "-"); script != "" {
		base += "-" + strings.ToUpper(script[:1]) + strings.ToLower(script[1:])
	}
	if parts[4] != "" {
		base += "-" + strings.ToUpper(parts[4])
	}
	if parts[5] != "" {
		base += strings.ToLower(parts[5])
	}
	if base == "en-US-posix" {
		base = "en-US-u-va-posix"
	}
	return base, readExtension(parts[8]), nil
}

func readExtension(text string) map[string]string {
	found := extensions.FindStringSubmatch(text)
	if found == nil {
		return nil
	}
	extension, key := map[string]string{}, ""
	for _, word := range strings.Split(strings.ToLower(found[1][1:]), "-") {
		switch {
		case len(word) == 2:
			key = word
			extension[key] = ""
		case key != "":
			extension[key] = strings.TrimPrefix(extension[key]+"-"+word, "-")
		}
	}
	return extension
}
