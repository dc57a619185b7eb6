package plan

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
)

func ratesTo(start, most string) *RateRange { return &RateRange{*rateOf(start), *rateOf(most)} }

// TestFindLimitReplacesTheLoad of the script, whatever that is made of.
func TestFindLimitReplacesTheLoad(t *testing.T) {
	scripts := []Options{
		{}, {Users: new(50), RampUp: new(time.Minute), Duration: new(time.Second)}, {Iterations: new(3), OnFailure: new(Restart)},
		{Rate: perSec(3), MaxUsers: new(7)}, {Stages: []Stage{{Duration: 5, Target: new(3)}}},
	}
	for _, c := range []struct {
		find       FindLimit
		text       string
		start, one string // the first load, and the second one
		most       int
	}{
		{FindLimit{Users: &IntRange{3, 100}}, "looking for the limit from 3 users to 100 users", "3 users", "6 users", 100},
		{FindLimit{Rate: ratesTo("1/s", "1000/s")}, "looking for the limit from 60/m to 60000/m", "60/m", "120/m", 60_000},
		{FindLimit{Rate: ratesTo("0.1/s", "90/m")}, "looking for the limit from 360/h to 5400/h", "360/h", "720/h", 5400},
		{FindLimit{Rate: ratesTo("50/s", "1000/m")}, "", "", "", 0},
	} {
		for _, script := range scripts {
			c.find.Step, c.find.From = 9*time.Second, "--find-limit"
			d, err := c.find.Decide(Decide([]Layer{{Options: script, Source: func(string) string { return "script" }}}))
			if err != nil {
				t.Fatal(err)
			}
			p := Scenario{Name: "shop"}
			d.Options.Apply(&p)
			c.find.Apply(&p)
			if err := p.Validate(); c.most == 0 {
				if err == nil || !strings.Contains(err.Error(), "option findLimit goes from 50/s up to 16/s: begin with less") {
					t.Errorf("Validate = %v, want that the search begins above its end", err)
				}
				continue
			} else if err != nil {
				t.Fatal(err)
			}
			_, first := p.LimitLoad(p.LimitStart())
			_, second := p.LimitLoad(2 * p.LimitStart())
			if p.LoadText() != c.text || first != c.start || second != c.one || p.FindLimit.Most != c.most || p.Planned() != 0 || p.RampUp != 0 {
				t.Errorf("%+v: %q, from %s by %s to %d, planned %v", script, p.LoadText(), first, second, p.FindLimit.Most, p.Planned())
			}
			if p.FindLimit.Settle() != 3*time.Second || time.Duration(p.Duration) < 9*time.Second*time.Duration(len(p.Name)) {
				t.Errorf("settles for %v, ends after %v", p.FindLimit.Settle(), p.Duration)
			}
			if c.find.Users != nil && p.OnFailure == Stop || c.find.Rate != nil && script.MaxUsers == nil && p.Users != DefaultUsersOfLimit {
				t.Errorf("%+v: on failure %v, %d users", script, p.OnFailure, p.Users)
			}
			checkDescribed(t, &p, c.start)
		}
	}
}

// checkDescribed: the search stands in the place of the load, and travels to other nodes.
func checkDescribed(t *testing.T, p *Scenario, start string) {
	t.Helper()
	d := p.Described()
	find, _ := d["findLimit"].(map[string]any)
	if d["load"] != "search for the limit" || find["from"] != start || find["step"] != "9s" || d["users"] != nil || d["duration"] != nil || d["rate"] != nil {
		t.Errorf("Described = %v", d)
	}
	var arrived Scenario
	text, err := json.Marshal(p)
	if err == nil {
		err = json.Unmarshal(text, &arrived)
	}
	if err != nil || !reflect.DeepEqual(arrived.FindLimit, p.FindLimit) {
		t.Errorf("after the journey %+v, %v", arrived.FindLimit, err)
	}
}

func TestFindLimitRefusesUsersThatEnd(t *testing.T) {
	find := FindLimit{Users: &IntRange{1, 10}, Step: time.Minute, From: "--find-limit"}
	script := Layer{Options: Options{OnFailure: new(Stop)}, Source: func(string) string { return "shop.js, options" }}
	_, err := find.Decide(Decide([]Layer{script}))
	want := "option onFailure (shop.js, options) is stop, but a search for the most users needs users that go on after a failure: say continue or restart"
	if err == nil || err.Error() != want {
		t.Errorf("Decide = %v, want %q", err, want)
	}
	p := testScenario(func(p *Scenario) { p.FindLimit = &Limit{Step: Duration(time.Second), Most: 5} })
	if err := p.Validate(); err == nil || !strings.Contains(err.Error(), "holds each load for 1s, but needs 5s to judge it") {
		t.Errorf("Validate = %v", err)
	}
	p = testScenario(func(p *Scenario) { p.Iterations, p.FindLimit = 5, &Limit{Step: Duration(time.Minute), Most: 5} })
	if err := p.Validate(); err == nil || !strings.Contains(err.Error(), "cannot raise shared iterations") {
		t.Errorf("Validate = %v", err)
	}
}
