// Package junit is the sink that reports a run to a CI system: a JUnit XML file with a test suite for
// each scenario, in it a test case for the scenario itself and one for each of its thresholds.
package junit

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/threshold"
	"github.com/liveload/liveload/sinks/plaintext"
	"github.com/liveload/liveload/sinks/verdict"
	"github.com/liveload/liveload/sinks/wholefile"
)

// New returns a sink that writes to path.
func New(path string) *wholefile.Sink {
	return wholefile.New(path, "the JUnit file", "junit.xml", write)
}

// The elements of the file. CI systems agree on these; the order of the attributes is the usual one.
type (
	suites struct {
		XMLName  xml.Name `xml:"testsuites"`
		Name     string   `xml:"name,attr"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Errors   int      `xml:"errors,attr"`
		Skipped  int      `xml:"skipped,attr,omitempty"`
		Time     string   `xml:"time,attr"`
		Suites   []suite  `xml:"testsuite"`
	}
	suite struct {
		Name      string     `xml:"name,attr"`
		Tests     int        `xml:"tests,attr"`
		Failures  int        `xml:"failures,attr"`
		Errors    int        `xml:"errors,attr"`
		Skipped   int        `xml:"skipped,attr,omitempty"`
		Time      string     `xml:"time,attr"`
		Timestamp string     `xml:"timestamp,attr,omitempty"`
		Hostname  string     `xml:"hostname,attr,omitempty"`
		Cases     []testCase `xml:"testcase"`
		Output    string     `xml:"system-out,omitempty"`
	}
	testCase struct {
		Name      string   `xml:"name,attr"`
		ClassName string   `xml:"classname,attr"`
		Time      string   `xml:"time,attr"`
		Failure   *problem `xml:"failure"`
		Error     *problem `xml:"error"`
		Skipped   *skipped `xml:"skipped"`
	}
	skipped struct {
		Message string `xml:"message,attr"`
	}
	problem struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

func write(w io.Writer, results []metrics.Result) error {
	all := suites{Name: "liveload"}
	for _, r := range results {
		s := suiteOf(r)
		all.Suites = append(all.Suites, s)
		all.Tests, all.Failures, all.Errors, all.Skipped = all.Tests+s.Tests, all.Failures+s.Failures, all.Errors+s.Errors, all.Skipped+s.Skipped
	}
	all.Time = seconds(lasted(results))
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func suiteOf(r metrics.Result) suite {
	s := suite{Name: r.Name, Time: seconds(elapsed(r)), Hostname: r.Labels["host"], Output: strings.Join(remarks(r), "\n")}
	if !r.GeneratedAt.IsZero() {
		s.Timestamp = r.GeneratedAt.Add(-elapsed(r)).UTC().Format("2006-01-02T15:04:05")
	}
	s.Cases = append(s.Cases, scenarioCase(r))
	if r.Limit != nil {
		s.Cases = append(s.Cases, limitCase(r))
	}
	for _, o := range r.Thresholds {
		s.Cases = append(s.Cases, thresholdCase(&r, o))
	}
	for _, c := range s.Cases {
		s.Tests++
		if c.Failure != nil {
			s.Failures++
		}
		if c.Error != nil {
			s.Errors++
		}
		if c.Skipped != nil {
			s.Skipped++
		}
	}
	return s
}

// scenarioCase says whether the scenario could run to its end, and whether anything of it succeeded.
func scenarioCase(r metrics.Result) testCase {
	c := testCase{Name: "the scenario runs", ClassName: r.Name, Time: seconds(elapsed(r))}
	failed := r.Global.Counters[metrics.IterationFailures.Name].Aggregate + r.Global.Users.Failed
	switch {
	case r.Error != "":
		c.Error = &problem{Message: "the scenario could not run", Type: "error", Text: r.Error}
	case r.Global.Counters[metrics.Iterations.Name].By["ok"] == 0 && failed > 0:
		c.Failure = &problem{Message: "no iteration succeeded", Type: "failure", Text: strings.Join(failures(r.Global), "\n")}
	case verdict.TooMany(&r) != "":
		c.Failure = &problem{Message: verdict.TooMany(&r), Type: "failure", Text: strings.Join(failures(r.Global), "\n")}
	case r.LostAllNodes() && r.PartOf == 0 && r.Limit == nil:
		c.Failure = &problem{Message: "every node was lost", Type: "failure"}
	case r.CutShort != nil:
		c.Error = &problem{Message: fmt.Sprintf("the run was cut short: liveload died %v after its start", r.CutShort.After()), Type: "cut short"}
	case r.Interrupted:
		c.Error = &problem{Message: "the run was interrupted", Type: "interrupted"}
	case r.MeasuredNothing():
		c.Failure = &problem{Message: "nothing was measured: no iteration has ended", Type: "failure"}
	}
	return c
}

// limitCase says whether a search found a load that holds.
func limitCase(r metrics.Result) testCase {
	c := testCase{Name: "a load holds", ClassName: r.Name, Time: seconds(elapsed(r))}
	if r.Limit.Held == nil {
		message := "not even the first load held"
		if len(r.Limit.Steps) == 0 {
			message = "no load was judged"
		}
		c.Failure = &problem{Message: message, Type: "limit", Text: r.Limit.Statement}
	}
	return c
}

// thresholdCase says whether a threshold was met, of a run that is not dead.
func thresholdCase(r *metrics.Result, o metrics.ThresholdOutcome) testCase {
	c := testCase{Name: o.Metric + ": " + o.Expression, ClassName: r.Name, Time: seconds(0)}
	if dead := r.Dead(); o.OK && dead != "" {
		c.Skipped = &skipped{"it says nothing: " + dead}
	}
	if !o.OK {
		message := "expected " + o.Expression + ", measured " + threshold.Describe(o)
		if o.Value == nil {
			message = "expected " + o.Expression + ", but it was never measured"
		}
		c.Failure = &problem{Message: message, Type: "threshold", Text: o.Metric + ": " + message}
	}
	return c
}

// remarks lists what else there is to know about the run.
func remarks(r metrics.Result) []string {
	var lines []string
	if r.Error == "" {
		iterations := r.Global.Counters[metrics.Iterations.Name].Aggregate
		lines = append(lines, fmt.Sprintf("%s ok, %d failed; %s", plaintext.Plural(r.Global.Users.Succeeded, "user"), r.Global.Users.Failed, plaintext.Plural(iterations, "iteration")))
		lines = append(lines, failures(r.Global)...)
		lines = append(lines, troubles(r)...)
	}
	if r.Limit != nil {
		lines = append(lines, r.Limit.Statement)
	}
	if r.Health.Saturated {
		lines = append(lines, "the load generator was saturated: its latencies measure it, not the application alone")
		lines = append(lines, r.Health.Reasons...)
	}
	return append(lines, r.Health.Notes...)
}

// troubles lists requests and checks that have failed.
func troubles(r metrics.Result) []string {
	var lines []string
	for _, f := range r.FailedRequests() {
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("failed request: %s x%d %s", f.What, f.Count, plaintext.Line(f.Where))))
	}
	for _, f := range r.FailedChecks() {
		lines = append(lines, fmt.Sprintf("failed check: %s x%d of %d", plaintext.Line(f.Name), f.Count, f.Total))
	}
	if more := len(lines) - maxFailures; more > 0 {
		lines = append(lines[:maxFailures], fmt.Sprintf("and %d more", more))
	}
	return lines
}

// maxFailures is how many causes of failures are listed.
const maxFailures = 50

// failures lists the causes of failed iterations, the most frequent first, each with its count and first message.
func failures(g metrics.ScenarioResult) []string {
	var lines []string
	causes := g.FailureCauses()
	for i, cause := range causes {
		if i == maxFailures {
			lines = append(lines, "and "+plaintext.Plural(int64(len(causes)-i), "other cause"))
			break
		}
		line := cause.Class + " x" + strconv.FormatInt(cause.Count, 10)
		if len(cause.Samples) > 0 {
			line += ": " + plaintext.Line(cause.Samples[0].ReasonInspect)
		}
		lines = append(lines, line)
	}
	return lines
}

func elapsed(r metrics.Result) time.Duration {
	return time.Duration(r.Global.ElapsedMS) * time.Millisecond
}

// lasted is the time from the start of the first scenario to the end of the last one: some of them run side
// by side. Those that could not run took none.
func lasted(results []metrics.Result) time.Duration {
	var from, to time.Time
	for _, r := range results {
		if r.GeneratedAt.IsZero() {
			continue
		}
		if start := r.GeneratedAt.Add(-elapsed(r)); from.IsZero() || start.Before(from) {
			from = start
		}
		if r.GeneratedAt.After(to) {
			to = r.GeneratedAt
		}
	}
	return to.Sub(from)
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) }
