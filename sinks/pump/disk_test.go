package pump_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/pump"
)

// TestFullDisk: what memory holds is sent when the destination is back, the rest is lost.
func TestFullDisk(t *testing.T) {
	cases := []struct {
		name, why string
		prepare   func(t *testing.T, dir string)
	}{
		{"full", "write to the spool: write DIR/records: no space left on device", func(t *testing.T, dir string) {
			if err := errors.Join(os.MkdirAll(dir, 0o755), os.Symlink("/dev/full", filepath.Join(dir, "records"))); err != nil {
				t.Fatal(err)
			}
		}},
		{"no folder", "make the spool: mkdir " + "RUN: not a directory", func(t *testing.T, dir string) {
			if err := os.WriteFile(filepath.Dir(filepath.Dir(dir)), nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := &destination{answer: func(context.Context, []string) error { return errAway }}
				r := start(t, d, memory)
				c.prepare(t, r.dir)
				r.second(9)
				d.now(nil)
				why := strings.NewReplacer("DIR", r.dir, "RUN", filepath.Dir(filepath.Dir(r.dir))).Replace(c.why)
				r.end(pump.Counts{Sent: 80, Lost: 100}, "", "write to the database: 100 points were dropped since memory is full and the disk takes nothing, the first with: "+why)
				d.mustHave(t, seconds(4))
				if !strings.Contains(r.log.String(), "data of the run is lost") {
					t.Errorf("the log says\n%s", r.log)
				}
			})
		})
	}
}

// TestFullDiskAtTheEnd: what cannot be kept is lost, and counted.
func TestFullDiskAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &destination{answer: until(time.Hour, errAway)}
		r := start(t, d, 0)
		if err := os.WriteFile(filepath.Dir(filepath.Dir(r.dir)), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		r.second(3)
		r.end(pump.Counts{Lost: 60}, "", "write to the database: 60 points were lost since the disk takes nothing, the first with: make the spool: mkdir "+
			filepath.Dir(filepath.Dir(r.dir))+": not a directory")
	})
}

// TestSpoolLimit: what comes when the spool is full is lost, and counted; what is in there is sent.
func TestSpoolLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &destination{answer: func(context.Context, []string) error { return errAway }}
		r := start(t, d, memory)
		options := r.options(memory)
		options.Disk = 1 << 20
		d.many = 20_000 // of 20 bytes each on disk: 400 kB a second
		limited := pump.New(d, options)
		if err := limited.Start(t.Context(), metrics.RunInfo{}); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := limited.Close(t.Context(), nil); err != nil {
				t.Error(err)
			}
		})
		for second := range 5 {
			if err := limited.Write(t.Context(), &metrics.Interval{Offset: time.Duration(second) * time.Second}); err != nil {
				t.Fatal(err)
			}
		}
		d.now(nil)
		notes, err := limited.Flush(t.Context())
		if want := "write to the database: 120000 points were dropped since the spool has reached its limit of 1 MB"; err == nil || err.Error() != want {
			t.Errorf("Flush = %v, want %s", err, want)
		}
		if len(notes) != 1 || notes[0] != "the database took 80000 points; 80000 had to wait on disk" || len(d.took) != 40_000 {
			t.Errorf("notes %q, took %d records", notes, len(d.took))
		}
		r.end(pump.Counts{}, "", "<nil>")
	})
}

// TestASpoolThatIsKeptStays when another run writes to the same folder.
func TestASpoolThatIsKeptStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := kept(t)
		d := &destination{answer: until(time.Hour, errAway)}
		second := &rig{t: t, log: &bytes.Buffer{}, dir: first.dir, stop: func() {}}
		second.Pump = pump.New(d, second.options(0))
		if err := second.Start(t.Context(), metrics.RunInfo{RunID: "run 2", Version: "1.2.3"}); err != nil {
			t.Fatal(err)
		}
		second.second(2)
		second.end(pump.Counts{Spooled: 40, Kept: 40},
			"the database took 0 points; 40 had to wait on disk|the database has not got 40 points (connection refused): send them with `liveload replay DIR-2`", "<nil>")
		d.now(nil)
		for dir, want := range map[string]int{first.dir: 30, first.dir + "-2": 20} {
			d.took = nil
			options := first.options(0)
			options.Spool = dir
			if err := pump.Replay(t.Context(), d, options, func(int64, int64) {}); err != nil || len(d.took) != want {
				t.Errorf("Replay of %s = %v, took %d records, want %d", dir, err, len(d.took), want)
			}
		}
		first.mustBeGone()
	})
}

// TestOneReplayAtATime: another one, and one of a run that goes on, are refused.
func TestOneReplayAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := kept(t)
		want := "another liveload uses the spool " + r.dir + ": the run that writes it, or a replay of it that goes on"
		d := &destination{}
		d.now(func(context.Context, []string) error {
			if err := pump.Replay(t.Context(), &destination{}, r.options(0), nil); err == nil || err.Error() != want {
				t.Errorf("a second Replay = %v, want %s", err, want)
			}
			return nil
		})
		if err := pump.Replay(t.Context(), d, r.options(0), func(int64, int64) {}); err != nil || len(d.took) != 30 {
			t.Errorf("Replay = %v, took %d records", err, len(d.took))
		}
		r.mustBeGone()

		writing := start(t, &destination{answer: until(time.Hour, errAway)}, memory)
		writing.second(5)
		if err := pump.Replay(t.Context(), &destination{}, writing.options(0), nil); err == nil || !strings.HasPrefix(err.Error(), "another liveload uses the spool") {
			t.Errorf("Replay of a run that goes on = %v", err)
		}
		writing.stop()
		writing.end(pump.Counts{Spooled: 100, Kept: 100},
			"the database took 0 points; 100 had to wait on disk|the database has not got 100 points (connection refused): send them with `liveload replay DIR`", "<nil>")
	})
}

// FuzzReplay: whatever is in the files of a spool, a replay ends, sends whole records only, and says when there was more.
func FuzzReplay(f *testing.F) {
	frame := func(points uint32, data string) []byte {
		head := binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, uint32(len(data))), points)
		sum := crc32.Update(crc32.ChecksumIEEE(head), crc32.IEEETable, []byte(data))
		return append(binary.LittleEndian.AppendUint32(head, sum), data...)
	}
	two := append(frame(1, "one"), frame(2, "second")...)
	f.Add(`{"format": 1, "kind": "db"}`, two)
	f.Add(`{"format": 1, "sent": 15}`, two)
	f.Add(`{"format": 1, "sent": -3}`, two)
	f.Add(`{"format": 1, "sent": 9223372036854775807}`, two)
	f.Add(`{"format": 1}`, two[:20])
	f.Add(`{"format": 1}`, append([]byte{255, 255, 255, 15}, two...))
	f.Add(`{"format": 2, "liveload_version": "9"}`, two)
	f.Add(`{`, []byte{})
	f.Fuzz(func(t *testing.T, header string, records []byte) {
		dir := filepath.Join(t.TempDir(), "spool", "db")
		if err := errors.Join(os.MkdirAll(dir, 0o755), os.WriteFile(filepath.Join(dir, "spool.json"), []byte(header), 0o644),
			os.WriteFile(filepath.Join(dir, "records"), records, 0o644)); err != nil {
			t.Fatal(err)
		}
		d, log := &destination{}, &strings.Builder{}
		options := pump.Options{Name: "the database", Spool: dir, Timeout: time.Minute, Log: slog.New(slog.NewTextHandler(log, nil))}
		err := pump.Replay(t.Context(), d, options, func(int64, int64) {})
		_, left := os.Stat(filepath.Join(dir, "records"))
		if (err == nil) == (left == nil) {
			t.Errorf("Replay = %v, but looking for the records gives %v", err, left)
		}
		size := 0
		for _, one := range d.took {
			size += 12 + len(one)
		}
		if size > len(records) {
			t.Errorf("%d bytes of records were sent of %d", size, len(records))
		}
	})
}
