package session

import (
	"context"
	"fmt"
	"strings"

	"github.com/liveload/liveload/browserpool/cdp"
)

// blockRequests has the browser itself abort requests of the main page. Playwright's routes would make
// the browser forget its cache and would ask the driver about every request.
func (s *session) blockRequests(ctx context.Context, conn *cdp.Conn, target string) error {
	if len(s.blocked) == 0 {
		return nil
	}
	if err := conn.Call(ctx, target, "Network.enable", map[string]any{"maxTotalBufferSize": 0, "maxResourceBufferSize": 0}, nil); err != nil {
		return err
	}
	return conn.Call(ctx, target, "Network.setBlockedURLs", map[string]any{"urls": s.blocked}, nil)
}

// wildcards turns globs into patterns in which * is anything, slashes too, and nothing else is special.
func wildcards(globs []string) ([]string, error) {
	var patterns []string
	for _, glob := range globs {
		if strings.Count(glob, "{") != strings.Count(glob, "}") {
			return nil, fmt.Errorf("block %q: it has an open brace: close it with }", glob)
		}
		for _, choice := range choices(glob) {
			for strings.Contains(choice, "**") {
				choice = strings.ReplaceAll(choice, "**", "*")
			}
			patterns = append(patterns, strings.ReplaceAll(choice, "*/", "*"))
		}
	}
	return patterns, nil
}

// choices writes out the first {a,b} of a glob, and then those that follow.
func choices(glob string) []string {
	before, rest, found := strings.Cut(glob, "{")
	inside, after, closed := strings.Cut(rest, "}")
	if !found || !closed {
		return []string{glob}
	}
	var all []string
	for _, choice := range strings.Split(inside, ",") {
		all = append(all, choices(before+choice+after)...)
	}
	return all
}
