package main

import (
	"errors"
	"strconv"
	"strings"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/verdict"
)

const (
	maxFailuresFlag = "max-failures"
	// defaultMaxFailures is the share of failures that no run calls a success when nobody says another one.
	defaultMaxFailures = 0.5
)

// A failuresError says that more failed than --max-failures permits.
type failuresError struct{ statement string }

func (e *failuresError) Error() string { return e.statement }

// maxFailures reads which share of failures is too many; nil is none.
func (r *flagReader) maxFailures() *float64 {
	text := r.text(maxFailuresFlag)
	switch text {
	case "":
		return new(defaultMaxFailures)
	case "off":
		return nil
	}
	number, percent := strings.CutSuffix(text, "%")
	n, err := strconv.ParseFloat(number, 64)
	if !percent || err != nil || !(0 <= n && n <= 100) {
		r.refuse(maxFailuresFlag, "is %q, but must be a share from 0%% to 100%%, such as 5%%, or off", text)
		return nil
	}
	return new(n / 100)
}

// judgeFailures refuses a run in which too much failed.
func judgeFailures(results []metrics.Result) error {
	var all []error
	for i := range results {
		if many := verdict.TooMany(&results[i]); many != "" {
			all = append(all, &failuresError{results[i].Name + ": " + many + " (--" + maxFailuresFlag + ")"})
		}
	}
	return errors.Join(all...)
}
