package broker

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"

	"github.com/liveload/liveload/cluster/wire"
)

// TestWhoMayConnect: nobody without the secret, with an id that is none, or in the place of another worker.
func TestWhoMayConnect(t *testing.T) {
	b, log := start(t, nil)
	m := join(t, b.Token())
	secret := b.token.Secret
	for name, o := range map[string]nats.Option{
		"nobody":          nats.Name("x"),
		"another secret":  nats.UserInfo(uuid.NewString(), "swordfish:key"),
		"no key":          nats.UserInfo(uuid.NewString(), secret),
		"no instance":     nats.UserInfo("*", secret+":key"),
		"another key":     nats.UserInfo(m.Instance, secret+":key"),
		"as a controller": nats.UserInfo(controllerName, secret),
	} {
		conn, err := nats.Connect(b.token.URLs[0], o)
		if err == nil {
			conn.Close()
		}
		if !errors.Is(err, nats.ErrAuthorization) {
			t.Errorf("%s: %v", name, err)
		}
	}
	waitFor(t, log, "a connection was refused, since it has not the token of this run")
	b.Expel(m.Instance)
	for began := time.Now(); m.Conn.IsConnected(); {
		if time.Since(began) > time.Minute {
			t.Fatal("an expelled worker is still connected")
		}
		time.Sleep(time.Millisecond)
	}
	if conn, err := nats.Connect(b.token.URLs[0], nats.UserInfo(m.Instance, secret+":key")); err == nil {
		conn.Close()
		t.Error("an expelled worker is let in")
	}
}

// TestOwnSubjects: a worker neither speaks for another one nor hears it, and it is told that somebody tried.
func TestOwnSubjects(t *testing.T) {
	b, log := start(t, nil)
	m, other := join(t, b.Token()), join(t, b.Token())
	heard, overheard := make(chan *nats.Msg, 10), make(chan *nats.Msg, 10) // filled before a Flush returns
	for _, subject := range []string{b.Run().From("*", ">"), b.Run().To("*", ">")} {
		if _, err := b.Conn().ChanSubscribe(subject, heard); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Conn().Flush(); err != nil { // the server knows who listens before anybody speaks
		t.Fatal(err)
	}
	for _, subject := range []string{">", b.Run().To(other.Instance, ">"), b.Run().From("*", wire.Events), b.Run().Inbox(other.Instance) + ".>", "$SYS.>"} {
		if _, err := m.Conn.ChanSubscribe(subject, overheard); err != nil {
			t.Fatal(err)
		}
	}
	for _, subject := range []string{
		b.Run().From(other.Instance, wire.Events), b.Run().To(other.Instance, wire.Orders), b.Run().To(m.Instance, wire.Orders),
		b.Run().From(m.Instance, "gossip"), "other", wire.Run(uuid.NewString()).From(m.Instance, wire.Events),
	} {
		if err := m.Conn.Publish(subject, []byte("junk")); err != nil {
			t.Fatal(err)
		}
	}
	own := b.Run().From(m.Instance, wire.Events)
	if err := errors.Join(m.Conn.Publish(own, nil), m.Conn.Flush(), b.Conn().Publish(b.Run().To(other.Instance, wire.Orders), nil), b.Conn().Flush(), m.Conn.Flush()); err != nil {
		t.Fatal(err)
	}
	if msg := <-heard; msg.Subject != own || len(heard) > 0 {
		t.Errorf("the controller heard %s and %d more, want %s only", msg.Subject, len(heard), own)
	}
	if len(overheard) > 0 {
		t.Errorf("the worker overheard %s", (<-overheard).Subject)
	}
	waitFor(t, log, "a worker was refused what is not its own to send or to hear")
}

// TestMostSubscriptions: a worker cannot fill the memory of the controller with subscriptions.
func TestMostSubscriptions(t *testing.T) {
	b, _ := start(t, nil)
	m, refused := join(t, b.Token()), make(chan error, 10)
	m.Conn.SetErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { refused <- err })
	messages := make(chan *nats.Msg, 1)
	for range mostSubscriptions + 1 {
		if _, err := m.Conn.ChanSubscribe(m.Run.To(m.Instance, wire.Orders), messages); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Conn.Flush(); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-refused:
		if !errors.Is(err, nats.ErrMaxSubscriptionsExceeded) {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Errorf("%d subscriptions are possible", mostSubscriptions+1)
	}
}
