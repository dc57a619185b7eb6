package worker

import (
	"context"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/liveload/liveload/cluster/wire"
)

const (
	// askTime is how long a request waits for its answer before it is repeated.
	askTime = 2 * time.Second
	// retryTime is the pause before that.
	retryTime = 200 * time.Millisecond
	// aliveTime is how often the controller is asked whether it is there.
	aliveTime = 2 * time.Second
)

// epoch is a moment of this process's monotonic clock.
var epoch = time.Now()

// from makes a message about a topic.
func (w *worker) from(topic string, payload []byte) *nats.Msg {
	msg := nats.NewMsg(w.member.Run.From(w.member.Instance, topic))
	msg.Data = payload
	return msg
}

// ask asks the controller until it answers or ctx is over.
func (w *worker) ask(ctx context.Context, msg *nats.Msg) (*nats.Msg, error) {
	for {
		attempt, cancel := context.WithTimeout(ctx, askTime)
		answer, err := w.member.Conn.RequestMsgWithContext(attempt, msg)
		cancel()
		if err == nil {
			w.hear()
			return answer, nil
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(retryTime):
		}
	}
}

func (w *worker) hear() { w.heard.Store(int64(time.Since(epoch))) }

func (w *worker) silence() time.Duration { return time.Since(epoch) - time.Duration(w.heard.Load()) }

// stayAlive gives the controller signs of life, and hears those of its own, until ctx is over.
func (w *worker) stayAlive(ctx context.Context) {
	for {
		if _, err := w.ask(ctx, w.from(wire.Alive, nil)); err != nil {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(aliveTime):
		}
	}
}
