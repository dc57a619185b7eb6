package remotewrite

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/liveload/liveload/sinks/destination"
	"github.com/liveload/liveload/sinks/pump"
)

// A reply is an answer that is no success.
type reply struct {
	status   int
	reason   string // without secrets
	location string // where it redirects to
	after    time.Duration
}

func (r *reply) Error() string { return fmt.Sprintf("%d: %s", r.status, r.reason) }

func (t target) replyOf(response *http.Response, text string) *reply {
	if strings.TrimSpace(text) == "" {
		text = http.StatusText(response.StatusCode)
	}
	location, _, _ := strings.Cut(response.Header.Get("Location"), "?")
	return &reply{
		status: response.StatusCode, reason: t.secrets.Reason(text), location: t.secrets.Reason(location),
		after: destination.RetryAfter(response.Header),
	}
}

// isOutOfOrder says whether the server has a newer sample of a series already, so that it has this one too: they are sent
// in order. Thanos says so with the status 409.
func isOutOfOrder(err error) bool {
	var r *reply
	return errors.As(err, &r) && (r.status == http.StatusConflict || r.refuses("out of order"))
}

// isDuplicate says whether the server has a sample with the same time. No Prometheus knows again the end of a histogram,
// which is not a number.
func isDuplicate(err error) bool {
	var r *reply
	return errors.As(err, &r) && (r.refuses("duplicate sample") || r.refuses("duplicate timestamp"))
}

func (r *reply) refuses(why string) bool {
	return r.status == http.StatusBadRequest && strings.Contains(strings.ReplaceAll(strings.ToLower(r.reason), "-", " "), why)
}

// classify says what the Pump should do about a failed write.
func (o *Output) classify(err error) error {
	var r *reply
	if err == nil || !errors.As(err, &r) {
		return wrap(o.url, err)
	}
	switch {
	case r.status == http.StatusTooManyRequests || r.status == http.StatusServiceUnavailable:
		return &pump.BusyError{Reason: r.Error(), RetryAfter: r.after}
	case r.status < 400, r.status == http.StatusUnauthorized, r.status == http.StatusForbidden, r.status == http.StatusNotFound, r.status == http.StatusMethodNotAllowed:
		return &pump.RefusedError{Reason: r.Error(), Everything: true}
	case r.status < 500 && r.status != http.StatusRequestTimeout:
		return &pump.RefusedError{Reason: r.Error()}
	}
	return wrap(o.url, err)
}

func wrap(url string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("write to %s: %w", url, err)
}

// explain says what to do about a check that failed.
func (o *Output) explain(ctx context.Context, err error) error {
	var r *reply
	if !errors.As(err, &r) {
		return fmt.Errorf("no Prometheus answers at %s: %w%s", o.url, err, destination.Unreachable(ctx, "Prometheus", err))
	}
	return fmt.Errorf("%s does not take a sample (%w): %s", o.url, r, o.advice(r))
}

func (o *Output) advice(r *reply) string {
	says := func(text string) bool { return strings.Contains(r.reason, text) }
	switch {
	case r.status < 400:
		return "the server redirects; use that address instead: " + r.location
	case says("remote write receiver"):
		return "start Prometheus with --web.enable-remote-write-receiver"
	case says("native histograms are disabled"):
		return "start Prometheus with --enable-feature=native-histograms, or write ?native=false, with which histograms are counts, sums and quantiles"
	case says("no org id"):
		return "name a tenant: ?header=X-Scope-OrgID=TENANT or " + headersVariable
	case r.status == http.StatusUnauthorized && o.headers.Get("Authorization") == "":
		return "it requires authentication: USER:PASSWORD@ before the host, ?token=TOKEN, or " + userVariable + ", " + passwordVariable + ", " + tokenVariable
	case r.status == http.StatusUnauthorized:
		return "check user and password, or the token"
	case r.status == http.StatusForbidden:
		return "use credentials that may write there"
	case r.status == http.StatusNotFound || r.status == http.StatusMethodNotAllowed:
		return "nobody takes remote write under this path; that of Prometheus is " + defaultPath
	}
	return "its log may say more"
}
