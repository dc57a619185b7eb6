package providers

import (
	"errors"
	"fmt"
	"strings"
)

// mostNamed is how many machines one line names.
const mostNamed = 3

// Failures joins what went wrong with machines, each of which has an error or nil at the same place of errs. Those that
// failed for the same reason share a line, since there may be a thousand.
func Failures(doing string, machines []Machine, errs []error) error {
	names := map[string][]string{} // by reason
	var first []error
	for i, err := range errs {
		if err == nil {
			continue
		}
		if names[err.Error()] == nil {
			first = append(first, err)
		}
		names[err.Error()] = append(names[err.Error()], machines[i].Name)
	}
	var all []error
	for _, err := range first {
		all = append(all, fmt.Errorf("%s %s: %w", doing, named(names[err.Error()]), err))
	}
	return errors.Join(all...)
}

// named names the first machines and counts the others.
func named(names []string) string {
	if len(names) <= mostNamed {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:mostNamed], ", "), len(names)-mostNamed)
}
