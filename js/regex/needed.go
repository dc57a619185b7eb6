package regex

import "strings"

// Needed says whether goja would run a regular expression in another way than the language defines: with Unicode or indices,
// with lines that end with more than \n, with the boundaries of words that goja takes for Unicode's, with what looks behind or names
// groups, with flags for a part, with a group that is emptied in each iteration.
func Needed(pattern, flags string) bool {
	switch {
	case strings.ContainsAny(flags, "uvd"),
		strings.Contains(flags, "m") && strings.ContainsAny(pattern, "^$"),
		strings.Contains(pattern, "(?<"), strings.Contains(pattern, `\b`), strings.Contains(pattern, `\B`):
		return true
	}
	for rest := pattern; ; {
		_, after, found := strings.Cut(rest, "(?")
		if !found {
			break
		}
		if after != "" && strings.ContainsRune("ims-", rune(after[0])) {
			return true
		}
		rest = after
	}
	return repeatsGroups(pattern)
}

// repeatsGroups says whether a group that captures is within one that is repeated, or is itself, and may match no text.
func repeatsGroups(pattern string) bool {
	type open struct {
		at       int
		captures bool
		inside   int // groups that capture
	}
	var groups []open
	inClass := false
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '\\':
			i++
		case c == '[':
			inClass = true
		case c == ']':
			inClass = false
		case inClass:
		case c == '(':
			rest := pattern[i+1:]
			named := strings.HasPrefix(rest, "?<") && !strings.HasPrefix(rest, "?<=") && !strings.HasPrefix(rest, "?<!")
			groups = append(groups, open{at: i, captures: named || !strings.HasPrefix(rest, "?")})
		case c == ')' && len(groups) > 0:
			last := len(groups) - 1
			closed := groups[last]
			if repeated := i+1 < len(pattern) && strings.IndexByte("*+{", pattern[i+1]) >= 0; repeated {
				mayBeEmpty := i == closed.at+1 || strings.ContainsAny(pattern[closed.at+1:i], "*?{|^$")
				if closed.inside > 0 || closed.captures && mayBeEmpty {
					return true
				}
			}
			groups = groups[:last]
			if closed.captures {
				closed.inside++
			}
			if last > 0 {
				groups[last-1].inside += closed.inside
			}
		}
	}
	return false
}
