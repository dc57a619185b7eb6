package dashboard

import (
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
)

// TestASlowPageGetsTheNewest: what it has missed is not kept for it.
func TestASlowPageGetsTheNewest(t *testing.T) {
	f, run := newFeed(), simulate()
	f.begin(run.info)
	take := func() {
		for _, i := range run.pass() {
			f.take(i)
		}
	}
	versionOf := func(have int) (string, int) {
		kind, _, version, _, pause := f.message(have)
		for pause > 0 {
			time.Sleep(pause)
			kind, _, version, _, pause = f.message(have)
		}
		return kind, version
	}
	take()
	_, first := versionOf(0)
	quick := first
	for range 5 {
		take()
		kind, version := versionOf(quick)
		if kind != "update" || version != quick+1 {
			t.Fatalf("the quick page got %s %d after %d", kind, version, quick)
		}
		quick = version
	}
	if kind, version := versionOf(first); kind != "whole" || version != quick {
		t.Errorf("the slow page got %s %d, want the whole of %d", kind, version, quick)
	}
	if kind, version := versionOf(quick); kind != "" || version != quick {
		t.Errorf("nothing is new, but there is %s %d", kind, version)
	}
}

// TestWhatPagesCostIsBounded: all that is made for them puts the next version off.
func TestWhatPagesCostIsBounded(t *testing.T) {
	f, run := newFeed(), simulate()
	f.begin(run.info)
	put := func(what string, do func()) {
		before := f.next
		if do(); !f.next.After(before) {
			t.Errorf("%s does not put the next version off", what)
		}
	}
	for _, i := range run.pass() {
		f.take(i)
	}
	put("a version", f.make)
	put("all of it", func() { f.all() })
	before := f.next
	if f.all(); !f.next.Equal(before) {
		t.Error("what is there already puts the next version off")
	}
}

// TestHours: ten hours take no more than 720 buckets, and no more bytes than one hour.
func TestHours(t *testing.T) {
	f, run := newFeed(), simulate()
	f.begin(run.info)
	size := func(hours int) int {
		for run.second < hours*3600 {
			for _, i := range run.passOf(10) {
				f.take(i)
			}
			if run.second%1000 == 0 { // somebody watches
				f.next = time.Time{}
				f.message(f.version)
			}
		}
		f.next = time.Time{}
		_, text, _, _, _ := f.message(0)
		return len(text)
	}
	hour, all := size(1), size(10)
	if n := len(f.data.Scenarios[0].Series.ActiveUsers); n > metrics.MaxBuckets || n < metrics.MaxBuckets/2 || all > 2*hour {
		t.Errorf("%d buckets, %d bytes after an hour and %d after ten", n, hour, all)
	}
}
