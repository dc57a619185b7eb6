package worker

import (
	"context"
	"errors"
	"fmt"

	"github.com/liveload/liveload/cluster/shared"
	"github.com/liveload/liveload/cluster/wire"
	"github.com/liveload/liveload/plan"
)

// prepare gets what the job needs, and prepares the node.
func (j *job) prepare(what wire.Prepare) {
	ctx, cancel := j.untilStopped()
	defer cancel()
	err := j.prepareNode(ctx, what)
	if why := j.failed.Load(); err != nil && why != nil {
		err = *why
	}
	close(j.ready)
	j.report(wire.Event{Prepared: &wire.Outcome{Error: wire.NewError(err)}})
}

func (j *job) prepareNode(ctx context.Context, what wire.Prepare) (err error) {
	j.nodes = what.Nodes
	if j.batch, err = j.worker.batch(ctx, what); err != nil {
		return err
	}
	if j.worker.machine == nil {
		j.worker.machine, err = j.worker.Make(ctx, Assignment{
			RunID: j.worker.welcome.RunID, Name: j.worker.welcome.Name, Settings: j.worker.welcome.Settings, Files: &store{j.worker}, Evidence: j.worker.evidence,
		})
		if err != nil {
			j.worker.machine = nil // not a nil of another type
			return err
		}
	}
	if j.shared, err = shared.NewRemote(j.worker.member.Conn, j.worker.member.Run.Channel(j.worker.member.Instance, j.number)); err != nil {
		return err
	}
	if j.job, err = j.worker.machine.Prepare(ctx, j.batch, j.shared); err != nil {
		j.job = nil
		return errors.Join(err, j.shared.Close())
	}
	return nil
}

// batch gets the scenarios of a job.
func (w *worker) batch(ctx context.Context, what wire.Prepare) (batch []plan.Scenario, err error) {
	var program plan.Program
	if err := w.fetch(ctx, what.Scenarios, &batch); err != nil {
		return nil, fmt.Errorf("get the plan: %w", err)
	}
	if err := w.fetch(ctx, what.Program, &program); err != nil {
		return nil, fmt.Errorf("get the program: %w", err)
	}
	if len(batch) == 0 {
		return nil, errors.New("get the plan: it has no scenarios")
	}
	for i := range batch {
		batch[i].Program, batch[i].Data = program, batch[0].Data
	}
	if err := what.Parts.Give(batch); err != nil {
		return nil, fmt.Errorf("get the plan: %w", err)
	}
	return batch, nil
}
