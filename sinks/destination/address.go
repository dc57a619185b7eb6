// Package destination has what outputs that send to a server have in common: the options of their addresses, certificates,
// connections, and what to make of answers.
package destination

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/liveload/liveload/suggest"
)

// ErrUnreadable says that an address makes no sense. It does not repeat the address, in which there may be a password.
var ErrUnreadable = errors.New("it cannot be read")

// Options reads what comes after the ? in the address of a kind of server, such as "InfluxDB". An option that is not
// among the known ones is an error; one that looks like a part of a password is ErrUnreadable.
func Options(server, query string, known []string) (url.Values, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, ErrUnreadable
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		switch is := slices.Contains(known, name); {
		case strings.ContainsAny(name, "@:/"), !is && values.Get(name) == "": // it may be a secret itself
			return nil, ErrUnreadable
		case !is:
			return nil, unknown(server, name, known)
		}
	}
	return values, nil
}

func unknown(server, name string, known []string) error {
	if likely := suggest.Closest(name, known); likely != "" {
		return fmt.Errorf("the address of %s has no option %q: did you mean %q?", server, name, likely)
	}
	return fmt.Errorf("the address of %s has no option %q: it has %s", server, name, strings.Join(known, ", "))
}

// Flag returns an option that is true or false, and otherwise when it is not there.
func Flag(server string, options url.Values, name string, otherwise bool) (bool, error) {
	if !options.Has(name) {
		return otherwise, nil
	}
	value, err := strconv.ParseBool(options.Get(name))
	if err != nil {
		return false, fmt.Errorf("%s=%s in the address of %s: write true or false", name, options.Get(name), server)
	}
	return value, nil
}

// First returns the first of some environment variables that is set, "" when none is.
func First(env func(name string) string, variables ...string) string {
	for _, name := range variables {
		if value := strings.TrimSpace(env(name)); value != "" {
			return value
		}
	}
	return ""
}
