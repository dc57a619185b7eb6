package main

// runFlags are the flags of a run.
func runFlags() []flag {
	return append(append(loadFlags(), findLimitFlags()...),
		flag{name: "iteration-timeout", value: "TIME", usage: "kill an iteration after `TIME` (2m)"},
		flag{name: "on-failure", value: "POLICY", usage: "what becomes of a user whose iteration failed: `POLICY` stop, continue or restart (stop)"},
		flag{name: "config", value: "KEY=VALUE", many: true, usage: "hand `KEY=VALUE` to the script's config function; may be repeated"},
		flag{name: "threshold", value: "METRIC:EXPRESSION", many: true, split: ";", usage: "exit with 99 unless `METRIC:EXPRESSION` holds, such as 'liveview_event_duration_us:p(95)<250ms'; may be repeated"},
		flag{name: "options-file", value: "FILE", usage: "read flags from the YAML `FILE`, below the script's options"},
		flag{name: "seed", value: "N", usage: "repeat the random choices of the run that had the seed `N` (a new one)"},
		flag{name: "result", value: "FILE", usage: "write the Result as JSON to `FILE`"},
		flag{name: "summary-junit", value: "FILE", usage: "write thresholds and errors as JUnit XML to `FILE`"},
		flag{name: "evidence", value: "on|off", usage: "keep screenshot, page and console of the first failures of each class: `on|off` (on)"},
		flag{name: "evidence-dir", value: "DIR", usage: "keep them in `DIR` (liveload-results/ and the time)"},
		flag{name: "trace", value: "MODE", usage: "record traces for Playwright's trace viewer: `MODE` on-failure, on or off (off)"},
		flagHeaded,
		flagBrowserPath,
		flag{name: "quiet", usage: "print the summary only"},
		flag{name: "no-color", usage: "no colours, as with NO_COLOR"},
		flagLogLevel, flagLogFormat,
	)
}

// loadFlags say how many users and iterations there are.
func loadFlags() []flag {
	return []flag{
		{name: "users", value: "N", usage: "`N` users at once (1)"},
		{name: "duration", value: "TIME", usage: "each user iterates for `TIME`: 5m, 1m30s, 500ms (10m); bounds every other load"},
		{name: "ramp-up", value: "TIME", usage: "spread the start of the users over `TIME` (0)"},
		{name: "stage", value: "TIME:GOAL", many: true, usage: "go evenly to so many users within `TIME:GOAL`, 30s:50, or to a rate, 30s:10/s; may be repeated"},
		{name: "grace", value: "TIME", usage: "let the last iteration of a user that a stage has no place for take `TIME` (30s)"},
		{name: "rate", value: "RATE", usage: "begin iterations at `RATE`, 10/s or 600/m, whatever becomes of those before"},
		{name: "max-users", value: "N", usage: "at most `N` users do that (those of 10 seconds)"},
		{name: "pre-started-users", value: "N", usage: "start `N` of them before the first iteration is due (those of 1 second)"},
		{name: "iterations", value: "N", usage: "`N` iterations of all users together"},
		{name: "iterations-per-user", value: "N", usage: "`N` iterations of each user"},
		{name: "controlled", usage: "users come and go by liveload control; --users 0 begins with nobody, --duration is the whole time"},
	}
}
