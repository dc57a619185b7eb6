package influxdb

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	influxhttp "github.com/influxdata/influxdb-client-go/v2/api/http"

	"github.com/liveload/liveload/sinks/destination"
	"github.com/liveload/liveload/sinks/pump"
)

// A reply is what a server answered, or why there is no answer.
type reply struct {
	status   int // 0 when there is none
	reason   string
	location string // where it redirects to
	after    time.Duration
	err      error // when there is no answer
}

func (t target) replyOf(err error) reply {
	var refused *influxhttp.Error
	if !errors.As(err, &refused) || refused.StatusCode == 0 {
		return reply{err: destination.NoAnswer(err)}
	}
	reason := refused.Message
	if reason == "" {
		reason = http.StatusText(refused.StatusCode)
	}
	return reply{
		status: refused.StatusCode, reason: t.secrets.Reason(reason), location: refused.Header.Get("Location"),
		after: time.Duration(refused.RetryAfter) * time.Second,
	}
}

// noRetentionPolicy is what InfluxDB 1 says about one, with the status 500.
const noRetentionPolicy = "retention policy not found"

// classify says what the Pump should do about a failed write.
func (o *Output) classify(err error) error {
	r := o.replyOf(err)
	reason := fmt.Sprintf("%d: %s", r.status, r.reason)
	switch {
	case r.status == 0:
		return fmt.Errorf("write to InfluxDB at %s: %w", o.server, r.err)
	case r.status == http.StatusTooManyRequests || r.status == http.StatusServiceUnavailable:
		return &pump.BusyError{Reason: reason, RetryAfter: r.after}
	case r.status < 400, r.status == http.StatusUnauthorized, r.status == http.StatusForbidden, r.status == http.StatusNotFound,
		strings.Contains(r.reason, noRetentionPolicy):
		return &pump.RefusedError{Reason: reason, Everything: true}
	case dropped(r.reason) > 0:
		return &pump.PartialError{Lost: dropped(r.reason), Reason: reason}
	case r.status < 500 && r.status != http.StatusRequestTimeout:
		return &pump.RefusedError{Reason: reason}
	}
	return fmt.Errorf("write to InfluxDB at %s: %s", o.server, reason)
}

// partialWrite is how a server says how many points of a batch it has not taken. When it does not know, it says 0.
var partialWrite = regexp.MustCompile(`partial write: .* dropped=(\d{1,9})\b`)

func dropped(reason string) int64 {
	found := partialWrite.FindStringSubmatch(reason)
	if found == nil {
		return 0
	}
	n, _ := strconv.ParseInt(found[1], 10, 64) // digits
	return n
}

// explain says what to do about a check that failed.
func (o *Output) explain(ctx context.Context, err error) error {
	r := o.replyOf(err)
	if r.status == 0 {
		return fmt.Errorf("InfluxDB at %s does not answer: %w%s", o.server, r.err, destination.Unreachable(ctx, product, r.err))
	}
	return fmt.Errorf("InfluxDB at %s does not take a point for bucket %s (%d: %s): %s", o.server, o.bucket, r.status, r.reason, o.advice(r))
}

func (o *Output) advice(r reply) string {
	database, policy, _ := strings.Cut(o.bucket, "/")
	switch {
	case r.status < 400:
		return "the server redirects; use that address instead: " + o.secrets.Hide(strings.Split(r.location, "?")[0])
	case r.status == http.StatusUnauthorized && o.authorization == "":
		return "it requires authentication: USER:PASSWORD@ before the host for InfluxDB 1, ?token=TOKEN or INFLUX_TOKEN for 2 and 3"
	case r.status == http.StatusUnauthorized && strings.HasPrefix(o.authorization, "Basic"):
		return `check user and password; in InfluxDB 1 an administrator creates one: influx -execute "CREATE USER liveload WITH PASSWORD 'PASSWORD'"; ` +
			"InfluxDB 2 and 3 want a token instead, ?token=TOKEN or INFLUX_TOKEN"
	case r.status == http.StatusUnauthorized:
		return "check the token, or create one: " + o.newToken() + "; InfluxDB 1 wants USER:PASSWORD@ before the host instead"
	case r.status == http.StatusForbidden:
		return fmt.Sprintf(`the user is known but may not write there; in InfluxDB 1 an administrator runs: GRANT WRITE ON %q TO "USER"`, database) +
			"; in 2 and 3 use a token that may write to the bucket: " + o.newToken()
	case strings.Contains(r.reason, "database not found"):
		return fmt.Sprintf("create the database: influx -execute 'CREATE DATABASE %q'", database)
	case strings.Contains(r.reason, noRetentionPolicy):
		return fmt.Sprintf("create it: influx -execute 'CREATE RETENTION POLICY %q ON %q DURATION 30d REPLICATION 1', or leave /%s out of the address", policy, database, policy)
	case strings.Contains(r.reason, "org"):
		return "name your organization, ?org=ORG or INFLUX_ORG; these exist: influx org list"
	case r.status == http.StatusNotFound && strings.Contains(r.reason, "bucket"):
		return "create the bucket: influx bucket create --name '" + o.bucket + "'" + o.orgFlag()
	case r.status == http.StatusNotFound:
		return "there is no InfluxDB at this address, or one before 1.8"
	}
	return "its log may say more"
}

// newToken is how to create a token that may write.
func (o *Output) newToken() string {
	return "influx auth create --write-buckets" + o.orgFlag() + " (InfluxDB 2), influxdb3 create token --admin (3)"
}

func (o *Output) orgFlag() string {
	if o.org == "" {
		return ""
	}
	return " --org '" + o.org + "'"
}
