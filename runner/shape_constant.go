package runner

import "time"

// ConstantUsers is the shape of `users` with `rampUp`: a fixed number of users, their starts spread
// evenly over the ramp. The first one starts at once.
type ConstantUsers struct {
	Users  int
	RampUp time.Duration
}

// Next implements Shape.
func (c ConstantUsers) Next(elapsed time.Duration, started int) (time.Duration, bool) {
	if started >= c.Users {
		return 0, false
	}
	// In floating point, since RampUp times users may not fit an int64.
	due := time.Duration(float64(c.RampUp) * float64(started) / float64(c.Users))
	return max(0, due-elapsed), true
}
