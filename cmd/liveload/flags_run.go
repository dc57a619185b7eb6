package main

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/liveload/liveload/browserpool/engines"
	"github.com/liveload/liveload/metrics"
)

// runFlags are the flags of a run.
func runFlags() []cli.Flag {
	flags := slices.Concat(loadFlags(), findLimitFlags(), clusterFlags())
	return append(append(flags,
		newFlag("iteration-timeout", "kill an iteration after `TIME` (2m)"),
		newFlag("timeout", "give up an operation in the browser after `TIME`, unless it says otherwise (30s)"),
		newFlag("on-failure", "what becomes of a user whose iteration failed: `POLICY` stop, continue or restart (stop)"),
		newFlag("session", "how long a user keeps its cookies, storage and caches: `SCOPE` iteration or user (iteration for a rate, otherwise user)"),
		newFlag("allow-file-urls", "pages may be files of the machine: navigate('file:///...')"),
		newListFlag(allowReadFlag, ":", "scripts may read files in the folder `DIR` too, and below it, not only in their own"),
		newFlag(scriptMemoryFlag, "end the iteration whose script grows when all scripts of a machine take more than `SIZE`, such as 512MB or 2GB (a quarter of its memory)"),
		newListFlag("config", "", "hand `KEY=VALUE` to the script's config function"),
		newListFlag(configSecretFlag, "\n", "the same for a secret, which nothing shows: `KEY=VALUE`, or KEY for the value of "+configVariable("KEY")),
		newListFlag("threshold", ";", "exit with 99 unless `METRIC:EXPRESSION` holds, such as 'liveview_event_duration_us:p(95)<250ms'"),
		newFlag(maxFailuresFlag, "exit with 98 when more than this `SHARE` of the users or iterations of a scenario failed, such as 5%; off for any (50%)"),
		newFlag(optionsFileFlag, "read flags from the YAML `FILE`, below the script's options"),
		newFlag("seed", "repeat the random choices of the run that had the seed `N` (a new one)"),
		newFlag("result", "write the Result as JSON to `FILE`"),
		newListFlag("out", "", "write the numbers of each second to `KIND=ADDRESS` during the run, such as csv=points.csv"),
		newFlag("out-nodes", "write each node's own numbers too, as METRIC"+metrics.ByNodeSuffix),
		outTimeoutFlag(),
		newListFlag(probeFlag, "", "read the tested application's own metrics each second: `KIND=URL`, such as prometheus=http://127.0.0.1:9568/metrics"),
		newListFlag(probeMatchFlag, "", "read the metrics `NAME` too, which may have * and ? in it, or be a /regular expression/"),
		newListFlag(probeHeaderFlag, "\n", "send `NAME:VALUE` to each --probe, such as 'Authorization: Bearer TOKEN'"),
		newOptionalFlag(dashboardFlag, "show the run in the browser, at a free port of this machine, --dashboard=HOST:PORT there, =off not at all (on in a terminal)"),
		newFlag(noDashboardFlag, "no dashboard"),
		newFlag("grafana", "print the link to the run's dashboard in the Grafana at `URL`, over --out influxdb"),
		newListFlag(reportFlag, "", "write a report for people to `FILE`, whose ending says what it is: "+reportEndings()+"; off for none (report.html in the folder of --evidence-dir)"),
		newFlag("summary-junit", "write thresholds and errors as JUnit XML to `FILE`"),
		newFlag("evidence", "keep screenshot, page and console of the first failures of each class: `on|off` (on)"),
		newFlag("evidence-dir", "keep them in `DIR` (liveload-results/ and the time)"),
		newFlag(maxDiskFlag, "let downloads, traces, evidence and the browsers' files take `SIZE` of the disk, such as 500MB; off for no bound (a tenth of what is free, 10GB at most)"),
		newFlag("trace", "record traces for Playwright's trace viewer: `MODE` on-failure, on or off (off)"),
		newFlag("engine", "`NAME` of what drives the browsers: "+strings.Join(engines.Names(), " or ")+" ("+engines.Default+")"),
		headedFlag(),
		browserPathFlag(),
		newListFlag(browserArgFlag, "", "start browsers with the `FLAG` of Chromium too, such as --browser-arg=--lang=de"),
		newFlag("quiet", "print the summary only"),
		summaryFlag(),
		newFlag("no-color", "no colours, as with NO_COLOR"),
	), logFlags()...)
}

// loadFlags say how many users and iterations there are.
func loadFlags() []cli.Flag {
	return []cli.Flag{
		newFlag("users", "`N` users at once (1)"),
		newFlag("duration", "each user iterates for `TIME`: 5m, 1m30s, 500ms (10m); bounds every other load"),
		newFlag("ramp-up", "spread the start of the users over `TIME` (0)"),
		newListFlag("stage", "", "go evenly to so many users within `TIME:GOAL`, 30s:50, or to a rate, 30s:10/s"),
		newFlag("grace", "let the last iteration of a user that a stage has no place for take `TIME` (30s)"),
		newFlag("rate", "begin iterations at `RATE`, 10/s or 600/m, whatever becomes of those before"),
		newFlag("max-users", "at most `N` users do that (those of 10 seconds)"),
		newFlag("pre-started-users", "start `N` of them before the first iteration is due (those of 1 second)"),
		newFlag("iterations", "`N` iterations of all users together"),
		newFlag("iterations-per-user", "`N` iterations of each user"),
		newFlag("controlled", "users come and go by liveload control; --users 0 begins with nobody, --duration is the whole time"),
	}
}

func outTimeoutFlag() cli.Flag {
	return newFlag("out-timeout", "wait for each --out that is away for `TIME` at the end (30s)")
}

func keepFlag() cli.Flag {
	return newFlag(clusterKeepFlag, "with a controller in the cluster: keep what the run has written for `TIME` when nobody fetches it (1h)")
}

func summaryFlag() cli.Flag {
	return newFlag("summary", "how much to say at the end: `HOW` short, full (everything measured) or none (short)")
}

func headedFlag() cli.Flag { return newFlag("headed", "show the browsers' windows") }

func browserPathFlag() cli.Flag {
	return newFlag("browser-path", "run the browser `FILE` instead of the one that install found")
}

func logFlags() []cli.Flag {
	return []cli.Flag{
		newFlag("log-level", "`LEVEL` of log lines: debug, info, warn or error (info; warn with --quiet)"),
		newFlag("log-format", "`FORMAT` of log lines: text or json (text)"),
	}
}
