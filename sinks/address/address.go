// Package address reads what the addresses of outputs have in common.
package address

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/liveload/liveload/suggest"
)

// ErrUnreadable says that an address makes no sense. It does not repeat the address, in which there may be a password.
var ErrUnreadable = errors.New("it cannot be read")

// Options reads what stands behind the ? of the address of a kind of server, such as "InfluxDB". An option that is not
// among the known ones is an error; one that looks like a part of a password is ErrUnreadable.
func Options(server, query string, known []string) (map[string]string, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, ErrUnreadable
	}
	options := make(map[string]string)
	for _, name := range slices.Sorted(maps.Keys(values)) {
		switch {
		case strings.ContainsAny(name, "@:/"):
			return nil, ErrUnreadable
		case !slices.Contains(known, name):
			return nil, unknown(server, name, known)
		}
		options[name] = values.Get(name)
	}
	return options, nil
}

func unknown(server, name string, known []string) error {
	if likely := suggest.Closest(name, known); likely != "" {
		return fmt.Errorf("the address of %s has no option %q: did you mean %q?", server, name, likely)
	}
	return fmt.Errorf("the address of %s has no option %q: it has %s", server, name, strings.Join(known, ", "))
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
