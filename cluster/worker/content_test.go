package worker

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"

	"github.com/liveload/liveload/cluster/broker"
	"github.com/liveload/liveload/cluster/wire"
	"github.com/liveload/liveload/plan"
)

// TestAChangedProgram: what arrives is not used unless it is what the plan says.
func TestAChangedProgram(t *testing.T) {
	b, err := broker.Start(t.Context(), broker.Options{Run: uuid.NewString(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	token, err := broker.ParseToken(b.Token())
	if err != nil {
		t.Fatal(err)
	}
	w := &worker{}
	if w.member, err = broker.Join(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.member.Conn.Close)
	planned, changed := []byte(`{"name":"shop.js","code":"buy()"}`), []byte(`{"name":"shop.js","code":"sell()"}`)
	var serve atomic.Pointer[[]byte]
	serve.Store(&planned)
	if _, err := b.Conn().Subscribe(b.Run().From("*", wire.Content), func(msg *nats.Msg) {
		var request wire.ContentRequest
		if err := json.Unmarshal(msg.Data, &request); err != nil {
			t.Error(err)
		}
		content := *serve.Load()
		msg.Respond(content[min(request.Offset, int64(len(content))):])
	}); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(planned)
	ref := wire.Ref{SHA256: hex.EncodeToString(sum[:]), Size: int64(len(planned))}
	var program plan.Program
	if err := w.fetch(t.Context(), ref, &program); err != nil || program.Code != "buy()" {
		t.Errorf("%+v, %v", program, err)
	}
	serve.Store(&changed)
	program = plan.Program{}
	if err := w.fetch(t.Context(), ref, &program); err == nil || !strings.Contains(err.Error(), "but the controller says "+ref.SHA256) || program.Code != "" {
		t.Errorf("a changed program: %+v, %v", program, err)
	}
}
