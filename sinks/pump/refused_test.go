package pump_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/sinks/pump"
)

// refusing refuses batches with certain records.
func refusing(bad ...string) func(context.Context, []string) error {
	return func(_ context.Context, batch []string) error {
		for _, one := range batch {
			if slices.Contains(bad, one) {
				return &pump.RefusedError{Reason: "400 cannot parse " + one}
			}
		}
		return nil
	}
}

func TestRefusesOnePointOfABatch(t *testing.T) {
	for _, bad := range [][]string{{"3/0"}, {"3/7"}, {"3/9"}, {"3/0", "3/1"}, {"3/2", "3/8"}} {
		synctest.Test(t, func(t *testing.T) {
			d := &destination{answer: refusing(bad...)}
			r := start(t, d, 0)
			r.second(6)
			lost := int64(2 * len(bad))
			r.end(pump.Counts{Sent: 120 - lost, Lost: lost}, "",
				fmt.Sprintf("write to the database: %d points were not accepted, the first with: 400 cannot parse %s", lost, bad[0]))
			d.mustHave(t, slices.DeleteFunc(seconds(6), func(one string) bool { return slices.Contains(bad, one) }))
			if n := strings.Count(r.log.String(), "cannot parse"); n != 1 {
				t.Errorf("told %d times:\n%s", n, r.log)
			}
			if d.sends.Load() > int64(6+1+8*len(bad)) {
				t.Errorf("%d sends", d.sends.Load())
			}
		})
	}
}

// refusingSeconds refuses batches with certain seconds, and of others with certain records.
func refusingSeconds(seconds string, bad ...string) func(context.Context, []string) error {
	return func(ctx context.Context, batch []string) error {
		for _, one := range batch {
			if second, _, _ := strings.Cut(one, "/"); strings.Contains(seconds, second) {
				return &pump.RefusedError{Reason: "400 field type conflict"}
			}
		}
		return refusing(bad...)(ctx, batch)
	}
}

// TestGivesUpABatchThatIsRefusedWhole: looking for what is to blame is bounded, and nothing good is lost.
func TestGivesUpABatchThatIsRefusedWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &destination{answer: refusingSeconds("123", "4/1777"), many: 2000}
		r := start(t, d, 0)
		r.second(6)
		lost := int64(3*2000*2 + 2)
		r.end(pump.Counts{Sent: 6*2000*2 - lost, Lost: lost}, "", fmt.Sprintf("write to the database: %d points were not accepted, the first with: 400 field type conflict\n"+
			"write to the database: %d points were given up after 100 refusals in a row, the first with: 400 field type conflict\n"+
			"write to the database: %d points were given up after 25 refusals in a row, the first with: 400 field type conflict",
			2*(89+2*14+1), 2*(2000-89), 2*2*(2000-14)))
		if d.sends.Load() > 1+100+2*25+25+1 {
			t.Errorf("%d sends", d.sends.Load())
		}
		if text := r.log.String(); strings.Count(text, "data of the run is lost") != 1 {
			t.Errorf("the log says\n%s", text)
		}
	})
}

// TestManyRefusedPointsInARow are found one by one, and nothing beside them is lost.
func TestManyRefusedPointsInARow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var bad []string
		for n := range 60 {
			bad = append(bad, fmt.Sprint("1/", 500+n))
		}
		d := &destination{answer: refusing(bad...), many: 2000}
		r := start(t, d, 0)
		r.second(3)
		r.end(pump.Counts{Sent: 3*4000 - 120, Lost: 120}, "", "write to the database: 120 points were not accepted, the first with: 400 cannot parse 1/500")
		if d.sends.Load() > 130 {
			t.Errorf("%d sends", d.sends.Load())
		}
	})
}

// TestOneRecordASecondThatIsRefused is tried each time.
func TestOneRecordASecondThatIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &destination{answer: until(time.Hour, &pump.RefusedError{Reason: "400 field type conflict"}), many: 1}
		r := start(t, d, 0)
		r.second(150)
		r.end(pump.Counts{Lost: 300}, "", "write to the database: 300 points were not accepted, the first with: 400 field type conflict")
		if d.sends.Load() != 150 {
			t.Errorf("%d sends, want one for each", d.sends.Load())
		}
	})
}

// TestSomePointsAreRefused: the destination took the rest, so that nothing is sent twice.
func TestSomePointsAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &destination{}
		r := start(t, d, 0)
		r.second(1)
		d.now(func(context.Context, []string) error { return &pump.PartialError{Lost: 3, Reason: "too old"} })
		r.second(1)
		d.now(func(context.Context, []string) error { return &pump.PartialError{Lost: 1000, Reason: "too many"} })
		r.second(1)
		d.now(nil)
		r.second(1)
		r.end(pump.Counts{Sent: 57, Lost: 23}, "", "write to the database: 23 points were not accepted, the first with: too old")
		if d.sends.Load() != 4 {
			t.Errorf("%d sends, want 4", d.sends.Load())
		}
	})
}

// errDenied is what a destination says that takes nothing, or a proxy in front of it.
var errDenied = &pump.RefusedError{Reason: "404 page not found", Everything: true}

// TestEverythingIsRefused: after a minute of that nothing more is sent, and everything is kept.
func TestEverythingIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &destination{}
		r := start(t, d, memory)
		r.second(5)
		d.now(func(context.Context, []string) error { return errDenied })
		r.second(80)
		sends := d.sends.Load()
		r.second(20)
		took := r.end(pump.Counts{Sent: 100, Spooled: 2000, Kept: 2000},
			"the database took 100 points; 2000 had to wait on disk|the database has not got 2000 points (404 page not found): send them with `liveload replay DIR`", "<nil>")
		if took != 0 || d.sends.Load() != sends || strings.Count(r.log.String(), "refuses everything") != 1 {
			t.Errorf("the end took %v, there were %d sends and then %d, log\n%s", took, sends, d.sends.Load(), r.log)
		}
	})
}

// TestEverythingIsRefusedForSeconds, as by a proxy while it starts: all is sent when that is over, however often it comes.
func TestEverythingIsRefusedForSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &destination{}
		r := start(t, d, 0)
		for range 3 {
			d.now(func(context.Context, []string) error { return errDenied })
			r.second(40)
			d.now(nil)
			r.second(20)
		}
		r.end(pump.Counts{Sent: 180 * 20}, "", "<nil>")
		d.mustHave(t, seconds(180))
	})
}

// TestReplayIsRefusedEverything: a destination that never took anything is not asked again.
func TestReplayIsRefusedEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := kept(t)
		d := &destination{answer: until(time.Hour, errDenied)}
		err := pump.Replay(t.Context(), d, r.options(0), func(int64, int64) {})
		if err == nil || !strings.Contains(err.Error(), "has not got 60 points, which stay in "+r.dir+": 404 page not found") || d.sends.Load() != 1 {
			t.Errorf("Replay = %v after %d sends", err, d.sends.Load())
		}
	})
}
