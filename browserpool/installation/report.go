package installation

import "fmt"

// A Report is what Install did about one thing, or what Doctor found.
type Report struct {
	Name   string
	Status Status
	Detail string // what was done or found, or why it was not
	Fix    string // what a person can do about it; empty when there is nothing to do
}

// A Status says how a step of Install ended, or what Doctor thinks of one thing.
type Status string

// The statuses, first those of Install, then those of Doctor.
const (
	StatusDone    Status = "done"
	StatusAlready Status = "already" // there was nothing to do
	StatusFailed  Status = "failed"
	StatusSkipped Status = "skipped" // it was not wanted, or could not be tried

	StatusOK   Status = "ok"
	StatusWarn Status = "warn" // a run works, but not with many users
	StatusFail Status = "fail" // no run can work
)

// A step is one thing that is installed or examined: how it may end, and what helps when it went wrong.
type step struct {
	name, fix string
	good, bad Status
}

// report is the report of a step that gave err, or went well as the format says.
func (s step) report(err error, format string, args ...any) Report {
	if err != nil {
		return s.bad.report(s.name, s.fix, "%v", err)
	}
	return s.good.report(s.name, "", format, args...)
}

func (s Status) report(name, fix, format string, args ...any) Report {
	return Report{Name: name, Status: s, Detail: fmt.Sprintf(format, args...), Fix: fix}
}
