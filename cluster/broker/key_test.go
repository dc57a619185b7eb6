package broker

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/sinks/outputtest"
)

// freeAddress is one of all interfaces of this machine at which nothing listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	_, port, err := net.SplitHostPort(outputtest.FreeAddress(t))
	if err != nil {
		t.Fatal(err)
	}
	return net.JoinHostPort("0.0.0.0", port)
}

func newKey(t *testing.T, listen string) *Key {
	t.Helper()
	k, err := NewKey(Options{Listen: listen, Address: "127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// TestKey: one token lets workers join the runs of a key, which come one after the other, and before them there is nobody.
func TestKey(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	listen, file := freeAddress(t), filepath.Join(t.TempDir(), "key")
	if err := newKey(t, listen).Write(file); err != nil {
		t.Fatal(err)
	}
	k, err := ReadKey(file)
	if err != nil {
		t.Fatal(err)
	}
	token, err := ParseToken(k.Token.String())
	if err != nil || !token.Waits {
		t.Fatalf("the token of a key: %+v, %v", token, err)
	}
	if _, err := Join(ctx, token); !isAbsent(err) {
		t.Fatalf("Join before the controller is there = %v, want an *AbsentError", err)
	}
	for range 2 {
		b, err := Start(ctx, Options{Run: "another", Key: k, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		if b.Token() != k.Token.String() || string(b.Run()) != k.Token.Run {
			t.Errorf("the run has the token %s, want that of the key", b.Token())
		}
		m, err := Join(ctx, token)
		if err != nil {
			t.Fatal(err)
		}
		if !b.Proves(m.Instance, m.Proof) {
			t.Error("a worker does not prove that it has the token")
		}
		other, err := ParseToken(newKey(t, listen).Token.String())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Join(ctx, other); err == nil || isAbsent(err) {
			t.Errorf("Join with the token of another key = %v; want an error that no wait mends", err)
		}
		m.Conn.Close()
		b.Close()
	}
}

func isAbsent(err error) bool {
	_, ok := errors.AsType[*AbsentError](err)
	return ok
}

func TestKeyFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key")
	k := newKey(t, "0.0.0.0:4222")
	if err := k.Write(file); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key is readable by others: %v, %v", info.Mode(), err)
	}
	if err := k.Write(file); !errors.Is(err, os.ErrExist) {
		t.Errorf("writing over a key: %v", err)
	}
	if _, err := NewKey(Options{Listen: ":0"}); err == nil || !strings.Contains(err.Error(), "a port that stays the same") {
		t.Errorf("a key without a port: %v", err)
	}
	mixed := *k
	mixed.Certificate = newKey(t, "0.0.0.0:4222").Certificate
	for name, content := range map[string]func(file string) error{
		"empty":   func(file string) error { return os.WriteFile(file, nil, 0o600) },
		"nothing": func(file string) error { return os.WriteFile(file, []byte("{}"), 0o600) },
		"mixed":   mixed.Write,
	} {
		file := filepath.Join(t.TempDir(), name)
		if err := content(file); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadKey(file); err == nil || !strings.Contains(err.Error(), name+" is no key of a cluster") || strings.Contains(err.Error(), k.Token.Secret) {
			t.Errorf("ReadKey of %s = %v", name, err)
		}
	}
	if k, err := NewKey(Options{Listen: "localhost:4222"}); err != nil || k.Token.URLs[0] != "nats://localhost:4222" || k.check() != nil {
		t.Errorf("a key for a host with a name: %+v, %v", k, err)
	}
	if k, err := NewKey(Options{URL: "nats://host:4222"}); err != nil || k.Token.URLs[0] != "nats://host:4222" || k.check() != nil {
		t.Errorf("a key for a server that exists: %+v, %v", k, err)
	}
}
