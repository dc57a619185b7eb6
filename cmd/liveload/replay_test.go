package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/liveload/liveload/browserpool/engines"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/sinks/outputs"
	"github.com/liveload/liveload/sinks/pump"
)

// A fakeDatabase is an output that takes one record of a run.
type fakeDatabase struct {
	kind        string // of output, db when empty
	check, send error
	took        int
}

func (d *fakeDatabase) Check(context.Context, metrics.RunInfo) error { return d.check }
func (d *fakeDatabase) Encode(i *metrics.Interval) ([]pump.Record, error) {
	if !i.Final {
		return nil, nil
	}
	return []pump.Record{{Points: 1, Data: []byte("x")}}, nil
}
func (d *fakeDatabase) Send(_ context.Context, batch []pump.Record) error {
	if d.send == nil {
		d.took += len(batch)
	}
	return d.send
}
func (d *fakeDatabase) Close(context.Context) error { return nil }

// liveload runs the command with a database as the output db.
func (d *fakeDatabase) liveload(args ...string) (code int, stdout, stderr string) {
	var out, complaints bytes.Buffer
	o := &outside{
		args: args, stdout: &out, stderr: &complaints,
		width:      func() int { return 0 },
		resources:  func(context.Context) (node.Resources, error) { return testMachine, nil },
		interrupts: func() (<-chan os.Signal, func()) { return nil, func() {} },
		outputs: append(outputs.Table{{Name: cmp.Or(d.kind, "db"), Example: "http://db", Output: func(string, func(string) string) (pump.Output, error) {
			return d, nil
		}}}, outputs.All()...),
		findEngine: func(string, engines.Options) (engine, error) { return &fakeEngine{}, nil },
	}
	code = o.main()
	return code, out.String(), complaints.String()
}

const twice = `export const options = { iterations: 2 }; export default async function () {}`

func TestOutputThatIsAwayIsReplayed(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("LIVELOAD_CACHE", t.TempDir())
	d := &fakeDatabase{send: errors.New("connection refused")}
	result := filepath.Join(dir, "result.json")
	code, stdout, stderr := d.liveload(writeScript(t, twice), "--out", "db=http://me:secret@db", "--out-timeout", "10ms", "--evidence-dir", dir, "--result", result)
	spool := filepath.Join(dir, "spool", "db")
	if code != exitOK || !strings.Contains(stdout, "send them with `liveload replay "+spool) {
		t.Fatalf("exit code %d\n%s%s", code, stdout, stderr)
	}
	r := readResult(t, result)
	if c := r.Global.Counters["sink_points_spooled"]; c.Aggregate != 1 || c.By["db=http://db"] != 1 || !strings.Contains(stdout, "1 had to wait on disk") {
		t.Errorf("%+v points were spooled, want 1 of db=http://db\n%s", c, stdout)
	}
	notes := r.Health.Notes
	if len(notes) != 2 || !strings.Contains(notes[1], "db=http://db has not got 1 point (connection refused)") {
		t.Errorf("notes %q", notes)
	}
	if header, err := os.ReadFile(filepath.Join(spool, "spool.json")); err != nil || strings.Contains(string(header)+stdout+stderr, "secret") {
		t.Errorf("there is the secret, or an error %v, in\n%s%s%s", err, header, stdout, stderr)
	}
	code, _, stderr = d.liveload("replay", spool, "--out-timeout", "10ms")
	if want := "Error: db=http://db has not got 1 point, which stay in " + spool + ": connection refused\n"; code != exitError || !strings.HasSuffix(stderr, want) {
		t.Errorf("exit code %d\n%s\nwant\n%s", code, stderr, want)
	}
	d.send = nil
	code, stdout, stderr = d.liveload("replay", "--out", "db=http://other", spool)
	if code != exitOK || d.took != 1 || !strings.Contains(stdout, "for db=http://other\n1 point sent, 0 left\n") {
		t.Errorf("exit code %d, took %d\n%s%s", code, d.took, stdout, stderr)
	}
	if code, _, stderr = d.liveload("replay", spool); code != exitError || !strings.Contains(stderr, spool+" is no spool") {
		t.Errorf("exit code %d\n%s", code, stderr)
	}
}

// TestReplayNeedsTheWholeAddress where the spool has only a part of it.
func TestReplayNeedsTheWholeAddress(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("LIVELOAD_CACHE", t.TempDir())
	for kind, address := range map[string]string{"db": "http://db?tenant=hidden", "otlp": "http://db/v1/metrics?org=a&key=hidden"} {
		d := &fakeDatabase{kind: kind, send: errors.New("connection refused")}
		if code, stdout, stderr := d.liveload(writeScript(t, twice), "--out", kind+"="+address, "--out-timeout", "10ms", "--evidence-dir", dir); code != exitOK {
			t.Fatalf("exit code %d\n%s%s", code, stdout, stderr)
		}
		d.send = nil
		spool := filepath.Join(dir, "spool", kind)
		code, _, stderr := d.liveload("replay", spool)
		shown := strings.NewReplacer("?tenant=hidden", "", "&key=hidden", "").Replace(address)
		join := map[bool]string{true: "&", false: "?"}[strings.Contains(shown, "?")]
		if want := "liveload replay " + spool + " --out '" + kind + "=" + shown + join + "NAME=VALUE'"; code != exitUsage || !strings.Contains(stderr, want) || strings.Contains(stderr, "hidden") {
			t.Errorf("exit code %d\n%s\nwant\n%s", code, stderr, want)
		}
		if code, _, stderr := d.liveload("replay", spool, "--out", kind+"="+address); code != exitOK || d.took != 1 {
			t.Errorf("exit code %d, took %d\n%s", code, d.took, stderr)
		}
	}
}

// TestAnOutputThatFailsHarmsNoOther: what is beside it is complete, whichever comes first.
func TestAnOutputThatFailsHarmsNoOther(t *testing.T) {
	t.Setenv("LIVELOAD_CACHE", t.TempDir())
	for _, order := range [][]string{{"db=http://db", "csv="}, {"csv=", "db=http://db"}} {
		dir := t.TempDir()
		file := filepath.Join(dir, "points.csv")
		args := []string{writeScript(t, twice), "--out-timeout", "10ms", "--evidence-dir", dir}
		for _, out := range order {
			if out == "csv=" {
				out += file
			}
			args = append(args, "--out", out)
		}
		code, stdout, stderr := (&fakeDatabase{send: errors.New("connection refused")}).liveload(args...)
		content, err := os.ReadFile(file)
		if err != nil || code != exitOK || !strings.Contains(string(content), "scenario ended") {
			t.Errorf("%v: exit code %d, %v\n%s%s", order, code, err, stdout, stderr)
		}
		refusing := &fakeDatabase{check: errors.New("no bucket")}
		if code, _, stderr := refusing.liveload(args...); code != exitError || stderr != "Error: start db=http://db: no bucket\n" {
			t.Errorf("%v: exit code %d\n%s", order, code, stderr)
		}
	}
}

func TestInspectHidesSecretsOfOutputs(t *testing.T) {
	t.Setenv("LIVELOAD_CACHE", t.TempDir())
	out := "db=http://me:hush@db/x?bucket=b&token=hush"
	code, stdout, stderr := new(fakeDatabase).liveload("inspect", writeScript(t, twice), "--out", out, "--out", "csv=a.csv")
	if code != exitOK || !strings.Contains(stdout, "db=http://db/x?bucket=b csv=a.csv") || strings.Contains(stdout+stderr, "hush") {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
}

func TestLostPointIsCounted(t *testing.T) {
	t.Setenv("LIVELOAD_CACHE", t.TempDir())
	d := &fakeDatabase{send: &pump.RefusedError{Reason: "400: cannot parse x"}}
	result := filepath.Join(t.TempDir(), "result.json")
	code, stdout, stderr := d.liveload(writeScript(t, twice), "--out", "db=http://db", "--result", result)
	if want := "Error: write to db=http://db: 1 point was not accepted, the first with: 400: cannot parse x\n"; code != exitError || !strings.HasSuffix(stderr, want) {
		t.Errorf("exit code %d\n%s\nwant\n%s", code, stderr, want)
	}
	r := readResult(t, result)
	if c := r.Global.Counters["sink_points_lost"]; c.Aggregate != 1 || c.By["db=http://db"] != 1 || !strings.Contains(stdout, "! 1 point for outputs lost") {
		t.Errorf("%+v points were lost, want 1 of db=http://db\n%s", c, stdout)
	}
	if _, spooled := r.Global.Counters["sink_points_spooled"]; spooled || len(r.Health.Notes) != 1 {
		t.Errorf("counters %v, notes %q", r.Global.Counters, r.Health.Notes)
	}
}

func TestOutputThatRefusesTheCheckStopsTheRun(t *testing.T) {
	t.Setenv("LIVELOAD_CACHE", t.TempDir())
	d := &fakeDatabase{check: errors.New("there is no bucket x: make it with influx bucket create -n x")}
	code, stdout, stderr := d.liveload(writeScript(t, twice), "--out", "db=http://db")
	if want := "Error: start db=http://db: there is no bucket x: make it with influx bucket create -n x\n"; code != exitError || stderr != want {
		t.Errorf("exit code %d, stdout %q, stderr\n%s\nwant\n%s", code, stdout, stderr, want)
	}
}

func TestReplayNamesWhatIsMissing(t *testing.T) {
	dir := t.TempDir()
	header := `{"format": 1, "kind": "db", "address": "http://db"}`
	if err := os.WriteFile(filepath.Join(dir, "spool.json"), []byte(header), 0o644); err != nil {
		t.Fatal(err)
	}
	_, _, stderr := new(fakeDatabase).liveload("replay")
	if !strings.Contains(stderr, "which spool?") {
		t.Errorf("stderr %q", stderr)
	}
	code, _, stderr := inside(t, &fakeEngine{}, nil, "replay", dir, "--out", "csv=x")
	if code != exitUsage || !strings.Contains(stderr, "--out (or LIVELOAD_OUT) names no db, but the spool is for db=http://db") {
		t.Errorf("exit code %d, stderr %q", code, stderr)
	}
	code, _, stderr = inside(t, &fakeEngine{}, nil, "replay", dir)
	if code != exitUsage || !strings.Contains(stderr, "must say where to send the spool, which is for db=http://db") {
		t.Errorf("exit code %d, stderr %q", code, stderr)
	}
}
