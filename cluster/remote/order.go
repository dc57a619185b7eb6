package remote

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/liveload/liveload/cluster/wire"
)

const (
	// answerTime is how long an order waits for its answer before it is repeated.
	answerTime = 2 * time.Second
	// retryTime is the pause before that.
	retryTime = 200 * time.Millisecond
	// roundTrips is how often a clock is read; the quickest time counts.
	roundTrips = 5
)

// readClock measures the offset of the worker's clock.
func (n *Node) readClock(ctx context.Context) error {
	quickest := time.Duration(-1)
	for range roundTrips {
		asked := time.Now()
		answer, err := n.order(ctx, wire.Clock, 0, nil)
		took := time.Since(asked)
		if err != nil {
			return fmt.Errorf("read its clock: %w", err)
		}
		if answer.Clock != nil && (quickest < 0 || took < quickest) {
			quickest = took
			n.offset.Store(int64(answer.Clock.Sub(asked.Round(0).Add(took / 2))))
		}
	}
	return nil
}

// order tells the worker something until it answers, ctx is over, or it is silent for too long.
func (n *Node) order(ctx context.Context, kind string, job int, body any) (wire.Answer, error) {
	order := wire.Order{ID: n.orders.Add(1), Kind: kind, Job: job}
	if body != nil {
		packed, err := json.Marshal(body)
		if err != nil {
			return wire.Answer{}, fmt.Errorf("tell node %s to %s: %w", n.name, kind, err)
		}
		order.Body = packed
	}
	packed, err := json.Marshal(order)
	if err != nil {
		return wire.Answer{}, fmt.Errorf("tell node %s to %s: %w", n.name, kind, err)
	}
	for began := time.Now(); ; {
		if err := n.pause(ctx, 0); err != nil {
			return wire.Answer{}, err
		}
		answer, err := n.ask(ctx, packed)
		if err == nil {
			return answer, answer.Error.Err()
		}
		if n.isSilent() && time.Since(began) > answerTime {
			return wire.Answer{}, n.errSilent()
		}
		if err := n.pause(ctx, retryTime); err != nil {
			return wire.Answer{}, err
		}
	}
}

func (n *Node) ask(ctx context.Context, order []byte) (answer wire.Answer, err error) {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	msg, err := n.hub.Gate.Conn().RequestWithContext(ctx, n.hub.Gate.Run().To(n.instance, wire.Orders), order)
	if err != nil {
		return answer, err
	}
	n.hear()
	return answer, json.Unmarshal(msg.Data, &answer)
}

// pause waits, unless ctx is over or the worker is expelled.
func (n *Node) pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-n.gone:
		return n.errGone()
	case <-time.After(d):
		return nil
	}
}
