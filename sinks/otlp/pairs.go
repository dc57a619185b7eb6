package otlp

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/http/httpguts"
)

// A pair is a header, or an attribute of the resource.
type pair struct{ name, value string }

// parsePairs reads NAME=VALUE,NAME=VALUE, percent-encoded like the baggage header of the W3C; where is the variable that
// it comes from. A name that comes again replaces the one before. Errors have no values, which may be secrets.
func parsePairs(where, text string) (all []pair, err error) {
	for n, entry := range strings.Split(text, ",") {
		if strings.TrimSpace(entry) == "" {
			continue
		}
		name, value, ok := strings.Cut(entry, "=")
		one := pair{strings.TrimSpace(name), strings.TrimSpace(value)}
		if !ok || one.name == "" {
			return nil, fmt.Errorf("%s: entry %d is not NAME=VALUE; write NAME=VALUE,NAME=VALUE, with %%2C for a comma in a value", where, n+1)
		}
		for _, part := range []*string{&one.name, &one.value} {
			if *part, err = url.PathUnescape(*part); err != nil {
				return nil, fmt.Errorf("%s: entry %d has a %% without two hexadecimal digits behind it; write %%25 for %%", where, n+1)
			}
			if !utf8.ValidString(*part) {
				return nil, fmt.Errorf("%s: entry %d is not UTF-8", where, n+1)
			}
		}
		all = with(all, one)
	}
	return all, nil
}

// with adds a pair, in the place of one with the same name.
func with(all []pair, one pair) []pair {
	return append(slices.DeleteFunc(all, func(known pair) bool { return known.name == one.name }), one)
}

// ownHeaders are what liveload or the protocol sets.
var ownHeaders = []string{"Connection", "Content-Encoding", "Content-Length", "Content-Type", "Host", "Te", "Transfer-Encoding"}

// parseHeaders reads headers that HTTP and gRPC can carry.
func parseHeaders(where, text string) (all []pair, err error) {
	given, err := parsePairs(where, text)
	if err != nil {
		return nil, err
	}
	for n, header := range given {
		switch name := http.CanonicalHeaderKey(header.name); {
		case !httpguts.ValidHeaderFieldName(header.name):
			return nil, fmt.Errorf("%s: the name of header %d has characters that no header may have", where, n+1)
		case slices.Contains(ownHeaders, name), strings.HasPrefix(name, "Grpc-"):
			return nil, fmt.Errorf("%s: %s cannot be set: leave it out", where, header.name)
		case strings.ContainsFunc(header.value, func(r rune) bool { return r < ' ' || r > '~' }):
			return nil, fmt.Errorf("%s: the value of %s has characters that no header may have", where, header.name)
		}
		all = with(all, pair{strings.ToLower(header.name), header.value}) // as gRPC wants it
	}
	return all, nil
}
