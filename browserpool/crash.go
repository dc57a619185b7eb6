package browserpool

import (
	"cmp"
	"fmt"

	"github.com/liveload/liveload/metrics"
)

// A Crash says how something ended that should not have.
type Crash struct {
	Process string // what ended, such as metrics.ProcessPage
	Cause   string // why, such as metrics.CrashMemory
	Detail  string // what else is known, such as "SIGSEGV"; may be empty
}

// String says it in a sentence about a session, "its page crashed (SIGSEGV)".
func (c Crash) String() string {
	whose := map[string]string{metrics.ProcessPage: "its page", metrics.ProcessDriver: "Playwright's driver"}
	how := map[string]string{
		metrics.CrashMemory: "was killed by the system, which has too little memory", metrics.CrashKilled: "was killed by somebody",
		metrics.CrashHung: "gave no answer and was given up", metrics.CrashFlooded: "flooded the browser and was ended",
	}
	text := cmp.Or(whose[c.Process], "the browser") + " " + cmp.Or(how[c.Cause], "crashed")
	if c.Detail != "" {
		text += fmt.Sprintf(" (%s)", c.Detail)
	}
	return text
}

// A Doomed session can say what ended it.
type Doomed interface {
	// LostBy says it of a session that is lost. It may wait a moment for the news.
	LostBy() Crash
}

// LostBy says what ended a session that is lost; ok is false when the session does not know.
func LostBy(s any) (crash Crash, ok bool) {
	if doomed, can := s.(Doomed); can {
		crash = doomed.LostBy()
	}
	return crash, crash != Crash{}
}
