package liveview

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestMailboxKeepsOrderAroundWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m mailbox
		start := time.Now()
		var order []string
		var times []time.Duration
		add := func(name string, wait time.Duration) {
			m.post(func() time.Duration { return wait }, func() {
				order = append(order, name)
				times = append(times, time.Since(start))
			})
		}
		add("a", 200*time.Millisecond)
		add("b", 0)
		add("c", 300*time.Millisecond)
		time.Sleep(time.Second)
		synctest.Wait()
		if want := []string{"a", "b", "c"}; !slices.Equal(order, want) {
			t.Errorf("order = %v, want %v", order, want)
		}
		want := []time.Duration{200 * time.Millisecond, 200 * time.Millisecond, 500 * time.Millisecond}
		if !slices.Equal(times, want) {
			t.Errorf("times = %v, want %v", times, want)
		}
	})
}

func TestMailboxCloseDropsWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m mailbox
		var ran []string
		m.post(func() time.Duration { return time.Hour }, func() { ran = append(ran, "dropped") })
		synctest.Wait()
		if !m.close(func() { ran = append(ran, "last") }) {
			t.Error("first close = false")
		}
		if m.close(func() { ran = append(ran, "twice") }) || m.post(nil, func() {}) {
			t.Error("a closed mailbox accepts more")
		}
		synctest.Wait()
		if !slices.Equal(ran, []string{"last"}) {
			t.Errorf("ran %v, want only the last message, at once", ran)
		}
	})
}

func TestMailboxCloseFromWithin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m mailbox
		var ran []string
		m.post(nil, func() {
			m.close(func() { ran = append(ran, "last") })
			ran = append(ran, "first")
		})
		synctest.Wait()
		if !slices.Equal(ran, []string{"first", "last"}) {
			t.Errorf("ran %v, want first, last", ran)
		}
	})
}
