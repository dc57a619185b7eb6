package plan

import (
	"fmt"
	"strings"

	"github.com/liveload/liveload/suggest"
)

// foreignNames are what other load testers call an option or a flag of ours.
var foreignNames = map[string]string{
	"vus": "users", "startVUs": "users", "maxVUs": "maxUsers", "preAllocatedVUs": "preStartedUsers",
	"gracefulStop": "grace", "gracefulRampDown": "grace", "arrivalRate": "rate", "arrivalCount": "iterations",
	"maxDuration": "duration", "rampTo": "stages", "spawn-rate": "ramp-up", "run-time": "duration",
}

// foreignProblems explain what replaces an option of other load testers.
var foreignProblems = map[string]string{
	"executor":  "is not known: the kind of load follows from its options, such as users, stages, rate or iterations",
	"timeUnit":  "is not known: a rate says its own, such as '10/s' or '600/m'",
	"scenarios": "is not among the options: export it next to them, as `export const scenarios = { ... }`",
	"phases":    "is not known: write stages, such as [{ duration: '30s', rate: '10/s' }]",
	"target":    "is not known: pass the address with --config baseURL=... and read it in config(opts)",
}

// foreignFlags say what replaces a flag of other load testers that is not an option of ours by another name.
var foreignFlags = map[string]string{
	"env":                      "scripts see the variables of the environment, as in `NAME=value liveload test.js`: import { env } from 'liveload', and read env.NAME",
	"base-url":                 aConfig,
	"target":                   aConfig,
	"host":                     aConfig,
	"url":                      aConfig,
	"summary-export":           "--result r.json has all numbers",
	"summary-trend-stats":      "--result r.json has all percentiles",
	"no-summary":               "--quiet leaves out the progress",
	"tag":                      "scenarios have the option tags, and samples of a script's own metrics take them",
	"insecure-skip-tls-verify": "write `export const options = { context: { ignoreHTTPSErrors: true } }`",
	"user-agent":               "write `export const options = { context: { userAgent: '...' } }`",
	"block-hostnames":          "write `export const options = { block: ['**://ads.example/**'] }`",
	"rps":                      "a throttle bounds a rate: export function throttles() { return [Rate('pages', 600)] }, with Rate of 'liveload/throttles'",
	"http-debug":               "--log-level debug says more, and --evidence keeps what failed iterations have sent and got",
	"no-setup":                 "leave the export setup out",
	"no-teardown":              "leave the export teardown out",
	"workers":                  "--users says how many there are at once",
	"spawn":                    "--users says how many there are at once",
}

const aConfig = "pass the address with --config baseURL=https://..., and read it in config(opts)"

// foreignShort are flags of one letter of other load testers.
var foreignShort = map[string]string{"e": "env", "u": "users", "i": "iterations", "d": "duration", "s": "stage", "t": "duration", "r": "ramp-up", "o": "out", "c": "config", "w": "workers", "H": "host"}

// ForeignFlag says what to do instead of a flag that other load testers have, without dashes; "" when nobody knows.
func ForeignFlag(name string) string {
	if long, ok := foreignShort[name]; ok {
		name = long
		if foreignFlags[name] == "" {
			return "did you mean --" + name + "?"
		}
	}
	return foreignFlags[name]
}

// foreignExports say what there is instead of functions that scripts of other load testers export.
var foreignExports = map[string]string{
	"handleSummary": "the summary is in the terminal, and --result r.json, --summary-junit junit.xml and --out have the numbers",
	"before":        "export it as setup, which is called once before the users",
	"beforeAll":     "export it as setup, which is called once before the users",
	"globalSetup":   "export it as setup, which is called once before the users",
	"after":         "export it as teardown, which is called once after the users",
	"afterAll":      "export it as teardown, which is called once after the users",
	"beforeEach":    "call it at the beginning of the default function",
	"afterEach":     "call it at the end of the default function",
}

// ForeignExport says what there is instead of an export that nothing reads; "" when it is nobody's.
func ForeignExport(name string) string {
	if why := foreignExports[name]; why != "" {
		return why
	}
	for _, phase := range []Phase{Setup, Teardown} {
		bare := strings.ToLower(strings.ReplaceAll(name, "_", ""))
		if name != string(phase) && bare == string(phase) {
			return fmt.Sprintf("did you mean %s?", phase)
		}
	}
	return ""
}

// Suggest returns the known name, of an option or of a flag with its dashes, that is probably meant by an unknown
// one, or "".
func Suggest(name string, known []string) string {
	ours := foreignNames[strings.TrimLeft(name, "-")]
	for _, k := range known {
		if ours != "" && strings.TrimLeft(k, "-") == ours {
			return k
		}
	}
	return suggest.Closest(name, known)
}

// unknownOption returns the error about an option that does not exist.
func unknownOption(scenario, name string, known []string) *OptionError {
	if problem, ok := foreignProblems[name]; ok {
		return &OptionError{Scenario: scenario, Option: name, Problem: problem}
	}
	if _, own := scenarioReaders[name]; own && scenario == "" {
		return &OptionError{Option: name, Problem: fmt.Sprintf("is one of a named scenario: `export const scenarios = { browse: { %s: ... } }`", name)}
	}
	return &OptionError{Scenario: scenario, Option: name, Problem: "is not known", Suggestion: Suggest(name, known)}
}

// unknownField returns the error about a field of an option that does not exist; all lists those that do.
func unknownField(name string, known []string, all string) error {
	if near := suggest.Closest(name, known); near != "" {
		return fmt.Errorf("%s is not known: did you mean %s?", name, near)
	}
	return fmt.Errorf("%s is not known: %s", name, all)
}
