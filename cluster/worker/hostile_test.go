package worker_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/liveload/liveload/cluster/broker"
	"github.com/liveload/liveload/cluster/clustertest"
	"github.com/liveload/liveload/cluster/shared"
	"github.com/liveload/liveload/cluster/wire"
	"github.com/liveload/liveload/node"
)

// connect connects as a worker that has not joined yet.
func connect(t *testing.T, c *clustertest.Cluster) *broker.Membership {
	t.Helper()
	token, err := broker.ParseToken(c.Broker.Token())
	if err != nil {
		t.Fatal(err)
	}
	m, err := broker.Join(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Conn.Close)
	return m
}

// hostile joins as a worker that then does what a test wants.
func hostile(t *testing.T, c *clustertest.Cluster) *broker.Membership {
	t.Helper()
	m := connect(t, c)
	answer, err := m.Conn.Request(m.Run.From(m.Instance, wire.Join), hello(t, m, clustertest.Version), time.Minute)
	if err != nil || !strings.Contains(string(answer.Data), `"name":"hostile"`) {
		t.Fatalf("%v, %v", answer, err)
	}
	return m
}

// hello asks to join as a worker of a version.
func hello(t *testing.T, m *broker.Membership, version string) []byte {
	t.Helper()
	packed, err := json.Marshal(wire.Hello{Protocol: wire.Protocol, Version: version, Name: "hostile", Proof: m.Proof})
	if err != nil {
		t.Fatal(err)
	}
	return packed
}

// offences are why workers are expelled.
var offences = []string{"nobody can read", "floods the controller", "more subscriptions than a worker needs"}

// TestJunk: a worker that sends what nobody understands, or floods the controller, is expelled, and the run of the others
// goes on.
func TestJunk(t *testing.T) {
	for name, send := range map[string]func(m *broker.Membership) error{
		"unreadable": func(m *broker.Membership) error {
			return m.Conn.Publish(m.Run.From(m.Instance, wire.Events), []byte("junk"))
		},
		"a snapshot": func(m *broker.Membership) error {
			msg := nats.NewMsg(m.Run.From(m.Instance, wire.Events))
			msg.Header.Set(wire.HeaderSeq, "1")
			msg.Header.Set(wire.HeaderJob, "1")
			msg.Data = []byte("junk")
			return m.Conn.PublishMsg(msg)
		},
		"unreadable joins": func(m *broker.Membership) error {
			return m.Conn.Publish(m.Run.From(m.Instance, wire.Join), []byte("junk"))
		},
		"joins": func(m *broker.Membership) error {
			return m.Conn.Publish(m.Run.From(m.Instance, wire.Join), hello(t, m, clustertest.Version))
		},
		"subscriptions": func(m *broker.Membership) error {
			_, err := m.Conn.Subscribe(m.Run.To(m.Instance, wire.Orders), func(*nats.Msg) {})
			return errors.Join(err, m.Conn.Flush())
		},
		"a flood": func(m *broker.Membership) error {
			return m.Conn.Publish(m.Run.From(m.Instance, wire.Alive), make([]byte, 64<<10))
		},
	} {
		t.Run(name, func(t *testing.T) {
			c, finish := clustertest.New(t, nil, nil), make(chan struct{})
			machine := &fakeMachine{run: func(_ context.Context, _ <-chan struct{}, report func(node.Event)) error {
				report(snapshot(1, time.Now(), 3))
				<-finish
				report(snapshot(2, time.Now(), 4))
				return nil
			}}
			c.Join("good", machine.make, nil)
			good := c.Gather(1)[0]
			m := hostile(t, c)
			bad := c.Gather(2)[1]
			preparing := make(chan error, 1)
			go func() { // which it never answers
				_, err := bad.Prepare(t.Context(), batch(), &shared.Local{})
				preparing <- err
			}()
			job := prepare(t, good)
			events, over := make(chan node.Event), make(chan error, 1)
			go func() { over <- job.Run(t.Context(), time.Now(), nil, events) }()
			if e := <-events; e.Snapshot == nil || e.Snapshot.Series[0].Count != 3 {
				t.Errorf("the first snapshot is %+v", e)
			}
			untilExpelled(t, m, send)
			if err := <-preparing; err == nil || !slices.ContainsFunc(offences, func(o string) bool { return strings.Contains(err.Error(), o) }) {
				t.Errorf("what waits for it ends with %v", err)
			}
			close(finish)
			if e := <-events; e.Snapshot == nil || e.Snapshot.Series[0].Count != 4 {
				t.Errorf("the second snapshot is %+v", e)
			}
			if err := <-over; err != nil {
				t.Error(err)
			}
			if err := job.Close(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

// untilExpelled sends until the worker is disconnected.
func untilExpelled(t *testing.T, m *broker.Membership, send func(m *broker.Membership) error) {
	t.Helper()
	for began := time.Now(); m.Conn.IsConnected() && send(m) == nil; {
		if time.Since(began) > time.Minute {
			t.Fatal("the worker is still connected")
		}
	}
}

// TestSubscriptionsBeforeJoining: who has not joined is disconnected for them too.
func TestSubscriptionsBeforeJoining(t *testing.T) {
	m := connect(t, clustertest.New(t, nil, nil))
	untilExpelled(t, m, func(m *broker.Membership) error {
		_, err := m.Conn.Subscribe(m.Run.To(m.Instance, ">"), func(*nats.Msg) {})
		return errors.Join(err, m.Conn.Flush())
	})
}

// TestRefusedAgainAndAgain: a worker that may not join, and does not stop asking, is disconnected.
func TestRefusedAgainAndAgain(t *testing.T) {
	m := connect(t, clustertest.New(t, nil, nil))
	untilExpelled(t, m, func(m *broker.Membership) error {
		return m.Conn.Publish(m.Run.From(m.Instance, wire.Join), hello(t, m, "1.0.0"))
	})
}

// TestWhatCannotBeRead: a worker is lost with the first event that cannot be read, since its numbers are not complete any more.
func TestWhatCannotBeRead(t *testing.T) {
	for name, header := range map[string]nats.Header{
		"a snapshot":   {wire.HeaderSeq: {"1"}, wire.HeaderJob: {"1"}},
		"what has run": {wire.HeaderSeq: {"1"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := clustertest.New(t, nil, nil)
			m := hostile(t, c)
			_, err := m.Conn.Subscribe(m.Run.To(m.Instance, wire.Orders), func(msg *nats.Msg) {
				_ = msg.Respond([]byte("{}"))
				if bytes.Contains(msg.Data, []byte(wire.PrepareJob)) {
					_ = m.Conn.PublishMsg(&nats.Msg{Subject: m.Run.From(m.Instance, wire.Events), Header: header, Data: []byte("junk")})
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.Gather(1)[0].Prepare(t.Context(), batch(), &shared.Local{}); err == nil || !strings.Contains(err.Error(), "it has sent what nobody can read: ") {
				t.Errorf("the job ends with %v", err)
			}
		})
	}
}

// TestAnotherProtocol: a worker that speaks another version hears both.
func TestAnotherProtocol(t *testing.T) {
	m := connect(t, clustertest.New(t, nil, nil))
	for hello, want := range map[*wire.Hello]string{
		{Protocol: 7, Version: "9.9.9", Name: "new", Proof: m.Proof}:                "the controller (liveload 1.2.3) speaks version 1 of the cluster protocol, and the worker (liveload 9.9.9) version 7: use the same liveload on both",
		{Protocol: wire.Protocol, Version: clustertest.Version, Proof: "swordfish"}: "the worker's join token is not that of this run",
	} {
		packed, err := json.Marshal(hello)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := m.Conn.Request(m.Run.From(m.Instance, wire.Join), packed, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		var welcome wire.Welcome
		if err := json.Unmarshal(answer.Data, &welcome); err != nil || welcome.Refused != want || welcome.Name != "" {
			t.Errorf("%+v, %v; want %q", welcome, err, want)
		}
	}
}
