package pump_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/sinks/pump"
)

// kept returns a rig whose spool has the first three seconds.
func kept(t *testing.T) *rig {
	t.Helper()
	r := start(t, &destination{answer: until(time.Hour, errAway)}, 0)
	r.second(3)
	r.stop()
	if _, err := r.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := r.Close(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestReplayGoesOnWhereItStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := kept(t)
		d := &destination{answer: refusing("0/5")} // the bisecting makes small batches
		ctx, interrupt := context.WithCancel(t.Context())
		err := pump.Replay(ctx, d, r.options(0), func(int64, int64) { interrupt() })
		if err == nil || !strings.Contains(err.Error(), "points, which stay in "+r.dir+": interrupted") || len(d.took) == 0 || len(d.took) > 9 {
			t.Fatalf("Replay = %v, took %q", err, d.took)
		}
		rest := &destination{}
		if err := pump.Replay(t.Context(), rest, r.options(0), func(int64, int64) {}); err != nil {
			t.Fatal(err)
		}
		d.took = append(d.took, rest.took...)
		d.mustHave(t, seconds(3))
		r.mustBeGone()
	})
}

// TestReplayOfADamagedSpool: what comes before the damage is sent, and a record that was cut off is no damage.
func TestReplayOfADamagedSpool(t *testing.T) {
	const record = 12 + len("0/0")
	cases := []struct {
		name   string
		damage func(content []byte) []byte
		took   int
		err    string
	}{
		{"cut off", func(content []byte) []byte { return content[:25*record+5] }, 25, ""},
		{"a changed byte", func(content []byte) []byte { content[11*record+13]++; return content }, 11, "what comes after that cannot be sent: the spool DIR is damaged at byte 165"},
		{"a wild length", func(content []byte) []byte { content[11*record+3] = 0xff; return content }, 11, "what comes after that cannot be sent: the spool DIR is damaged at byte 165"},
		{"nothing", func([]byte) []byte { return nil }, 0, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := kept(t)
				path := filepath.Join(r.dir, "records")
				content, err := os.ReadFile(path)
				if err != nil || len(content) != 30*record {
					t.Fatalf("the spool has %d bytes, %v", len(content), err)
				}
				if err := os.WriteFile(path, c.damage(content), 0o644); err != nil {
					t.Fatal(err)
				}
				d := &destination{}
				r.log = &bytes.Buffer{} // of the replay alone
				err = pump.Replay(t.Context(), d, r.options(0), func(int64, int64) {})
				d.mustHave(t, seconds(3)[:c.took])
				if told := strings.Contains(r.log.String(), "was never written whole"); told != (c.name == "cut off") {
					t.Errorf("the log says\n%s", r.log)
				}
				if c.err == "" {
					if err != nil {
						t.Errorf("Replay = %v", err)
					}
					r.mustBeGone()
				} else if err == nil || strings.ReplaceAll(err.Error(), r.dir, "DIR") != c.err {
					t.Errorf("Replay = %v, want %s", err, c.err)
				}
			})
		})
	}
}

// damage changes the records of a spool from one on.
func damage(t *testing.T, dir string, record int) {
	t.Helper()
	path := filepath.Join(dir, "records")
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	content[record*(12+len("0/0"))+13]++
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestReplayCannotReadOn: what comes before is sent, the rest stays, and the error says where it is.
func TestReplayCannotReadOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := kept(t)
		d := &destination{}
		first := true
		d.answer = func(context.Context, []string) error {
			if first {
				first = false
				damage(t, r.dir, 20)
				return errAway // it is read again
			}
			return nil
		}
		err := pump.Replay(t.Context(), d, r.options(0), func(int64, int64) {})
		want := "the database has not got 20 points, which stay in " + r.dir + ": the spool " + r.dir + " is damaged at byte 300"
		if err == nil || err.Error() != want {
			t.Errorf("Replay = %v, want %s", err, want)
		}
		d.mustHave(t, seconds(2))
		if content, err := os.ReadFile(filepath.Join(r.dir, "records")); err != nil || len(content) != 450 {
			t.Errorf("%d bytes are left, %v; want 450", len(content), err)
		}
	})
}

// TestARunCannotReadItsSpool: what comes later is sent all the same, and the files stay.
func TestARunCannotReadItsSpool(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &destination{answer: func(context.Context, []string) error { return errAway }}
		r := start(t, d, memory)
		r.second(9)
		damage(t, r.dir, 20)
		d.now(nil)
		time.Sleep(time.Minute)
		r.second(3)
		r.end(pump.Counts{Sent: 100, Spooled: 180, Lost: 140}, "the database took 100 points; 180 had to wait on disk",
			"write to the database: 140 points were lost in the spool, the first with: the spool "+r.dir+" is damaged at byte 300")
		if _, err := os.Stat(filepath.Join(r.dir, "records")); err != nil {
			t.Error(err)
		}
	})
}

func TestReplayOfSomethingElse(t *testing.T) {
	dir := t.TempDir()
	d := &destination{}
	if err := pump.Replay(t.Context(), d, pump.Options{Spool: dir}, nil); err == nil || !strings.Contains(err.Error(), dir+" is no spool") || d.closed != 1 {
		t.Errorf("Replay = %v, closed %d times", err, d.closed)
	}
	if err := os.WriteFile(filepath.Join(dir, "spool.json"), []byte(`{"format": 7, "liveload_version": "9.1.0"}`), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := pump.ReadHeader(dir); err == nil || !strings.HasSuffix(err.Error(), "has the format 7, but this liveload reads 1: send it with the one that wrote it, 9.1.0") {
		t.Errorf("ReadHeader = %v", err)
	}
}
