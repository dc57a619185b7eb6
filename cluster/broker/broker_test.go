package broker

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"go.uber.org/goleak"

	"github.com/liveload/liveload/cluster/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A told is a log that tests read while others write.
type told struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *told) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *told) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// start starts a broker, and returns what it logs.
func start(t *testing.T, change func(*Options)) (*Broker, *told) {
	t.Helper()
	log := &told{}
	o := Options{Run: uuid.NewString(), Log: slog.New(slog.NewTextHandler(log, nil))}
	if change != nil {
		change(&o)
	}
	b, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b, log
}

func join(t *testing.T, token string) *Membership {
	t.Helper()
	parsed, err := ParseToken(token)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Join(t.Context(), parsed)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Conn.Close)
	return m
}

// converse asks the controller, and has the controller ask the worker.
func converse(t *testing.T, b *Broker, m *Membership) {
	t.Helper()
	if !b.Proves(m.Instance, m.Proof) || b.Proves(uuid.NewString(), m.Proof) {
		t.Error("the proof of a worker is not its own")
	}
	echo := func(msg *nats.Msg) { msg.Respond(append([]byte("echo "), msg.Data...)) }
	if _, err := b.Conn().Subscribe(b.Run().From("*", wire.Join), echo); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Conn.Subscribe(m.Run.To(m.Instance, wire.Orders), echo); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(b.Conn().Flush(), m.Conn.Flush()); err != nil {
		t.Fatal(err)
	}
	for conn, subject := range map[*nats.Conn]string{m.Conn: m.Run.From(m.Instance, wire.Join), b.Conn(): b.Run().To(m.Instance, wire.Orders)} {
		if answer, err := conn.Request(subject, []byte("hello"), time.Minute); err != nil || string(answer.Data) != "echo hello" {
			t.Errorf("%s: %v, %v", subject, answer, err)
		}
	}
}

// TestConverse: over loopback without TLS, beyond it with TLS, and through a server that exists.
func TestConverse(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"loopback":                  nil,
		"everywhere":                func(o *Options) { o.Listen, o.Address = "0.0.0.0:0", "127.0.0.1" },
		"a server without accounts": func(o *Options) { o.URL = runServer(t, nil) },
		"a server with a password": func(o *Options) {
			o.URL = runServer(t, url.UserPassword("tester", "swordfish"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			b, log := start(t, change)
			token, err := ParseToken(b.Token())
			if err != nil {
				t.Fatal(err)
			}
			if (name == "everywhere") != (token.Fingerprint != "") {
				t.Errorf("the token has the fingerprint %q", token.Fingerprint)
			}
			converse(t, b, join(t, b.Token()))
			if text := log.String(); strings.Contains(text, "swordfish") || strings.Contains(text, token.Secret) {
				t.Errorf("the log has secrets: %s", text)
			}
		})
	}
}

// runServer runs a NATS server of somebody else.
func runServer(t *testing.T, user *url.Userinfo) string {
	t.Helper()
	o := &server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, NoSigs: true, NoLog: true}
	if user != nil {
		o.Username = user.Username()
		o.Password, _ = user.Password()
	}
	s, err := server.NewServer(o)
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(time.Minute) {
		t.Fatal("the server is not ready")
	}
	return (&url.URL{Scheme: "nats", User: user, Host: s.Addr().String()}).String()
}

// TestAnotherCertificate: a worker does not talk to someone who only has the controller's address.
func TestAnotherCertificate(t *testing.T) {
	everywhere := func(o *Options) { o.Listen, o.Address = "0.0.0.0:0", "127.0.0.1" }
	b, _ := start(t, everywhere)
	impostor, _ := start(t, everywhere)
	token, err := ParseToken(b.Token())
	if err != nil {
		t.Fatal(err)
	}
	token.URLs = impostor.token.URLs
	if _, err := Join(t.Context(), token); !errors.Is(err, errOtherCertificate) {
		t.Errorf("Join = %v", err)
	}
}

func waitFor(t *testing.T, log *told, want string) {
	t.Helper()
	for began := time.Now(); !strings.Contains(log.String(), want); time.Sleep(time.Millisecond) {
		if time.Since(began) > time.Minute {
			t.Fatalf("the log never said %q:\n%s", want, log)
		}
	}
}

// TestJoinGivesUp when it is told to, and says what it tried.
func TestJoinGivesUp(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") // nobody answers there
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("interrupted"))
	token := Token{Protocol: wire.Protocol, URLs: []string{"nats://tester:swordfish@" + listener.Addr().String()}, Run: "1", Secret: "swordfish"}
	_, err = Join(ctx, token)
	want := fmt.Sprintf("connect to the controller at %s: interrupted", listener.Addr())
	if err == nil || err.Error() != want {
		t.Errorf("Join = %v, want %s", err, want)
	}
}

// TestAddressesThatCannotBeUsed are told at once, with what to do.
func TestAddressesThatCannotBeUsed(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for listen, want := range map[string]string{
		taken.Addr().String(): "another program listens there",
		"203.0.113.7:0":       "this machine does not have that address",
		"nonsense":            "it must be HOST:PORT",
	} {
		b, err := Start(t.Context(), Options{Run: uuid.NewString(), Listen: listen, Log: slog.New(slog.DiscardHandler)})
		if err == nil {
			b.Close()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Start at %s: %v, want %q in it", listen, err, want)
		}
	}
	nobody := "nats://me:swordfish@" + taken.Addr().String()
	taken.Close()
	if _, err := Start(t.Context(), Options{URL: nobody}); err == nil || !strings.Contains(err.Error(), "nothing answers there") || strings.Contains(err.Error(), "swordfish") {
		t.Errorf("Start with a server that is not there: %v", err)
	}
}
