package telemetry

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// An outcome is how a request ended, as the browser's log says it: with a status, or with an error of the network.
type outcome struct {
	status int    // 0 when there was no answer
	reason string // why not, as a value of metrics.HTTPRequestFailures
}

// outcomes are what the browser's log has said and no sample of the page has used yet. Pages are not told the status of
// every request that failed, the log is. Safe for concurrent use.
type outcomes struct {
	mu    sync.Mutex
	byURL map[string][]outcome
	order []string // addresses, the oldest first

	refused Refusal // the last one
}

// mostOutcomes bounds what is remembered: fetch and XHR that fail are in the log too, and need it not.
const mostOutcomes = 256

// A Refusal is how the connection of a page's WebSocket failed. Its zero value is that none did.
type Refusal struct {
	URL    string // without its query
	Reason string // "status 503", "refused", ...
	Times  int    // in a row
}

// String says it in a message.
func (r Refusal) String() string {
	times := "once"
	if r.Times > 1 {
		times = fmt.Sprintf("%d times", r.Times)
	}
	return fmt.Sprintf("the handshake of its socket %s failed %s: %s", r.URL, times, r.Reason)
}

var (
	answeredStatus = regexp.MustCompile(`(?:with a status of|Unexpected response code:) (\d{3})`)
	networkError   = regexp.MustCompile(`net::ERR_(\w+)`)
	socketFailed   = regexp.MustCompile(`^WebSocket connection to '([^']*)' failed: `)
)

// note takes an entry of the browser's log whose source is the network.
func (o *outcomes) note(text, url string) {
	found, ok := outcomeOf(text)
	if !ok {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if socket := socketFailed.FindStringSubmatch(text); socket != nil {
		url = withoutQuery(socket[1])
		o.refuse(url, found)
	}
	url, _, _ = strings.Cut(url, "#")
	if o.byURL == nil {
		o.byURL = make(map[string][]outcome)
	}
	if len(o.order) >= mostOutcomes {
		o.pop(o.order[0])
	}
	o.byURL[url] = append(o.byURL[url], found)
	o.order = append(o.order, url)
}

func (o *outcomes) refuse(url string, found outcome) {
	reason := found.label()
	if o.refused.URL != url || o.refused.Reason != reason {
		o.refused = Refusal{URL: url, Reason: reason}
	}
	o.refused.Times++
}

// label is the outcome as a value of metrics.WebSocketConnectionFailures.
func (o outcome) label() string {
	if o.status > 0 {
		return "status " + strconv.Itoa(o.status)
	}
	return o.reason
}

// take returns the oldest outcome of an address that was not taken yet.
func (o *outcomes) take(url string) (outcome, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.byURL[url]) == 0 {
		return outcome{}, false
	}
	return o.pop(url), true
}

// pop takes the oldest outcome of an address that has one. o.mu is held.
func (o *outcomes) pop(url string) outcome {
	all := o.byURL[url]
	if len(all) == 1 {
		delete(o.byURL, url)
	} else {
		o.byURL[url] = all[1:]
	}
	for i, known := range o.order {
		if known == url {
			o.order = append(o.order[:i], o.order[i+1:]...)
			break
		}
	}
	return all[0]
}

// outcomeOf reads what Chromium writes about requests and handshakes that failed.
func outcomeOf(text string) (outcome, bool) {
	if status := answeredStatus.FindStringSubmatch(text); status != nil {
		n, _ := strconv.Atoi(status[1]) // three digits
		return outcome{status: n}, true
	}
	if code := networkError.FindStringSubmatch(text); code != nil {
		return outcome{reason: reasonOf(code[1])}, true
	}
	if strings.Contains(text, "closed before the connection is established") {
		return outcome{reason: "aborted"}, true
	}
	return outcome{reason: "network"}, socketFailed.MatchString(text)
}

// reasonOf makes a reason of the end of an error such as net::ERR_CONNECTION_REFUSED.
func reasonOf(code string) string {
	switch code {
	case "CONNECTION_REFUSED":
		return "refused"
	case "NAME_NOT_RESOLVED", "NAME_RESOLUTION_FAILED":
		return "name not found"
	case "TIMED_OUT", "CONNECTION_TIMED_OUT":
		return "timeout"
	case "ABORTED":
		return "aborted"
	case "BLOCKED_BY_CLIENT":
		return "blocked"
	}
	return "network"
}

func withoutQuery(url string) string {
	if at := strings.IndexAny(url, "?#"); at >= 0 {
		return url[:at]
	}
	return url
}
