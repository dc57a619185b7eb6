package metrics

import "time"

// A Window adds up what one scenario measured in a part of the run. One goroutine uses it.
type Window struct {
	scenario string
	from     time.Duration
	after    time.Duration // offset of the last second before it
	elapsed  time.Duration // of the run
	sum      seriesSum
	seconds  map[time.Duration]*Interval // by offset
}

// NewWindow returns a window that begins after an interval, or with the run when that is nil.
func NewWindow(scenario string, last *Interval) *Window {
	w := &Window{scenario: scenario, after: -1, sum: make(seriesSum), seconds: make(map[time.Duration]*Interval)}
	if last != nil {
		w.from, w.elapsed, w.after = last.Elapsed, last.Elapsed, last.Offset
	}
	return w
}

// From is when the window begins, since the start of the run.
func (w *Window) From() time.Duration { return w.from }

// Add takes an interval, in place of an earlier revision. It ignores what is before the window.
func (w *Window) Add(i *Interval) {
	w.elapsed = max(w.elapsed, i.Elapsed)
	if i.Offset <= w.after {
		return
	}
	_, again := w.seconds[i.Offset]
	w.seconds[i.Offset] = i
	if !again {
		w.add(i)
		return
	}
	w.sum = make(seriesSum)
	for _, one := range w.seconds {
		w.add(one)
	}
}

func (w *Window) add(i *Interval) {
	second := int(i.Offset / intervalWidth)
	lists := [][]Series{i.Generator}
	if s := i.Scenario(w.scenario); s != nil {
		lists = append(lists, s.Series)
	}
	for _, list := range lists {
		for k := range list {
			w.sum.add(&list[k], second)
		}
	}
}

// State returns what was measured in the window, as if the run had begun with it.
func (w *Window) State() *State {
	lasted := w.elapsed - w.from
	return &State{Elapsed: lasted, ScenarioElapsed: lasted, Totals: w.sum.share()}
}
