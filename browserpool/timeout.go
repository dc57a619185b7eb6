package browserpool

import "time"

// Endless is the timeout of a call that nothing but the end of its iteration ends. Timers of a page can count it.
const Endless = 24 * time.Hour

// Timeout reads a number of milliseconds as Playwright takes it: 0 is Endless, and so is more than that.
func Timeout(ms float64) time.Duration {
	if ms > 0 && ms < float64(Endless.Milliseconds()) {
		return time.Duration(ms * float64(time.Millisecond))
	}
	return Endless
}
