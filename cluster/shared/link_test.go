package shared

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// A wire is one direction of a connection that loses, repeats and delays some of what is sent, and can be cut.
type wire struct {
	take   func([]byte) error
	faults bool

	mu      sync.Mutex
	random  *rand.Rand
	cut     bool
	flying  sync.WaitGroup
	carried int // frames
}

func newWire(seed uint64, faults bool, take func([]byte) error) *wire {
	return &wire{take: take, faults: faults, random: rand.New(rand.NewPCG(seed, 1))}
}

func (w *wire) publish(data []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	copies, delay := 1, time.Millisecond
	if w.faults {
		copies, delay = []int{0, 1, 1, 2}[w.random.IntN(4)], time.Duration(w.random.IntN(int(20*time.Millisecond)))
	}
	if w.cut {
		return errors.New("cut")
	}
	w.carried += copies
	for range copies {
		w.flying.Go(func() { time.Sleep(delay); _ = w.take(data) })
	}
	return nil
}

func (w *wire) connected() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return !w.cut
}

func (w *wire) setCut(cut bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = cut
}

// connect starts two links that are connected by wires, which it returns. The links and wires end with the test.
func connect(t *testing.T, seed uint64, faults bool, a, b *link) (fromA, fromB *wire) {
	fromA, fromB = newWire(seed, faults, b.take), newWire(seed+1, faults, a.take)
	a.publish, a.connected = fromA.publish, fromA.connected
	b.publish, b.connected = fromB.publish, fromB.connected
	a.start()
	b.start()
	return fromA, fromB
}

// TestLink: whatever the network does, all items arrive, once, in order, in both directions.
func TestLink(t *testing.T) {
	const items = 3000
	for seed := range uint64(20) {
		synctest.Test(t, func(t *testing.T) {
			var got [2][]string
			receive := func(end int) func([]json.RawMessage) int {
				random := rand.New(rand.NewPCG(seed, 3))
				return func(items []json.RawMessage) int {
					taken := random.IntN(len(items) + 1) // the rest another time
					for _, item := range items[:taken] {
						got[end] = append(got[end], string(item))
					}
					return taken
				}
			}
			a, b := &link{receive: receive(0)}, &link{receive: receive(1)}
			fromA, fromB := connect(t, seed, true, a, b)
			for i := range items {
				a.send(json.RawMessage(strconv.Itoa(i)))
				b.send(json.RawMessage(strconv.Itoa(i)))
				if i%100 == 0 {
					time.Sleep(10 * time.Millisecond)
				}
				if i%1000 == 500 {
					fromA.setCut(true)
					time.Sleep(15 * time.Second)
					fromA.setCut(false)
				}
			}
			time.Sleep(time.Hour)
			synctest.Wait()
			for end, received := range got {
				if len(received) != items {
					t.Fatalf("seed %d: end %d has received %d items of %d", seed, end, len(received), items)
				}
				for i, item := range received {
					if item != strconv.Itoa(i) {
						t.Fatalf("seed %d: end %d has received %s at place %d", seed, end, item, i)
					}
				}
			}
			if left := a.unacknowledged() + b.unacknowledged(); left != 0 {
				t.Errorf("seed %d: %d items are still kept", seed, left)
			}
			before := fromA.carried + fromB.carried
			time.Sleep(time.Hour)
			synctest.Wait()
			if after := fromA.carried + fromB.carried; after != before {
				t.Errorf("seed %d: %d frames were sent though there is nothing to say", seed, after-before)
			}
			a.close()
			b.close()
			fromA.flying.Wait()
			fromB.flying.Wait()
		})
	}
}

// TestLinkSplitsFrames: a frame stays small enough for the network.
func TestLinkSplitsFrames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		received := 0
		a, b := &link{receive: func(i []json.RawMessage) int { return len(i) }}, &link{}
		b.receive = func(items []json.RawMessage) int { received += len(items); return len(items) }
		item, err := json.Marshal(string(make([]byte, maxFrame/20)))
		if err != nil {
			t.Fatal(err)
		}
		fromA, fromB := connect(t, 1, false, a, b)
		carry := fromA.take
		fromA.take = func(data []byte) error {
			if len(data) > 1<<20 {
				t.Errorf("a frame has %d bytes", len(data))
			}
			return carry(data)
		}
		for range 20 {
			a.send(item)
		}
		time.Sleep(time.Minute)
		synctest.Wait() // sleeping alone tells the race detector nothing
		if received != 20 {
			t.Errorf("%d of 20 items have arrived", received)
		}
		a.close()
		b.close()
		fromA.flying.Wait()
		fromB.flying.Wait()
	})
}
