package pages

import "sync"

// mostBrowsers are remembered; then all are forgotten.
const mostBrowsers = 100_000

// visits counts those of each browser.
type visits struct {
	mu     sync.Mutex
	counts map[string]int
}

func newVisits() *visits { return &visits{counts: make(map[string]int)} }

// next returns the number of this visit, 1 for the first.
func (v *visits) next(browser string) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.counts) >= mostBrowsers {
		clear(v.counts)
	}
	v.counts[browser]++
	return v.counts[browser]
}
