package plan

import (
	"strings"
	"testing"
	"time"
)

func TestIdleOptions(t *testing.T) {
	second := time.Second
	stages := func(targets ...int) (all []Stage) {
		for i := range targets {
			all = append(all, Stage{Duration: Duration(second), Target: &targets[i]})
		}
		return all
	}
	rates := []Stage{{Duration: Duration(second), Rate: perSec(3)}}
	cases := []struct {
		option  string
		options Options
		want    string // "" for one that has an effect
		bound   bool
	}{
		{"maxUsers", Options{MaxUsers: new(3)}, "has no effect on a load of constant users: it is how many users a rate may take. Leave it out, or say rate", false},
		{"maxUsers", Options{MaxUsers: new(3), Stages: stages(1)}, "has no effect on a load of ramping users: it is how many", false},
		{"maxUsers", Options{MaxUsers: new(3), Iterations: new(3)}, "on a load of shared iterations", false},
		{"maxUsers", Options{MaxUsers: new(3), IterationsPerUser: new(3)}, "on a load of iterations per user", false},
		{"maxUsers", Options{MaxUsers: new(3), Controlled: new(true)}, "on a load of externally controlled users", false},
		{"maxUsers", Options{MaxUsers: new(3), Rate: perSec(1)}, "", false},
		{"maxUsers", Options{MaxUsers: new(3), Stages: rates}, "", false},
		{"preStartedUsers", Options{PreStartedUsers: new(3), Users: new(4)}, "it is how many users of a rate start before its clock does", false},
		{"preStartedUsers", Options{PreStartedUsers: new(3), Rate: perSec(1)}, "", false},
		{"rampUp", Options{RampUp: &second, Rate: perSec(1)}, "has no effect on a load of constant arrival rate: users start when iterations need them", false},
		{"rampUp", Options{RampUp: &second, Stages: rates}, "on a load of ramping arrival rate", false},
		{"rampUp", Options{RampUp: &second, Stages: stages(2)}, "stages say when users start. Leave it out, or begin with a stage", false},
		{"rampUp", Options{RampUp: new(time.Duration(0)), Stages: stages(2)}, "", false},
		{"rampUp", Options{RampUp: new(time.Duration(0)), Rate: perSec(1)}, "", false},
		{"rampUp", Options{RampUp: &second}, "", false},
		{"rampUp", Options{RampUp: &second, Iterations: new(3)}, "", false},
		{"rampUp", Options{RampUp: &second, Controlled: new(true)}, "", false},
		{"grace", Options{Grace: &second, Rate: perSec(1)}, "its users keep their places", false},
		{"grace", Options{Grace: &second}, "Only users that `liveload control` takes away have a grace", true},
		{"grace", Options{Grace: &second, Iterations: new(3)}, "iterationTimeout bounds every iteration", true},
		{"grace", Options{Grace: &second, Stages: stages(2, 2, 5)}, "on a load of ramping users: it keeps its users", true},
		{"grace", Options{Grace: &second, Stages: stages(2, 5, 2)}, "", false},
		{"grace", Options{Grace: &second, Controlled: new(true)}, "", false},
		{"duration", Options{Duration: new(time.Minute), Stages: stages(2, 5)}, "is 1m0s, but the stages end after 2s: a duration cuts them off and does not stretch them", true},
		{"duration", Options{Duration: new(2 * second), Stages: stages(2, 5)}, "", false},
		{"duration", Options{Duration: &second, Stages: rates}, "", false},
		{"duration", Options{Duration: &second}, "", false},
	}
	for _, c := range cases {
		got := c.options.Idle(c.option)
		if (got.Why == "") != (c.want == "") || !strings.Contains(got.Why, c.want) || got.Bound != c.bound {
			t.Errorf("%s of %v: %+v, want %q, bound %v", c.option, c.options.Names(), got, c.want, c.bound)
		}
	}
}

// TestMayIdle: each is an option.
func TestMayIdle(t *testing.T) {
	for _, name := range MayIdle() {
		if _, known := options[name]; !known {
			t.Errorf("there is no option %s", name)
		}
	}
}
