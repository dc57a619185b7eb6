package worker_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/liveload/liveload/cluster/clustertest"
	"github.com/liveload/liveload/cluster/shared"
	"github.com/liveload/liveload/cluster/wire"
	"github.com/liveload/liveload/cluster/worker"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/files"
	"github.com/liveload/liveload/plan/shape"
	"github.com/liveload/liveload/runner"
)

// A folder finds files of a test.
type folder string

func (f folder) Path(name string) (string, error) { return filepath.Join(string(f), name), nil }

func (f folder) Open(name string) (*os.File, error) { return os.Open(filepath.Join(string(f), name)) }

// TestAJobElsewhere: a node behind the wire gets what a node in this process gets, and what it reports arrives as it was.
func TestAJobElsewhere(t *testing.T) {
	c := clustertest.New(t, map[string]string{"engine": "fake"}, nil)
	large := strings.Repeat("0123456789abcdef", 3*wire.ChunkSize/16) + "end"
	sum := sha256.Sum256([]byte(large))
	list := []files.File{{Name: "rows.csv", SHA256: hex.EncodeToString(sum[:])}}
	at := folder(t.TempDir())
	if err := os.WriteFile(filepath.Join(string(at), "rows.csv"), []byte(large), 0o600); err != nil {
		t.Fatal(err)
	}
	c.Contents.AddFiles(at, list)

	var start time.Time
	machine := &fakeMachine{}
	machine.prepare = func(ctx context.Context) error {
		content, err := machine.content(ctx, list[0].SHA256)
		if string(content) != large {
			t.Errorf("a file of %d bytes arrived with %d, %v", len(large), len(content), err)
		}
		if _, err := machine.content(ctx, "00"); err == nil || !strings.Contains(err.Error(), "no content with the SHA-256 00") {
			t.Errorf("a content that is not of the run: %v", err)
		}
		return nil
	}
	sent := []node.Event{snapshot(1, time.Now(), 3), snapshot(2, time.Now(), 4), {Ended: "shop"}}
	machine.run = func(ctx context.Context, drain <-chan struct{}, report func(node.Event)) error {
		report(sent[0])
		<-drain
		report(sent[1])
		<-ctx.Done()
		report(sent[2])
		return nil
	}
	c.Join("there", machine.make, nil)
	n := c.Gather(1)[0]
	plans := batch()
	plans[0].Files, plans[0].Segment, plans[0].Joins = list, shape.Segments([]int{1, 2})[1], plan.Duration(time.Minute)
	plans[0].Data = json.RawMessage(`{"token":7}`) // all scenarios have it, and it is sent once
	plans = append(plans, plans[0])
	plans[1].Name, plans[1].Segment = "other", nil
	job, err := n.Prepare(t.Context(), plans, &shared.Local{})
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(machine.seen().batch, plans) || string(machine.Settings) != `{"engine":"fake"}` || machine.Name != "there" {
		t.Errorf("%+v arrived as %+v, with the settings %s for %s", plans, machine.seen().batch, machine.Settings, machine.Name)
	}
	if first, err := machine.seen().shared.Next(t.Context(), "rows"); first != 0 || err != nil {
		t.Errorf("the first row is %d, %v", first, err)
	}

	events, drain := make(chan node.Event), make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	over := make(chan error, 1)
	start = time.Now().Add(50 * time.Millisecond)
	go func() { over <- job.Run(ctx, start, drain, events) }()
	for i, do := range []func(){func() { close(drain) }, cancel, func() {}} {
		got := <-events
		sent[i].Node = "there"
		if sent[i].Snapshot != nil {
			sent[i].Snapshot.Node = "there"
			if got.Snapshot.Series[0].Count != sent[i].Snapshot.Series[0].Count || got.Snapshot.Seq != int64(i+1) || got.Snapshot.Node != "there" {
				t.Errorf("event %d arrived as %+v", i, got.Snapshot)
			}
		} else if !reflect.DeepEqual(got, sent[i]) {
			t.Errorf("event %d arrived as %+v", i, got)
		}
		do()
	}
	if err := <-over; err != nil {
		t.Error(err)
	}
	if shift := machine.seen().start.Sub(start) - n.Offset(); shift.Abs() > time.Microsecond {
		t.Errorf("it started %v beside the instant that was agreed", shift)
	}
	if !strings.Contains(machine.seen().start.String(), " m=") {
		t.Error("the instant of the start moves when the worker's clock is set")
	}
	if err := job.Close(t.Context()); err != nil || machine.seen().closed != 1 {
		t.Errorf("closed %d times, %v", machine.seen().closed, err)
	}
	c.Hub.Close(t.Context())
	if err := c.Wait("there"); err != nil || !machine.seen().gone {
		t.Errorf("the worker ended with %v; its machine was closed: %v", err, machine.seen().gone)
	}
}

// TestErrorsOfAJob arrive as what they are.
func TestErrorsOfAJob(t *testing.T) {
	c := clustertest.New(t, nil, nil)
	broken := errors.New("no browser is installed: run `liveload install`")
	var prepared atomic.Int32
	machine := &fakeMachine{
		prepare: func(context.Context) error {
			if prepared.Add(1) == 1 {
				return broken
			}
			return nil
		},
		run: func(context.Context, <-chan struct{}, func(node.Event)) error {
			return &runner.AbortError{Cause: errors.New("the shop is closed")}
		},
	}
	c.Join("there", machine.make, nil)
	n := c.Gather(1)[0]
	if _, err := n.Prepare(t.Context(), batch(), &shared.Local{}); err == nil || err.Error() != broken.Error() {
		t.Errorf("%v arrived as %v", broken, err)
	}
	job := prepare(t, n)
	users := 7
	if err := job.Steer(t.Context(), "shop", plan.Command{Users: &users}); err != nil || len(machine.seen().commands) != 1 || *machine.seen().commands[0].Users != 7 {
		t.Errorf("a command before the start arrived as %+v, %v", machine.seen().commands, err)
	}
	err := job.Run(t.Context(), time.Now(), nil, make(chan node.Event))
	if aborted, ok := errors.AsType[*runner.AbortError](err); !ok || aborted.Error() != "the shop is closed" {
		t.Errorf("an abort arrived as %v", err)
	}
	if err := job.Steer(t.Context(), "shop", plan.Command{Users: &users}); err != nil || len(machine.seen().commands) != 2 || *machine.seen().commands[1].Users != 7 {
		t.Errorf("a command arrived as %+v, %v", machine.seen().commands, err)
	}
	if err := job.Steer(t.Context(), "blog", plan.Command{}); err == nil || err.Error() != "there is no such scenario" {
		t.Errorf("a refused command: %v", err)
	}
	if err := job.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestWhoMayNotJoin is told why, on both sides.
func TestWhoMayNotJoin(t *testing.T) {
	c, other := clustertest.New(t, nil, nil), clustertest.New(t, nil, nil)
	foreign := other.Broker.Token()
	for name, test := range map[string]struct {
		change func(*worker.Options)
		want   string
	}{
		"old":     {func(o *worker.Options) { o.Version = "1.0.0" }, "the controller is liveload 1.2.3, and the worker liveload 1.0.0: use the same version on both"},
		"none":    {func(o *worker.Options) { o.Token = "" }, "the join token cannot be read"},
		"cut":     {func(o *worker.Options) { o.Token = o.Token[:len(o.Token)-9] }, "the join token cannot be read"},
		"foreign": {func(o *worker.Options) { o.Token = mixed(t, o.Token, foreign) }, "does not accept the join token: it is that of another run"},
	} {
		c.Join(name, (&fakeMachine{}).make, test.change)
		if err := c.Wait(name); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("waited long enough"))
	_, err := c.Hub.Gather(ctx, 2, func([]string) {})
	for _, want := range []string{"0 of 2 workers have joined", "old: the controller is liveload 1.2.3, and the worker liveload 1.0.0", "waited long enough"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the controller says %v, want %q", err, want)
		}
	}
}

// TestNamesAreUnique: workers of the same host are told apart, and no name does something to a terminal.
func TestNamesAreUnique(t *testing.T) {
	c := clustertest.New(t, nil, nil)
	for id, name := range map[string]string{"a": "host", "b": "host", "c": "ho\x1b\nst"} {
		c.Join(id, (&fakeMachine{}).make, func(o *worker.Options) { o.Name = name })
	}
	names := map[string]bool{}
	for _, n := range c.Gather(3) {
		names[n.Names()[0]] = true
	}
	if want := map[string]bool{"host": true, "host-2": true, "host-3": true}; !reflect.DeepEqual(names, want) {
		t.Errorf("the nodes are called %v, want %v", names, want)
	}
}

// TestClockThatIsWrong: a worker that reports what is still to come is lost, since the seconds of all others would end.
func TestClockThatIsWrong(t *testing.T) {
	c := clustertest.New(t, nil, nil)
	machine := &fakeMachine{run: func(ctx context.Context, _ <-chan struct{}, report func(node.Event)) error {
		report(snapshot(7200, time.Now(), 3))
		<-ctx.Done()
		return nil
	}}
	c.Join("there", machine.make, nil)
	job := prepare(t, c.Gather(1)[0])
	events := make(chan node.Event, 1)
	if err := job.Run(t.Context(), time.Now(), nil, events); err == nil || !strings.Contains(err.Error(), "ahead of the run: its clock is not right") {
		t.Errorf("Run = %v", err)
	}
	if len(events) > 0 {
		t.Errorf("%+v has arrived", <-events)
	}
}

// TestASnapshotThatCannotBeSent ends its job with the reason, also when it is the last one: the numbers of the node are not
// complete.
func TestASnapshotThatCannotBeSent(t *testing.T) {
	for _, last := range []bool{false, true} {
		c := clustertest.New(t, nil, nil)
		machine := &fakeMachine{run: func(ctx context.Context, _ <-chan struct{}, report func(node.Event)) error {
			report(snapshot(1, time.Now(), -1))
			if !last {
				<-ctx.Done()
			}
			return nil
		}}
		c.Join("there", machine.make, nil)
		job := prepare(t, c.Gather(1)[0])
		if err := job.Run(t.Context(), time.Now(), nil, make(chan node.Event)); err == nil || !strings.Contains(err.Error(), "encode snapshot 1: ") {
			t.Errorf("the job ends with %v; the snapshot was the last one: %v", err, last)
		}
		if err := job.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
}
