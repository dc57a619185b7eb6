package objects

import (
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	pw "github.com/playwright-community/playwright-go"
)

// A Requested is a request that a script has made with page.request or context.request.
type Requested struct {
	URL    string // that was asked for
	Status int    // of the answer; 0 when there was none
	Took   time.Duration
	Reason string // why there was none, as a value of metrics.HTTPRequestFailures
}

// asking measures a request of an APIRequestContext: no page knows of it.
func asking(o object, in []reflect.Value, _ time.Duration, run func() (any, error)) (any, error) {
	began := time.Now()
	out, err := run()
	made := Requested{Took: time.Since(began)}
	if len(in) > 0 {
		made.URL, _ = in[0].Interface().(string)
	}
	var response pw.APIResponse
	if answer, ok := out.(object); ok {
		response, _ = answer.value.(pw.APIResponse)
	}
	switch {
	case response != nil:
		made.Status = response.Status()
		if !strings.Contains(made.URL, "://") { // it starts from the option baseURL
			made.URL = response.URL()
		}
	case err != nil:
		if strings.Contains(err.Error(), "Invalid URL") { // nothing was sent
			return out, err
		}
		made.Status, made.Reason = whyNot(err.Error())
	}
	o.hub.requested(made)
	return out, err
}

// failedStatus matches the message of a status that the option failOnStatusCode made an error.
var failedStatus = regexp.MustCompile(`: ([45]\d\d) [A-Z]`)

// whyNot reads the message of a request that failed.
func whyNot(text string) (status int, reason string) {
	if code := failedStatus.FindStringSubmatch(text); code != nil {
		status, _ = strconv.Atoi(code[1]) // three digits
		return status, ""
	}
	for _, known := range []struct{ said, reason string }{
		{"ECONNREFUSED", "refused"}, {"ENOTFOUND", "name not found"}, {"EAI_AGAIN", "name not found"},
		{"Timeout", "timeout"}, {"ETIMEDOUT", "timeout"}, {"timed out", "timeout"},
		{"ECONNRESET", "network"}, {"hang up", "network"}, {"closed", "aborted"},
	} {
		if strings.Contains(text, known.said) {
			return 0, known.reason
		}
	}
	return 0, "error"
}
