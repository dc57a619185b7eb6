package providertest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/liveload/liveload/cluster/providers"
)

// RunPassive runs the suite for a provider that starts no machines, but tells a person to. The person of the test does as
// told: start starts workers with a text, and returns their names.
func RunPassive(t *testing.T, open func(say func(text string)) providers.Provider, start func(t *testing.T, text string, n int) []string) {
	t.Run("the person is told what to start", func(t *testing.T) {
		h := openHub(t, "127.0.0.1:0")
		var texts told
		p := open(texts.say)
		machines, err := p.Launch(bounded(t), 2, passiveSpec(h))
		if err != nil || len(machines) != 0 || texts.count() != 1 {
			t.Fatalf("Launch = %v, %v, and said %q; want no machine, and one text", machines, err, texts.all())
		}
		h.waitFor(t, start(t, texts.all()[0], 2)...)
		if left, err := p.Leftovers(bounded(t)); err != nil || len(left) != 0 {
			t.Errorf("Leftovers = %v, %v", left, err)
		}
		for range 2 {
			if err := p.Destroy(bounded(t), machines); err != nil {
				t.Errorf("Destroy = %v", err)
			}
		}
		h.close()
		h.waitFor(t)
	})
	t.Run("a token that is known is not shown again", func(t *testing.T) {
		h := openHub(t, "127.0.0.1:0")
		var texts told
		spec := passiveSpec(h)
		spec.Known = "my.key"
		if _, err := open(texts.say).Launch(bounded(t), 1, spec); err != nil {
			t.Fatal(err)
		}
		if text := strings.Join(texts.all(), "\n"); !strings.Contains(text, "my.key") || strings.Contains(text, h.secret) {
			t.Errorf("the person was told %q", text)
		}
	})
	t.Run("a cancelled launch asks for nothing", func(t *testing.T) {
		h := openHub(t, "127.0.0.1:0")
		var texts told
		ctx, cancel := context.WithCancelCause(t.Context())
		enough := errors.New("the person has changed their mind")
		cancel(enough)
		if _, err := open(texts.say).Launch(ctx, 1, passiveSpec(h)); !errors.Is(err, enough) || texts.count() != 0 {
			t.Errorf("Launch = %v, and said %q", err, texts.all())
		}
	})
}

func passiveSpec(h *hub) providers.Spec {
	return providers.Spec{Run: uuid.NewString(), Token: h.token()}
}

// told is what a person was told.
type told struct {
	mu    sync.Mutex
	texts []string
}

func (t *told) say(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.texts = append(t.texts, text)
}

func (t *told) all() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.texts)
}

func (t *told) count() int { return len(t.all()) }
