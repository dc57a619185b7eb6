package cdp

import (
	"bytes"
	"strconv"

	"github.com/go-json-experiment/json"
)

// firstID is where our ids begin. The browser sends answers back under their ids, which are 32 bits for it; other clients
// count from 1.
const firstID = 1 << 30

// id is that of our n-th call.
func id(n int64) int64 { return firstID + n%firstID }

var (
	answerBegins = []byte(`{"id":`)
	eventBegins  = []byte(`{"method":`)
	sessionEnds  = []byte(`,"sessionId":"`)
)

func isEvent(message []byte) bool { return bytes.HasPrefix(message, eventBegins) }

// answers returns the id of a message that begins with one, as answers do.
func answers(message []byte) int64 {
	digits, ok := bytes.CutPrefix(message, answerBegins)
	if !ok {
		return 0
	}
	end := bytes.IndexAny(digits, ",}")
	if end < 0 {
		return 0
	}
	n, err := strconv.ParseInt(string(digits[:end]), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// sessionOf returns the session that a message of the browser is about, empty for the browser itself. Chromium writes it
// last. Nothing in a message can look like that: of JSON that ends in ,"sessionId":"AB"} the quote after the comma begins
// a key of the outermost object, since within a text it would have a backslash.
func sessionOf(message []byte) ([]byte, error) {
	if name, ok := lastSession(message); ok {
		return name, nil
	}
	var envelope struct {
		SessionID string `json:"sessionId"`
	}
	err := json.Unmarshal(message, &envelope, lenient)
	return []byte(envelope.SessionID), err
}

func lastSession(message []byte) ([]byte, bool) {
	rest, ok := bytes.CutSuffix(message, []byte(`"}`))
	if !ok {
		return nil, false
	}
	start := len(rest)
	for start > 0 && alphanumeric(rest[start-1]) {
		start--
	}
	return rest[start:], bytes.HasSuffix(rest[:start], sessionEnds)
}

func alphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
}
