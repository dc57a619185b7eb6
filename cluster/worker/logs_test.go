package worker_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/liveload/liveload/cluster/broker"
	"github.com/liveload/liveload/cluster/remote"
	"github.com/liveload/liveload/cluster/shared"
	"github.com/liveload/liveload/cluster/worker"
	"github.com/liveload/liveload/cluster/workerlog"
)

// TestLogsArrive: from joining the run until the machine is closed, without secrets.
func TestLogsArrive(t *testing.T) {
	var out bytes.Buffer
	quiet, info := slog.New(slog.NewTextHandler(t.Output(), nil)), slog.LevelInfo
	b, err := broker.Start(t.Context(), broker.Options{Run: uuid.NewString(), Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	logs := workerlog.NewReceiver(slog.New(slog.NewTextHandler(&out, nil)), workerlog.Levels{Workers: &info}, b.Token())
	hub, err := remote.Open(remote.Options{Gate: b, Version: "1.2.3", Contents: &remote.Contents{}, Logs: logs, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	sender, over := workerlog.NewSender(), make(chan error, 1)
	log := slog.New(sender.Workers())
	machine := &talkingMachine{log: log}
	go func() {
		over <- worker.Run(context.Background(), worker.Options{Token: b.Token(), Name: "there", Version: "1.2.3", Make: machine.make, Logs: sender, Log: log})
	}()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	nodes, err := hub.Gather(ctx, 1, func([]string) {})
	if err != nil {
		t.Fatal(err)
	}
	machine.prepare = func(context.Context) error { log.Debug("unseen"); log.Warn("preparing with " + b.Token()); return nil }
	job, err := nodes[0].Prepare(ctx, batch(), &shared.Local{})
	if err != nil {
		t.Fatal(err)
	}
	if err := job.Close(ctx); err != nil {
		t.Error(err)
	}
	hub.Close(ctx)
	if err := <-over; err != nil {
		t.Error(err)
	}
	hub.Logged(ctx)
	b.Close()
	logs.Close()
	for _, want := range []string{`level=INFO msg="joined the run" node=there `, `level=WARN msg="preparing with [secret]" node=there`, `level=WARN msg="closing the machine" node=there`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the log lacks %s:\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "unseen") {
		t.Errorf("the log has more than was asked for:\n%s", out.String())
	}
}

// A talkingMachine says when it is closed.
type talkingMachine struct {
	fakeMachine
	log *slog.Logger
}

func (m *talkingMachine) make(ctx context.Context, a worker.Assignment) (worker.Machine, error) {
	_, err := m.fakeMachine.make(ctx, a)
	return m, err
}

func (m *talkingMachine) Close(context.Context) error { m.log.Warn("closing the machine"); return nil }
