package browserpool

import "time"

// A Frame is a message between a page's LiveView and its server, over WebSocket or long poll.
type Frame struct {
	Time  time.Time
	Sent  bool // by the page
	Bytes int
	URL   string // of the socket, without its query
	Text  string // the beginning, with the secrets that are in it; "" for a binary frame
}
