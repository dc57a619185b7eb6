package destination

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestOptions(t *testing.T) {
	known := []string{"token", "native"}
	for query, want := range map[string]string{
		"token=a&native=false": "", "": "",
		"tokn=secret": `the address of X has no option "tokn": did you mean "token"?`,
		"zzz=secret":  `the address of X has no option "zzz": it has token, native`,
		"secret":      ErrUnreadable.Error(), "token": "", "secret@host": ErrUnreadable.Error(), "a=%zz": ErrUnreadable.Error(),
	} {
		if _, err := Options("X", query, known); err == nil && want != "" || err != nil && err.Error() != want {
			t.Errorf("%q: %v, want %q", query, err, want)
		}
	}
}

func TestReason(t *testing.T) {
	secrets := Secrets{"", "s3cret"}
	if got := secrets.Reason("  no s3cret\n\tis\x1b\xff shown "); got != "no *** is shown" {
		t.Errorf("Reason = %q", got)
	}
	long := secrets.Reason(strings.Repeat("ü", 200) + "s3cret")
	if want := strings.Repeat("ü", 150) + "..."; long != want {
		t.Errorf("Reason = %q", long)
	}
}

func TestRetryAfter(t *testing.T) {
	later := time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)
	for text, want := range map[string]time.Duration{"": 0, "7": 7 * time.Second, "-1": 0, "soon": 0, "Mon, 02 Jan 2006 15:04:05 GMT": 0, later: time.Hour} {
		if got := RetryAfter(http.Header{"Retry-After": {text}}); got > want || got < want-time.Minute {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestNoAnswerDoesNotRepeatTheAddress(t *testing.T) {
	cause := errors.New("refused")
	if err := NoAnswer(&url.Error{Op: "Post", URL: "http://x?token=secret", Err: cause}); err != cause {
		t.Errorf("NoAnswer = %v", err)
	}
}

// TestNoAnswer: nobody has to read the address again, or the names of functions of net/http.
func TestNoAnswer(t *testing.T) {
	alert := errors.New("remote error: tls: certificate required")
	broken := func(cause error) error {
		return &url.Error{Op: "Post", URL: "https://host", Err: fmt.Errorf("transport connection broken: %w", fmt.Errorf("readLoopPeekFailLocked: %w", cause))}
	}
	for want, err := range map[string]error{
		alert.Error():                   broken(alert),
		ErrSpeaksFirst.Error():          broken(nil),
		"connection refused":            &url.Error{Op: "Post", URL: "https://host", Err: errors.New("connection refused")},
		"the address cannot be read at": errors.New("the address cannot be read at"),
	} {
		if got := NoAnswer(err); got.Error() != want {
			t.Errorf("NoAnswer(%v) = %v", err, got)
		}
	}
}
