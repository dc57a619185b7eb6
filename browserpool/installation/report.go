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

func (s Status) report(name, fix, format string, args ...any) Report {
	return Report{Name: name, Status: s, Detail: fmt.Sprintf(format, args...), Fix: fix}
}
