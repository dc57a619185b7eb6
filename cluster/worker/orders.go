package worker

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/liveload/liveload/cluster/wire"
)

// mostAnswers is how many answers are kept for orders that come again.
const mostAnswers = 64

// order takes an order, obeys it if it is new, and answers.
func (w *worker) order(msg *nats.Msg) {
	w.hear()
	var order wire.Order
	if err := json.Unmarshal(msg.Data, &order); err != nil {
		w.Log.Warn("an order of the controller could not be read", "error", err)
		return
	}
	packed, err := json.Marshal(w.answer(order))
	if err != nil {
		panic(err) // our own types
	}
	_ = msg.Respond(packed) // without it the order comes again
	if order.Kind == wire.Leave {
		_ = w.member.Conn.FlushTimeout(askTime)
		w.leave.Do(func() { close(w.left) })
	}
}

// answer answers an order, and one that has come before as it did then.
func (w *worker) answer(order wire.Order) wire.Answer {
	w.mu.Lock()
	defer w.mu.Unlock()
	answer, known := w.answers[order.ID]
	if !known {
		answer = w.obey(order)
		w.answers[order.ID] = answer
		delete(w.answers, order.ID-mostAnswers)
	}
	return answer
}

// obey does what is quick, and begins what is not. The caller holds the lock.
func (w *worker) obey(order wire.Order) wire.Answer {
	var err error
	switch {
	case order.Kind == wire.Clock:
		return wire.Answer{Clock: new(time.Now())}
	case order.Kind == wire.Leave:
		w.leaving = true
	case w.ended:
		err = errEnded
	case order.Kind == wire.PrepareJob:
		err = w.prepare(order)
	case w.job == nil || w.job.number != order.Job:
		err = fmt.Errorf("there is no job %d", order.Job)
	default:
		err = w.job.obey(order)
	}
	return wire.Answer{Error: wire.NewError(err)}
}

// prepare begins to prepare a job, after the one before has ended.
func (w *worker) prepare(order wire.Order) error {
	var what wire.Prepare
	if err := json.Unmarshal(order.Body, &what); err != nil {
		return fmt.Errorf("read the order to prepare: %w", err)
	}
	before, job := w.job, newJob(w, order.Job)
	w.job = job
	w.busy.Go(func() {
		if before != nil {
			before.end()
		}
		job.prepare(what)
	})
	return nil
}
