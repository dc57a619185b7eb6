package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/plan"
)

// cleanUp removes machines that were left behind, or those of a run.
func (o *outside) cleanUp(ctx context.Context, all inventory, asked machineFlags) error {
	err := all.problem
	if failed := all.keepRemovable(asked.run, asked.expired); failed != nil {
		return errors.Join(err, failed)
	}
	if len(all.rows) == 0 {
		if err == nil {
			fmt.Fprintf(o.stdout, "%s: no run has left anything\n", all.kind.Name)
		}
		return err
	}
	for _, row := range all.rows {
		fmt.Fprintf(o.stdout, "%s: run %s of %s has left %s%s\n", all.kind.Name, row.Run, row.Launched.Local().Format(time.DateTime), row.Name, ofWhom(row, all.home.Owner))
	}
	mine, others := split(all.rows, all.home.Owner)
	if len(others) > 0 && !asked.yes && !o.agrees(ctx, fmt.Sprintf("Remove %s of other owners? [y/N] ", plan.Plural(len(others), "machine"))) {
		err = errors.Join(err, fmt.Errorf("%s: left %s of other owners alone: --yes removes them without a question", all.kind.Name, plan.Plural(len(others), "machine")))
		others = nil
	}
	remove := slices.Concat(mine, others)
	if len(remove) == 0 {
		return err
	}
	bounded, cancel := context.WithTimeoutCause(ctx, cleanupTimeout, fmt.Errorf("waited %v: `liveload cluster list` shows what is left", cleanupTimeout))
	defer cancel()
	if destroyed := all.provider.Destroy(bounded, remove); destroyed != nil {
		return errors.Join(err, destroyed)
	}
	fmt.Fprintf(o.stdout, "%s: removed %s\n", all.kind.Name, whatWasRemoved(len(remove), len(all.rows)))
	return err
}

// keepRemovable leaves the machines that may be removed: those of a run that is named, or all that were left behind.
func (all *inventory) keepRemovable(run string, onlyExpired bool) error {
	if run == "" {
		all.keep(func(row machineRow) bool {
			return row.State == machineExpired || row.State == machineLeft && !onlyExpired
		})
		return nil
	}
	if err := all.keepRun(run); err != nil {
		return err
	}
	if goesOn := slices.ContainsFunc(all.rows, func(row machineRow) bool { return row.State == machineGoesOn }); goesOn {
		return fmt.Errorf("run %s goes on: end it with liveload control stop, which removes its machines", all.rows[0].Run)
	}
	all.keep(func(row machineRow) bool { return !onlyExpired || row.State == machineExpired })
	return nil
}

// split divides machines into those of this owner and those of others.
func split(rows []machineRow, owner string) (mine, others []providers.Machine) {
	for _, row := range rows {
		if isOthers(row, owner) {
			others = append(others, row.Machine)
		} else {
			mine = append(mine, row.Machine)
		}
	}
	return mine, others
}

func isOthers(row machineRow, owner string) bool { return row.Owner != "" && row.Owner != owner }

func ofWhom(row machineRow, owner string) string {
	if isOthers(row, owner) {
		return ", of " + row.Owner
	}
	return ""
}

// agrees asks the person. Without one the answer is no.
func (o *outside) agrees(ctx context.Context, question string) bool {
	fmt.Fprint(o.stdout, question)
	answers := make(chan string, 1)
	go func() { // it ends with the process when nobody answers
		answer, _ := bufio.NewReader(o.stdin).ReadString('\n') // its end is an answer too
		answers <- strings.ToLower(strings.TrimSpace(answer))
	}()
	answer := ""
	select {
	case answer = <-answers:
	case <-ctx.Done():
	}
	if answer == "" {
		fmt.Fprintln(o.stdout)
	}
	return answer == "y" || answer == "yes"
}

func whatWasRemoved(removed, named int) string {
	if removed == named {
		return "what is named above"
	}
	return fmt.Sprintf("%d of them", removed)
}
