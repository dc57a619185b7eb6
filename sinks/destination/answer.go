package destination

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode"
)

// longestReason is how much of an answer is shown, in bytes. A proxy may answer with a page.
const longestReason = 300

// Secrets are what no text may contain.
type Secrets []string

// Hide takes the secrets out of a text of others.
func (s Secrets) Hide(text string) string {
	for _, secret := range s {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "***")
		}
	}
	return text
}

// Reason makes one short line without secrets of what a server says. No character of it moves the cursor of a terminal.
func (s Secrets) Reason(text string) string {
	words := strings.FieldsFunc(strings.ToValidUTF8(text, ""), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
	text = s.Hide(strings.Join(words, " "))
	if len(text) > longestReason {
		text = strings.ToValidUTF8(text[:longestReason], "") + "..."
	}
	return text
}

// ErrSpeaksFirst is what a server does that waits for no request, as those for gRPC do.
var ErrSpeaksFirst = errors.New("it sends something before it is asked")

// NoAnswer returns why there is no answer. The error of a client would repeat the whole address, and that of a connection
// which broke before the request was sent would name a function of net/http.
func NoAnswer(err error) error {
	var at *url.Error
	if errors.As(err, &at) {
		err = at.Err
	}
	for e := err; e != nil; e = errors.Unwrap(e) {
		if !strings.HasPrefix(e.Error(), "readLoopPeekFailLocked: ") {
			continue
		}
		if why := errors.Unwrap(e); why != nil {
			return why
		}
		return ErrSpeaksFirst
	}
	return err
}

// RetryAfter returns how long a server asks to wait, 0 when it does not say.
func RetryAfter(header http.Header) time.Duration {
	text := header.Get("Retry-After")
	if seconds, err := strconv.Atoi(text); err == nil {
		return max(time.Duration(seconds)*time.Second, 0)
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(time.Until(at), 0)
	}
	return 0
}

// Unreachable says what to do about a server of some kind that did not answer, "" when that is not known. It follows
// the error.
func Unreachable(ctx context.Context, server string, err error) string {
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return ". Nothing listens there: start " + server + ", or check host and port"
	case errors.As(err, &certificate):
		return ". Name the file with the certificate of its authority, ?ca=FILE, or do without checking it, ?insecure=true"
	case strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return ". It does not speak TLS: write http://"
	case ctx.Err() != nil:
		return ". Check host and port, and what stands between"
	}
	return ""
}
