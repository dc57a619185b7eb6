package workerlog

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func levels(workers slog.Level) Levels { return Levels{Workers: &workers, Scripts: slog.LevelInfo} }

// sent returns what a Sender sends of what is logged.
func sent(t *testing.T, l Levels, log func(workers, scripts *slog.Logger)) (messages [][]byte) {
	t.Helper()
	s := NewSender()
	s.Open(l)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Run(ctx, func(message []byte) error {
			messages = append(messages, message)
			return nil
		})
	}()
	log(slog.New(s.Workers()), slog.New(s.Scripts()))
	cancel()
	<-done
	return messages
}

// received returns the lines that a Receiver writes of messages.
func received(t *testing.T, r func(*slog.Logger) *Receiver, messages ...[]byte) []string {
	t.Helper()
	var out bytes.Buffer
	to := r(slog.New(slog.NewTextHandler(&out, nil)))
	for _, message := range messages {
		if err := to.Take("a", 0, message); err != nil {
			t.Error(err)
		}
	}
	to.Close()
	text := regexp.MustCompile(`(?m)^time=\S+ `).ReplaceAllString(out.String(), "")
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

func receiver(l Levels, secrets ...string) func(*slog.Logger) *Receiver {
	return func(log *slog.Logger) *Receiver { return NewReceiver(log, l, secrets...) }
}

// TestRecordsArrive: also below the level of the controller's own log, when they are asked for.
func TestRecordsArrive(t *testing.T) {
	log := func(workers, scripts *slog.Logger) {
		workers.With("user", 7).WithGroup("page").Debug("opened", "url", "http://x", slog.Group("size", "w", 3, "big", true), "took", 2*time.Second)
		workers.Warn("lost a browser", "error", errors.New("exit status 1"))
		scripts.Info("hello", "scenario", "buy")
		scripts.Debug("not as on one machine")
	}
	for _, tt := range []struct {
		level slog.Level
		want  string
	}{
		{slog.LevelDebug, `level=DEBUG msg=opened node=a user=7 page.url=http://x page.size.w=3 page.size.big=true page.took=2s
level=WARN msg="lost a browser" node=a error="exit status 1"
level=INFO msg=hello node=a scenario=buy`},
		{slog.LevelWarn, `level=WARN msg="lost a browser" node=a error="exit status 1"
level=INFO msg=hello node=a scenario=buy`},
	} {
		l := levels(tt.level)
		if got := strings.Join(received(t, receiver(l), sent(t, l, log)...), "\n"); got != tt.want {
			t.Errorf("%v:\n%s\nwant\n%s", tt.level, got, tt.want)
		}
	}
	if messages := sent(t, Levels{}, log); messages != nil {
		t.Errorf("without a level there are %q", messages)
	}
}

// TestNothingLooksLikeALineOfTheController: not with line ends, escapes, or attributes of the same name.
func TestNothingLooksLikeALineOfTheController(t *testing.T) {
	l := levels(slog.LevelWarn)
	messages := sent(t, l, func(workers, _ *slog.Logger) {
		workers.Error("a\nlevel=ERROR msg=forged\x1b[2J\u202e", "node", "controller", "level", "INFO", "msg", "x", "k\n=", "v\r\n")
	})
	want := `level=ERROR msg="a\nlevel=ERROR msg=forged\x1b[2J\u202e" node=a "its node"=controller "its level"=INFO "its msg"=x "k\n="="v\r\n"`
	if got := received(t, receiver(l), messages...); len(got) != 1 || got[0] != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
}

func TestSecretsAreHidden(t *testing.T) {
	l := levels(slog.LevelWarn)
	messages := sent(t, l, func(workers, _ *slog.Logger) { workers.Warn("token swordfish", "swordfish", "x swordfish") })
	if got := strings.Join(received(t, receiver(l, "swordfish", ""), messages...), "\n"); got != `level=WARN msg="token [secret]" node=a [secret]="x [secret]"` {
		t.Errorf("got %s", got)
	}
}

// TestFloods: each record arrives, or is counted as left out, and nobody waits.
func TestFloods(t *testing.T) {
	l, logged := levels(slog.LevelWarn), 5000
	messages := sent(t, l, func(workers, _ *slog.Logger) {
		for i := range logged {
			workers.Warn("flood", "i", i)
		}
	})
	checkFlood(t, received(t, receiver(l), messages...), logged)

	var forged [][]byte // of a worker that knows no limit
	for range 100 {
		b := batch{Records: make([]record, mostRecords)}
		for i := range b.Records {
			b.Records[i] = record{Level: slog.LevelWarn, Message: "flood"}
		}
		message, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		forged = append(forged, message)
	}
	checkFlood(t, received(t, receiver(l), forged...), 100*mostRecords)
}

// TestAbsurdCounts: however many records a worker says to have left out, the number that is told is not below what it said.
func TestAbsurdCounts(t *testing.T) {
	l := levels(slog.LevelWarn)
	most := fmt.Appendf(nil, `{"left":%d}`, int64(math.MaxInt64))
	lines := received(t, receiver(l), most, most, []byte(`{"left":1}`))
	for i, line := range lines {
		var n int64
		if _, err := fmt.Sscanf(line, `level=WARN msg="log records of a node were left out, since it logs too much" node=a records=%d`, &n); err != nil || n != math.MaxInt64 {
			t.Errorf("line %d is %q, %v", i+1, line, err)
		}
	}
	if len(lines) != 2 {
		t.Errorf("%d lines, want one at once and one at the end: %q", len(lines), lines)
	}
}

func checkFlood(t *testing.T, lines []string, logged int) {
	t.Helper()
	shown, left := 0, 0
	for _, line := range lines {
		if strings.Contains(line, "msg=flood") {
			shown++
			continue
		}
		var n int
		if _, err := fmt.Sscanf(line, `level=WARN msg="log records of a node were left out, since it logs too much" node=a records=%d`, &n); err != nil {
			t.Errorf("%q: %v", line, err)
		}
		left += n
	}
	if shown < burst || left == 0 || shown+left != logged {
		t.Errorf("of %d records %d are shown and %d were left out", logged, shown, left)
	}
}

// TestLostConnection: what could not be sent is counted.
func TestLostConnection(t *testing.T) {
	s := NewSender()
	for range 3 {
		s.put(record{Message: "x"})
	}
	var message []byte
	s.drain(func([]byte) error { return errors.New("no connection") })
	s.drain(func(m []byte) error { message = m; return nil })
	if string(message) != `{"left":3}` {
		t.Errorf("then %s is sent", message)
	}
}

func TestTakeRefuses(t *testing.T) {
	many := strings.Repeat(`{"key":"k","value":1},`, mostAttrs+1)
	for _, message := range []string{``, `[]`, `{"left":-1}`, `{"records":[{"attrs":[{"key":"k","value":{}}]}]}`,
		`{"records":[{"attrs":[` + strings.TrimSuffix(many, ",") + `]}]}`, `{"records":[` + strings.Repeat("{},", mostRecords) + `{}]}`} {
		if err := NewReceiver(slog.New(slog.DiscardHandler), levels(slog.LevelWarn)).Take("a", 0, []byte(message)); err == nil {
			t.Errorf("%.80s was accepted", message)
		}
	}
}

// FuzzTake: whatever a worker sends, each line is one of its node.
func FuzzTake(f *testing.F) {
	f.Add([]byte(`{"records":[{"time":"2026-08-01T12:00:00Z","level":"WARN","message":"a\nb","attrs":[{"key":"node","value":"x"},{"key":"n","value":1e999}]}]}`))
	f.Add([]byte(`{"left":3}`))
	f.Fuzz(func(t *testing.T, message []byte) {
		var out bytes.Buffer
		r := NewReceiver(slog.New(slog.NewTextHandler(&out, nil)), levels(slog.LevelDebug))
		_ = r.Take("a", 0, message)
		r.Close()
		for line := range strings.Lines(out.String()) {
			if !strings.HasPrefix(line, "time=") || !strings.Contains(line, " node=a") {
				t.Errorf("%q makes the line %q", message, line)
			}
		}
	})
}
