package plan

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/jsmodules/types"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/plan/shape"
	"github.com/liveload/liveload/statuses"
)

func TestReadOptions(t *testing.T) {
	got, err := ReadOptions(map[string]any{
		"users": int64(25), "duration": "5m", "iterationTimeout": float64(1500), "rampUp": nil,
		"onFailure": "continue", "block": []any{"**/*.woff2"}, "files": []any{"*.png"}, "acceptStatus": []any{int64(404), "5xx"},
		"urlGroups": []any{map[string]any{"pattern": "/shop/**", "name": "/shop"}},
		"context":   map[string]any{"locale": "de"},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := Options{
		Users: new(25), Duration: new(5 * time.Minute), IterationTimeout: new(1500 * time.Millisecond),
		OnFailure: new(Continue), Block: []string{"**/*.woff2"}, Files: []string{"*.png"}, AcceptStatus: statuses.Set{"404", "5xx"},
		URLGroups: []metrics.URLGroup{{Pattern: "/shop/**", Name: "/shop"}}, Context: map[string]any{"locale": "de"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("ReadOptions = %+v, want %+v", got, want)
	}
}

func TestReadOptionsRefuses(t *testing.T) {
	cases := []struct {
		name  string
		value any
		want  string
	}{
		{"usres", 5, "option usres is not known: did you mean users?"},
		{"iterationTimout", "2m", "did you mean iterationTimeout?"},
		{"timeout", int64(0), "is 0s, but must be longer than 0"},
		{"zebra", 1, "option zebra is not known"},
		{"vus", 5, "option vus is not known: did you mean users?"},
		{"executor", "constant-vus", "option executor is not known: the kind of load follows from its options, such as users"},
		{"scenarios", map[string]any{}, "option scenarios is not among the options: export it next to them, as `export const scenarios = { ... }`"},
		{"users", "many", `option users is "many", but must be a whole number`},
		{"users", 2.5, "option users is 2.5, but must be a whole number"},
		{"duration", "5 minutes", `"5 minutes" is not a duration: write for example 5m`},
		{"duration", "30", `"30" has no unit: write 30s for seconds`},
		{"duration", -1.0, "-1 is not a usable number of milliseconds"},
		{"duration", true, "true is not a duration"},
		{"block", "*.png", "must be a list of texts"},
		{"acceptStatus", "4OO", `has "4OO", which is no status`},
		{"urlGroups", []any{"x"}, "each entry is { pattern"},
		{"context", 3, "must be an object"},
	}
	for _, c := range cases {
		_, err := ReadOptions(map[string]any{c.name: c.value})
		var option *OptionError
		if !errors.As(err, &option) || option.Option != c.name || !strings.Contains(err.Error(), c.want) {
			t.Errorf("ReadOptions(%s: %v) = %v, want an OptionError with %q", c.name, c.value, err, c.want)
		}
	}
}

func TestFlagOverEnvironmentOverScriptOverDefault(t *testing.T) {
	flags := Options{Users: new(1000)}
	environment := Options{Users: new(100), Duration: new(time.Hour)}
	script := Options{Users: new(10), Duration: new(time.Minute), RampUp: new(time.Second)}
	var p Scenario
	flags.Over(environment).Over(script).Apply(&p)
	want := Scenario{Users: 1000, FirstUser: 1, Duration: Duration(time.Hour), RampUp: Duration(time.Second),
		IterationTimeout: Duration(2 * time.Minute), Timeout: Duration(30 * time.Second), OnFailure: Stop, Session: SessionUser, Grace: Duration(DefaultGrace)}
	if !reflect.DeepEqual(p, want) {
		t.Errorf("plan = %+v, want %+v", p, want)
	}
}

func TestValidate(t *testing.T) {
	p := testScenario(func(p *Scenario) {
		p.Users, p.Duration, p.IterationTimeout, p.RampUp, p.OnFailure, p.Session = 0, 0, 0, -1, "explode", "week"
	})
	err := p.Validate()
	if err == nil {
		t.Fatal("Validate accepts a plan without users")
	}
	for _, option := range []string{"users is 0", "duration is 0s", "iterationTimeout is 0s", "rampUp is -1ns", `onFailure is "explode"`, `session is "week"`} {
		if !strings.Contains(err.Error(), option) {
			t.Errorf("Validate = %v, want it to name %q too", err, option)
		}
	}
	if sound := testScenario(nil); sound.Validate() != nil {
		t.Errorf("the defaults are refused: %v", sound.Validate())
	}
}

func TestValidateRefusesMoreThanThereCanBe(t *testing.T) {
	cases := []struct {
		options Options
		want    string // "" for one that can be
	}{
		{Options{Users: new(MostExtra + 1)}, "option users asks for 1000001 users, but a scenario has at most 1000000"},
		{Options{Rate: perSec(1), MaxUsers: new(MostExtra + 1)}, "option maxUsers asks for 1000001 users"},
		{Options{Stages: []Stage{{Duration: 1, Target: new(MostExtra + 1)}}}, "option stages asks for 1000001 users"},
		{Options{Rate: rateOf("999999999/s")}, "option rate asks for 999999999/s, but a scenario begins at most 1000000 iterations a second"},
		{Options{Rate: rateOf("1000000000/1ns")}, "option rate asks for 1000000000/1ns"},
		{Options{Rate: rateOf("1001/ms")}, "option rate asks for 1001/ms"},
		{Options{Rate: rateOf("60000060/m")}, "option rate asks for 60000060/m"},
		{Options{Stages: []Stage{{Duration: 1, Rate: rateOf("1/s")}, {Duration: 1, Rate: rateOf("1000001/s")}}}, "option stages has a stage 2 that asks for 1000001/s, but a scenario begins at most 1000000 iterations a second"},
		{Options{Rate: rateOf("1000001/s"), Stages: []Stage{{Duration: 1, Rate: rateOf("1/s")}}}, "option rate asks for 1000001/s"},
		{Options{Rate: rateOf("1000000/s")}, ""},
		{Options{Rate: rateOf("1000/ms")}, ""},
		{Options{Rate: rateOf("60000000/m")}, ""},
		{Options{Stages: []Stage{{Duration: 1, Rate: rateOf("1000000/s")}}}, ""},
	}
	for _, c := range cases {
		p := testScenario(nil)
		c.options.Apply(&p)
		if err := p.Validate(); (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("Validate = %v, want %q", err, c.want)
		}
	}
}

func TestPlanTravelsAsJSON(t *testing.T) {
	before := Plan{RunID: "r", Scenarios: []Scenario{testScenario(func(p *Scenario) {
		p.Script, p.Program, p.Config = "a.js", Program{Name: "a.js", Code: "1"}, map[string]string{"baseURL": "http://x"}
		p.RampUp = Duration(1500 * time.Millisecond)
	})}}
	text, err := json.Marshal(before)
	if err != nil {
		t.Fatal(err)
	}
	var after Plan
	if err := json.Unmarshal(text, &after); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(before, after) {
		t.Errorf("after the journey %+v, before %+v", after, before)
	}
}

// TestOptionsAreDeclared holds the declarations for editors to the options that are read.
func TestOptionsAreDeclared(t *testing.T) {
	text, err := types.Files.ReadFile("options.d.ts")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range ScenarioOptionNames() {
		if strings.Count(string(text), "\n    "+name+"?: ") != 1 {
			t.Errorf("options.d.ts does not declare the option %s once", name)
		}
	}
	for _, line := range strings.Split(string(text), "\n") {
		name, _, ok := strings.Cut(strings.TrimSpace(line), "?: ")
		if _, own := scenarioReaders[name]; ok && !own && options[name].read == nil {
			t.Errorf("options.d.ts declares %s, which is no option", name)
		}
	}
}

func FuzzParseDuration(f *testing.F) {
	for _, seed := range []string{"5m", "1m30s", "500ms", "0", "30", "-1s", "", "1e9h", "٣s"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseDuration(text)
		if err != nil {
			return
		}
		again, err := ParseDuration(d.String())
		if err != nil || again != d || d < 0 {
			t.Errorf("ParseDuration(%q) = %v, read back as %v, %v", text, d, again, err)
		}
	})
}

// testScenario is a plan with all defaults, and then changed.
func testScenario(change func(*Scenario)) Scenario {
	p := Scenario{Name: "test"}
	Options{}.Apply(&p)
	if change != nil {
		change(&p)
	}
	return p
}

func rateOf(text string) *shape.Rate {
	rate, err := shape.ParseRate(text)
	if err != nil {
		panic(err)
	}
	return &rate
}

func perSec(n int64) *shape.Rate { return &shape.Rate{Count: n, Per: time.Second} }

// TestSession: arrivals are different people, users stay the same, unless options say otherwise.
func TestSession(t *testing.T) {
	for _, c := range []struct {
		options Options
		want    Session
	}{
		{Options{}, SessionUser},
		{Options{Iterations: new(5)}, SessionUser},
		{Options{Controlled: new(true)}, SessionUser},
		{Options{Rate: &shape.Rate{Count: 1, Per: time.Second}}, SessionIteration},
		{Options{Stages: []Stage{{Rate: &shape.Rate{Count: 1, Per: time.Second}}}}, SessionIteration},
		{Options{Rate: &shape.Rate{Count: 1, Per: time.Second}, Session: new(SessionUser)}, SessionUser},
		{Options{Session: new(SessionIteration)}, SessionIteration},
	} {
		if p := testScenario(c.options.Apply); p.Session != c.want {
			t.Errorf("%+v: a session for each %s, want %s", c.options, p.Session, c.want)
		}
	}
}
