// Package sandbox decides whether Chromium runs with its sandbox, so that a run and `liveload doctor` decide alike. It
// starts no browser.
package sandbox

import "os"

// Variable is the environment variable for machines on which Chromium's sandbox does not work. With IfNeeded it is left
// out where the system refuses it, with any other value always.
const (
	Variable = "LIVELOAD_NO_SANDBOX"
	IfNeeded = "if-needed"
)

// On says whether Chromium uses its sandbox, and if not, why. Pages see no difference.
func On() (on bool, why string) { return decide(os.Geteuid(), os.Getenv(Variable), Refused) }

func decide(uid int, wish string, refused func() error) (on bool, why string) {
	if uid == 0 {
		return false, "root runs liveload, for whom Chromium has none"
	}
	if wish == "" {
		return true, ""
	}
	if wish != IfNeeded {
		return false, Variable + " is set"
	}
	if err := refused(); err != nil {
		return false, err.Error()
	}
	return true, ""
}
