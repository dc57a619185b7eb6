package readable

import (
	"strconv"

	"github.com/liveload/liveload/excerpt"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/plaintext"
)

// mostOfLine is how many bytes of a message fit into a line that people read.
const mostOfLine = 600

// MessageOf is the first message of a cause of failures, or the cause in words when no sample of it was kept.
func MessageOf(cause metrics.FailureCause) string {
	if len(cause.Samples) > 0 {
		return plaintext.Line(excerpt.To(cause.Samples[0].ReasonInspect, mostOfLine))
	}
	if cause.Reason == metrics.OtherLabel {
		return "causes that are not told apart, since there were too many"
	}
	said, reason := plaintext.Line(cause.Target), plaintext.Line(cause.Reason)
	switch {
	case said == "":
		said = reason
	case reason != "":
		said += ": " + reason
	}
	if cause.Step != "" {
		said = "in step " + strconv.Quote(plaintext.Line(cause.Step)) + ": " + said
	}
	return said
}
