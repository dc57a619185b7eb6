package throttles

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/js/jstest"
	"github.com/liveload/liveload/jsmodules/types"
	"github.com/liveload/liveload/throttle"
)

// define runs the throttles of a script whose second line is code.
func define(t *testing.T, code string) ([]throttle.Definition, error) {
	t.Helper()
	all := js.Modules{"liveload/throttles": Module{}}
	program := jstest.Program(t, all, "a.js", "import { Rate, Interarrival, Parallelism } from 'liveload/throttles';\n"+code+"\nexport default () => {};\n")
	return Run(t.Context(), program, js.VMOptions{Modules: all}, map[string]any{"rate": 7})
}

func TestDefinitions(t *testing.T) {
	tests := []struct{ code, want string }{
		{`[]`, `null`},
		{`[Rate('a', 10)]`, `[{"name":"a","kind":"rate","rate":10,"interval":60000000000}]`},
		{`[Rate('a', config.rate).per('2s')]`, `[{"name":"a","kind":"rate","rate":7,"interval":2000000000}]`},
		{`[Rate('a', 1).per(500).per()]`, `[{"name":"a","kind":"rate","rate":1,"interval":60000000000}]`},
		{`[Rate('a', 0.5).ramp(100.5, { duration: '5m' })]`, `[{"name":"a","kind":"rate","rate":0.5,"interval":60000000000,"ramp":{"rate":100.5,"duration":300000000000}}]`},
		{`[Rate('a', 1).ramp(5, { steps: 4, interval: '5s' }).per('1s')]`, `[{"name":"a","kind":"rate","rate":1,"interval":1000000000,"ramp":{"rate":5,"duration":20000000000,"steps":4}}]`},
		{`[new Parallelism('a', 2)]`, `[{"name":"a","kind":"parallelism","limit":2}]`},
		{`[new Rate('a', 1).per('1s').ramp(5, { duration: '5s' })]`, `[{"name":"a","kind":"rate","rate":1,"interval":1000000000,"ramp":{"rate":5,"duration":5000000000}}]`},
		{`[Interarrival('a', '2s').ramp(100, { duration: 1000 })]`, `[{"name":"a","kind":"interarrival","interval":2000000000,"ramp":{"interval":100000000,"duration":1000000000}}]`},
		{`[Parallelism('a', 3), Interarrival('b', 5)]`, `[{"name":"a","kind":"parallelism","limit":3},{"name":"b","kind":"interarrival","interval":5000000}]`},
	}
	for _, test := range tests {
		for _, form := range []string{"export const throttles = (config) => ", "export const throttles = async (config) => "} {
			got, err := define(t, form+test.code)
			text, _ := json.Marshal(got)
			if err != nil || string(text) != test.want {
				t.Errorf("%s = %s, %v; want %s", test.code, text, err, test.want)
			}
		}
	}
	if got, err := define(t, ""); got != nil || err != nil {
		t.Errorf("a script without throttles has %v, %v", got, err)
	}
}

func TestMistakes(t *testing.T) {
	tests := []struct{ code, want string }{
		{`[Rate('a', 0)]`, `a.js:2:39: Rate("a"): the rate must be a number above 0, not 0`},
		{`[Rate('a', -1)]`, `not -1`},
		{`[Rate('a', NaN)]`, `not NaN`},
		{`[Rate('a', Infinity)]`, `not +Inf`},
		{`[Rate('a', '10')]`, `Rate("a"): the rate must be a number above 0, not "10"`},
		{`[Rate('a')]`, `not undefined`},
		{`[Rate('', 1)]`, `Rate: the name must be a text that is not empty, not ""`},
		{`[Rate(1)]`, `Rate: the name must be a text that is not empty, not 1`},
		{`[Rate('a', 1).per(0)]`, `Rate("a"): the interval must be longer than 0, not 0s`},
		{`[Rate('a', 1).per('soon')]`, `Rate("a"): the interval must be milliseconds or a text like "1.5s" or "2m", not "soon"`},
		{`[Rate('a', 1).per('-1s')]`, `not "-1s"`},
		{`[Rate('a', 1).ramp(0, { duration: 1 })]`, `Rate("a"): the target of the ramp must be a number above 0, not 0`},
		{`[Rate('a', 1).ramp('2s', { duration: 1 })]`, `the target of the ramp must be a number above 0, not "2s"`},
		{`[Rate('a', 1).ramp(2)]`, `the ramp must say how long it takes, with { duration } or { steps, interval }`},
		{`[Rate('a', 1).ramp(2, { duration: 1 }).ramp(3, { duration: 1 })]`, `Rate("a"): the ramp is given twice: a throttle has one, whose target stays at its end`},
		{`[Rate('a', 1).ramp(2, {})]`, `the ramp takes either { duration } or { steps, interval }`},
		{`[Rate('a', 1).ramp(2, { steps: 2 })]`, `takes either`},
		{`[Rate('a', 1).ramp(2, { duration: 1, steps: 2, interval: 3 })]`, `takes either`},
		{`[Rate('a', 1).ramp(2, { duration: 0 })]`, `the ramp must take longer than 0, not 0s`},
		{`[Rate('a', 1).ramp(2, { duraton: 1 })]`, `the ramp has no option duraton`},
		{`[Rate('a', 1).ramp(2, { steps: 0, interval: 3 })]`, `steps must be a whole number from 1 on, not 0`},
		{`[Rate('a', 1).ramp(2, { steps: 1.5, interval: 3 })]`, `steps must be a whole number from 1 on, not 1.5`},
		{`[Rate('a', 1).ramp(2, { steps: 1e9, interval: 1 })]`, `steps of the ramp must be a whole number from 1 to 100000`},
		{`[Rate('a', 1).ramp(2, { steps: 1e6, interval: '8760h' })]`, `takes longer than a time can be`},
		{`[Interarrival('a', 0)]`, `Interarrival("a"): the interval must be longer than 0, not 0s`},
		{`[Interarrival('a', '1s').ramp(0, { duration: 1 })]`, `the target of the ramp must be longer than 0`},
		{`[Interarrival('a', '1s').per('1s')]`, `TypeError`},
		{`[Parallelism('a', 0)]`, `Parallelism("a"): the limit must be a whole number from 1 on, not 0`},
		{`[Parallelism('a', 2.5)]`, `the limit must be a whole number from 1 on, not 2.5`},
		{`[Parallelism('a', 2).ramp(3, { duration: 1 })]`, `TypeError`},
		{`[Rate('a', 1), Parallelism('a', 2)]`, `a.js:2:53: throttle "a" is defined twice`},
		{`({})`, `throttles must return an array of Rate, Interarrival and Parallelism, not an object`},
		{`[Rate('a', 1), 'b']`, `throttles returned "b" at index 1`},
		{`[{}]`, `throttles returned an object at index 0`},
		{`[null]`, `throttles returned null at index 0`},
	}
	for _, test := range tests {
		_, err := define(t, "export const throttles = (config) => "+test.code)
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "a.js:") {
			t.Errorf("%s: %v, want %s", test.code, err, test.want)
		}
	}
	if _, err := define(t, "export const throttles = [];"); err == nil || !strings.Contains(err.Error(), "the export throttles must be a function") {
		t.Errorf("throttles that are no function: %v", err)
	}
}

func TestEveryExportIsDeclared(t *testing.T) {
	for _, name := range (Module{}).Names() {
		if !strings.Contains(types.Throttles, "export function "+name+"(") {
			t.Errorf("throttles.d.ts does not declare %s", name)
		}
	}
}
