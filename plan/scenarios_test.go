package plan

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestReadScenariosRefuses(t *testing.T) {
	cases := []struct {
		entry any
		want  string
	}{
		{3, `option scenarios has 3 as "buy"`},
		{map[string]any{"usres": 3}, "scenario buy: option usres is not known: did you mean users?"},
		{map[string]any{"starttime": "3s"}, "did you mean startTime?"},
		{map[string]any{"users": "many"}, `scenario buy: option users is "many"`},
		{map[string]any{"exec": 3}, "option exec is 3, but must be a text"},
		{map[string]any{"startTime": "soon"}, `option startTime "soon" is not a duration`},
		{map[string]any{"weight": 0}, "option weight is 0, but must be at least 1"},
		{map[string]any{"weight": 2e6}, "option weight is 2000000, but must be at most 1000000"},
		{map[string]any{"weight": 1, "rate": "1/s"}, "weight cannot be combined with rate"},
		{map[string]any{"tags": 1}, "option tags is 1, but must be an object of texts"},
		{map[string]any{"tags": map[string]any{"a": 1}}, "option tags has 1 as a, but must hold texts only"},
		{map[string]any{"rate": "1/s", "iterations": 3}, "option iterations cannot be combined with rate"},
		{map[string]any{"users": 3, "stages": []any{map[string]any{"duration": "1s", "target": 1}}}, "option users cannot be combined with stages"},
		{map[string]any{"rate": 3}, "option rate is 3, but must be a text that says in which time, such as '3/s'"},
		{map[string]any{"stages": []any{}}, "option stages is [], but must be a list of stages"},
		{map[string]any{"stages": []any{3}}, "stage 1: 3 is not an object"},
		{map[string]any{"stages": []any{map[string]any{"target": 1}}}, "has no duration"},
		{map[string]any{"stages": []any{map[string]any{"duration": "1s"}}}, "needs either a target (a number of users) or a rate"},
		{map[string]any{"stages": []any{map[string]any{"duration": "1s", "target": -1}}}, "its target is -1, but must be 0 or more"},
		{map[string]any{"stages": []any{map[string]any{"duration": "1s", "rate": "x"}}}, `its rate cannot be read: "x" is not a rate`},
		{map[string]any{"stages": []any{map[string]any{"duration": "1s", "users": 1}}}, "users is not known: a stage has duration, and target or rate"},
		{map[string]any{"stages": []any{map[string]any{"duration": "1s", "target": 1}, map[string]any{"duration": "1s", "rate": "1/s"}}}, "mixes targets and rates"},
		{map[string]any{"iterations": 0}, "option iterations is 0, but must be at least 1"},
	}
	for _, c := range cases {
		_, err := ReadScenarios([]string{"buy"}, map[string]any{"buy": c.entry})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, want an error with %q", c.entry, err, c.want)
		}
	}
	for _, names := range [][]string{nil, {"a/b"}, {""}} {
		if _, err := ReadScenarios(names, map[string]any{"a/b": map[string]any{}, "": map[string]any{}}); err == nil {
			t.Errorf("scenarios called %q are accepted", names)
		}
	}
}

// layer says that everything in it is from one source.
func layer(name string, o Options) Layer {
	return Layer{Options: o, Source: func(option string) string { return name }}
}

func TestDecideScenarios(t *testing.T) {
	named := []NamedScenario{
		{Name: "browse", Weight: 70, Options: Options{RampUp: new(time.Second)}},
		{Name: "buy", Weight: 30},
		{Name: "login", Options: Options{Rate: perSec(2), Duration: new(time.Minute)}},
	}
	stages := []Stage{{Duration: Duration(time.Second), Target: new(10)}, {Duration: Duration(time.Second), Target: new(1)}}
	cases := []struct {
		name                string
		above, script, file Options
		browse, buy, login  Options
		from                map[string]string // of buy
	}{
		{"users", Options{}, Options{Users: new(10), Duration: new(time.Hour)}, Options{},
			Options{Users: new(7), RampUp: new(time.Second), Duration: new(time.Hour)}, Options{Users: new(3), Duration: new(time.Hour)},
			Options{Rate: perSec(2), Duration: new(time.Minute)}, map[string]string{"users": "30/100 of script", "duration": "script"}},
		{"a flag", Options{Users: new(20), Duration: new(time.Second)}, Options{Users: new(10)}, Options{Grace: new(time.Second)},
			Options{Users: new(14), RampUp: new(time.Second), Duration: new(time.Second), Grace: new(time.Second)},
			Options{Users: new(6), Duration: new(time.Second), Grace: new(time.Second)},
			Options{Rate: perSec(2), Duration: new(time.Second), Grace: new(time.Second)},
			map[string]string{"users": "30/100 of flags", "duration": "flags", "grace": "file"}},
		{"a rate", Options{}, Options{Rate: perSec(10), MaxUsers: new(9)}, Options{Users: new(3)},
			Options{Rate: perSec(7), MaxUsers: new(9), RampUp: new(time.Second)}, Options{Rate: perSec(3), MaxUsers: new(9)},
			Options{Rate: perSec(2), Duration: new(time.Minute), MaxUsers: new(9)}, map[string]string{"rate": "30/100 of script", "maxUsers": "script"}},
		{"stages", Options{Stages: stages}, Options{Users: new(100)}, Options{},
			Options{RampUp: new(time.Second), Stages: []Stage{{Duration: Duration(time.Second), Target: new(7)}, {Duration: Duration(time.Second), Target: new(1)}}},
			Options{Stages: []Stage{{Duration: Duration(time.Second), Target: new(3)}, {Duration: Duration(time.Second), Target: new(0)}}},
			Options{Rate: perSec(2), Duration: new(time.Minute)}, map[string]string{"stages": "30/100 of flags"}},
		{"iterations", Options{Users: new(2)}, Options{Iterations: new(100)}, Options{},
			Options{Users: new(1), Iterations: new(70), RampUp: new(time.Second)}, Options{Users: new(1), Iterations: new(30)},
			Options{Rate: perSec(2), Duration: new(time.Minute)}, map[string]string{"users": "30/100 of flags", "iterations": "30/100 of script"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			decided, err := DecideScenarios(named, []Layer{layer("flags", c.above)}, layer("script", c.script), []Layer{layer("file", c.file)})
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range []Options{c.browse, c.buy, c.login} {
				if got := decided[i].Options; !reflect.DeepEqual(got, want) {
					t.Errorf("%s: %+v, want %+v", named[i].Name, got, want)
				}
			}
			if got := decided[1].From; !reflect.DeepEqual(got, c.from) {
				t.Errorf("buy's options are from %v, want %v", got, c.from)
			}
		})
	}
}

func TestWhatReplacesALoad(t *testing.T) {
	stages := []Stage{{Duration: Duration(time.Second), Target: new(1)}}
	cases := []struct{ above, below, want Options }{
		{Options{Users: new(5)}, Options{Stages: stages}, Options{Users: new(5)}},
		{Options{Users: new(5)}, Options{Rate: perSec(1), MaxUsers: new(3)}, Options{Users: new(5), MaxUsers: new(3)}},
		{Options{Users: new(5)}, Options{Iterations: new(9), Users: new(1)}, Options{Users: new(5), Iterations: new(9)}},
		{Options{Rate: perSec(1)}, Options{Users: new(5), Stages: stages}, Options{Rate: perSec(1)}},
		{Options{Stages: stages}, Options{Rate: perSec(1), Iterations: new(3)}, Options{Stages: stages}},
		{Options{Iterations: new(3)}, Options{Users: new(5), Duration: new(time.Second)}, Options{Iterations: new(3), Users: new(5), Duration: new(time.Second)}},
		{Options{IterationsPerUser: new(3)}, Options{Iterations: new(5), Stages: stages}, Options{IterationsPerUser: new(3)}},
		{Options{Duration: new(time.Second)}, Options{Stages: stages}, Options{Duration: new(time.Second), Stages: stages}},
	}
	for _, c := range cases {
		if got := c.above.Over(c.below); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%+v over %+v = %+v, want %+v", c.above.Names(), c.below.Names(), got.Names(), c.want.Names())
		}
	}
}
