package browserpool

import (
	"regexp"
	"time"
)

// A Frame is a message between a page's LiveView and its server, over WebSocket or long poll.
type Frame struct {
	Time  time.Time
	Sent  bool // by the page
	Bytes int
	URL   string // of the socket, without its query
	Text  string // the beginning; "" for a binary frame
}

// Secrets of a frame: tokens of Phoenix and of forms, and fields that are called like a password.
var (
	secretJSON = regexp.MustCompile(`("(?:session|static|_csrf_token|[^"]*(?i:passw|secret|token)[^"]*)":")(?:[^"\\]|\\.)*`)
	secretForm = regexp.MustCompile(`((?:^|[&"?])[\w\[\].%-]*(?i:passw|secret|token)[\w\[\].%-]*=)[^&"]*`)
)

// HideSecrets returns the text of a frame without passwords and tokens.
func HideSecrets(text string) string {
	return secretForm.ReplaceAllString(secretJSON.ReplaceAllString(text, "${1}…"), "${1}…")
}
