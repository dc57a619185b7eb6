package browserpool

import (
	"fmt"
	"strings"
)

// IsFileURL reports whether a browser takes an address for a file of the machine.
func IsFileURL(address string) bool {
	address = strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(address) // browsers leave them out
	address = strings.ToLower(address)
	for {
		address = strings.TrimLeftFunc(address, func(r rune) bool { return r <= ' ' })
		inner, ok := strings.CutPrefix(address, "view-source:")
		if !ok {
			return strings.HasPrefix(address, "file:") || strings.HasPrefix(address, "filesystem:file:")
		}
		address = inner
	}
}

// FileURLError is why a session does not open a file of the machine.
func FileURLError(address string) error {
	return &PageError{Message: fmt.Sprintf("cannot open %q: a page of a file could read every file of this machine; --allow-file-urls allows it", address)}
}
