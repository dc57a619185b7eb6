package metrics

// What may have ended, as browser_crashes has it.
const (
	ProcessBrowser = "browser"
	ProcessPage    = "page" // a process of the browser in which a page runs
	ProcessDriver  = "driver"
)

// Why it ended.
const (
	CrashCrashed = "crashed"       // by itself
	CrashMemory  = "out of memory" // the kernel killed it, since there was no memory left
	CrashKilled  = "killed"        // somebody killed it
	CrashHung    = "hung"          // it gave no answer
	CrashFlooded = "flooded"       // it kept the browser from answering others, and was ended
)
