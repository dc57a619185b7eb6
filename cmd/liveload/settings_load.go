package main

import (
	"math/rand/v2"
	"strconv"

	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/shape"
)

func (r *flagReader) stages(flag string) []plan.Stage {
	var stages []plan.Stage
	for _, text := range r.c.StringSlice(flag) {
		stage, err := plan.ParseStage(text)
		if err != nil {
			r.refuse(flag, "cannot be read: %v", err)
			return nil
		}
		if len(stages) > 0 && (stages[0].Rate == nil) != (stage.Rate == nil) {
			r.refuse(flag, "is %q, but the stages before it lead to %s: use one of both", text, goalOf(stages[0]))
			return nil
		}
		stages = append(stages, stage)
	}
	return stages
}

func goalOf(s plan.Stage) string {
	if s.Rate != nil {
		return "rates"
	}
	return "numbers of users"
}

func (r *flagReader) rate(flag string) *shape.Rate {
	text := r.c.String(flag)
	if text == "" {
		return nil
	}
	rate, err := shape.ParseRate(text)
	if err != nil {
		r.refuse(flag, "cannot be read: %v", err)
		return nil
	}
	return &rate
}

// mostSeed is the largest whole number that JavaScript, and so every reader of JSON, keeps exactly.
const mostSeed = 1<<53 - 1

// seed reads a seed, or chooses one.
func (r *flagReader) seed(flag string) (seed uint64, from string) {
	text := r.c.String(flag)
	if text == "" {
		return 1 + rand.Uint64N(mostSeed), "chosen at random"
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n < 1 || n > mostSeed {
		r.refuse(flag, "is %q, but must be a whole number from 1 to %d", text, uint64(mostSeed))
	}
	return n, r.place(flag)
}
