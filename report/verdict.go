package report

import (
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/verdict"
)

// judge says of Results what the terminal says too.
func judge(results ...metrics.Result) Verdict {
	v := verdict.Of(results...)
	return Verdict{State: State(v.State), Title: v.Title, Why: v.Why, More: v.More, Doubts: v.Doubts}
}
