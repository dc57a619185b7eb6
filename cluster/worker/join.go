package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/liveload/liveload/cluster/broker"
	"github.com/liveload/liveload/cluster/wire"
)

// waitTime is the pause between attempts to reach a controller that is not there yet.
const waitTime = time.Second

// arrive connects with the controller. With a token that was made before its controller it waits until that is there.
func (w *worker) arrive(ctx context.Context, token broker.Token) (*broker.Membership, error) {
	for told := false; ; told = true {
		member, err := broker.Join(ctx, token)
		absent, ok := errors.AsType[*broker.AbsentError](err)
		if !ok || !token.Waits {
			return member, err
		}
		if !told {
			w.Log.Info("waiting for the controller, which may start later; Ctrl-C ends this", "at", absent.At, "reason", absent.Cause)
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-time.After(waitTime):
		}
	}
}

// join asks the controller until it answers.
func (w *worker) join(ctx context.Context) error {
	hello, err := json.Marshal(wire.Hello{Protocol: wire.Protocol, Version: w.Version, Name: w.Name, Proof: w.member.Proof, Resources: w.Resources})
	if err != nil {
		return fmt.Errorf("join the run: %w", err)
	}
	answer, err := w.ask(ctx, w.from(wire.Join, hello))
	if err == nil {
		err = json.Unmarshal(answer.Data, &w.welcome)
	}
	switch {
	case err != nil:
		return fmt.Errorf("join the run: %w", err)
	case w.welcome.Refused != "":
		return fmt.Errorf("the controller refused this worker: %s", w.welcome.Refused)
	}
	if w.Logs != nil {
		w.Logs.Open(w.welcome.Logs)
	}
	w.Log.Info("joined the run", "run", w.welcome.RunID, "node", w.welcome.Name)
	return nil
}
