package main

import (
	"fmt"
	"runtime"

	"github.com/liveload/liveload/browserpool/installation"
)

const runHelp = `Runs the scenario in SCRIPT (JavaScript or TypeScript) with real browsers, shows it live, and
prints a summary. Several scripts, or those of a folder by name, run one after the other. Flags may
come before or after the script. A flag wins over its environment variable, that over the script's options, those over
the options file, that over the default.

Ctrl-C once lets the running iterations finish, twice stops at once; everything measured so far is
written either way.

Examples:
   liveload checkout.js
   liveload checkout.js --users 500 --duration 5m --ramp-up 30s
   liveload checkout.js --config baseURL=https://staging.example.com --result result.json
   liveload --users 1 --duration 30s --headed checkout.js
   liveload checkout.js --stage 30s:50 --stage 5m:50 --stage 30s:0
   liveload checkout.js --rate 10/s --max-users 100 --duration 5m
   liveload checkout.js --iterations 1000 --users 20
   liveload checkout.js --controlled --duration 2h                    and then: liveload control users 50
   liveload scenarios/ --duration 1m
   liveload checkout.js --threshold 'iteration_failures:rate<1%'
   liveload checkout.js --out csv=points.csv --out prometheus=127.0.0.1:9464
   liveload checkout.js --out otlp=http://127.0.0.1:4318            send each second to a collector of OpenTelemetry
   liveload checkout.js --probe prometheus=http://app:9568/metrics --threshold 'server_process_cpu_percent:max<350%'
   liveload checkout.js --find-limit users --threshold 'liveview_event_duration_us:p(95)<250ms'
   liveload checkout.js --users 400 --cluster local --nodes 4       four processes of this machine
   liveload checkout.js --users 900 --cluster ssh --cluster-opt host=me@one --cluster-opt host=me@two
   liveload checkout.js --users 900 --nodes 12 --cluster kubernetes --cluster-opt image=liveload/liveload:VERSION
   liveload checkout.js --stage 20m:5000 --stage 20m:0 --cluster kubernetes --nodes 100 --elastic
   LIVELOAD_USERS=50 liveload checkout.js --quiet --log-format json

Exit codes: 0 fine; 1 an error, or no iteration succeeded; 2 a mistake on the command line; 99 a
threshold was not met, or no load of a search held; 130 interrupted. Without thresholds, failed iterations alone do not change
the exit code.`

const inspectHelp = `Shows what liveload run would do with the same words: the scenarios, each option with its value, and
where the value comes from. A flag wins over its environment variable, that over the script, that over
the options file, that over the default. Nothing runs but the top level of the script.

Examples:
   liveload inspect checkout.js
   liveload inspect checkout.js --users 50 --options-file liveload.yaml`

const controlHelp = `Talks to a liveload that runs on this machine as the same user. status shows its scenarios. The others
change one of them: users and rate replace what is left of its plan, until its planned end; pause lets the
running iterations finish and begins no more until resume, but the clock keeps running; stop ends it. Without
--scenario, stop ends the whole run, as one Ctrl-C does.

Examples:
   liveload control status
   liveload control users 25
   liveload control rate 10/s --scenario login
   liveload control pause
   liveload control resume
   liveload control stop --run 3f2a
   liveload control status --json
   liveload checkout.js --controlled --users 0 --duration 2h       a run that waits for commands

Exit codes: 0 done; 1 there is no such run or scenario, or it cannot do that; 2 a mistake on the command
line.`

const workerHelp = `Joins the run whose token it gets, carries its part of the users, and ends with it. Scripts, files and
options come from the controller. Whoever has the token can join: keep it in a file or the environment, not on a
command line that others can see. A worker needs a browser: liveload install.

Examples:
   liveload worker --join token.txt
   LIVELOAD_JOIN=liveload-eyJ2Ijox… liveload worker
   liveload worker --join - < token.txt

Exit codes: 0 the run is over; 1 an error, or the controller is gone; 2 a mistake on the command line; 130
interrupted.`

const clusterHelp = `token prints the token with which workers wait for a run, and keeps the key that belongs to it in FILE, for the
runs. The token is a secret, and the key even more so: whoever has it can pass for the controller.

A run ends its machines, even when it is interrupted. When its controller is killed, workers end by themselves. list
shows which machines there are all the same, and cleanup removes those that were left behind. Machines of runs that go
on are left alone; it asks before it removes those of other owners. The next run on this machine removes what --cluster
local has left.

Examples:
   liveload cluster token --cluster-key liveload.key --cluster-listen 0.0.0.0:4222 > token.txt
   liveload worker --join token.txt                       (on each machine)
   liveload checkout.js --users 900 --cluster static --nodes 3 --cluster-key liveload.key
   liveload cluster list
   liveload cluster cleanup
   liveload cluster cleanup --cluster ssh --cluster-opt hosts=hosts.txt
   liveload cluster cleanup --options-file liveload.yaml --run 7c9e6679
   liveload cluster attach 7c9e6679 --cluster kubernetes          (a run whose controller is in the cluster)

Exit codes: 0 done; 1 something could not be reached or removed; 2 a mistake on the command line; 130 interrupted.
`

const replayHelp = `Sends the spool in DIR, which the summary of a run names, and deletes it when all is sent. What is refused
is reported and left out. Ctrl-C ends it, and the rest stays for the next time. A spool has no secrets: tokens and
passwords come from --out or the environment again.

Examples:
   liveload replay liveload-results/2026-08-01-120000-7c9e6679/spool/influxdb
   liveload replay DIR --out influxdb=http://127.0.0.1:8086

Exit codes: 0 all is sent; 1 something is left or was refused; 2 a mistake on the command line; 130 interrupted.`

const recoverHelp = `Makes the Result of a run that died before it could write one, with its report, JUnit file and summary, where the run
would have written them. A run keeps a journal of its numbers while it goes on, beside its evidence. Without a path, these are all runs of
this machine that have died; a run that goes on is left alone. Numbers go up to the last second or so before the end, and the Result says
that it was cut short. A file that was written since the run began stays: the Result is then recovered-ID.json. So it is for a journal
of another machine. The journal is removed when all is written.

Examples:
   liveload recover
   liveload recover liveload-results/2026-08-01-120000-7c9e6679/*.journal -o result.json
   liveload recover --summary full --report report.html

Exit codes: 0 no run has died, or all of its numbers were there and thresholds are met; 1 a journal cannot be read, or a file not
written; 2 a mistake on the command line; 97 the run was cut short, whatever its thresholds; 98, 99, 130 as those of a run.`

const mergeHelp = `Makes one Result of the Result files, by their sketches, and prints its summary. The parts that the workers of a
cluster have kept become the Result of their run. Other runs are put beside each other. Thresholds are judged again, on the
numbers of all. Files that do not fit together are refused.

Examples:
   liveload merge liveload-*.json -o merged.json         the parts of one run
   liveload merge berlin.json paris.json                 two runs of the same time, as one
   liveload merge a.json b.json --summary-junit junit.xml

Exit codes: 0 merged, and all thresholds are met; 1 a file cannot be read or merged, or no iteration succeeded; 2 a mistake on
the command line; 99 a threshold is not met.`

const reportHelp = `Makes the report of a run of its Result file, which --result has written, as --report does at the end of a run. One file has
all that it needs: it opens from disk, and can be sent to somebody. Merged Results and Result files of LiveLoad are read, too.

Examples:
   liveload report result.json
   liveload report result.json -o checkout.html

Exit codes: 0 written; 1 the file cannot be read or the report not written; 2 a mistake on the command line.`

const compareHelp = `Compares two Result files, number by number: what got better or worse, by how much, and whether that is more than the
noise that both runs have by themselves. Reasons that make a comparison meaningless come first: another load, or a load
generator that could not keep up. Result files of LiveLoad are read, too.

Examples:
   liveload compare main.json branch.json
   liveload compare main.json branch.json --report comparison.html      a page: both runs over each other
   liveload compare main.json branch.json --report comparison.md        for a comment on a pull request
   liveload compare main.json branch.json --fail-on 'liveview_event_duration_us p95 +10%'
   liveload compare main.json branch.json --fail-on 'liveview_event_duration_us{event:add} p50 +20ms;iteration_failures share +1%'

Exit codes: 0 compared; 1 a file cannot be read, or nothing can be compared; 2 a mistake on the command line; 99 a limit of
--fail-on is exceeded, or cannot be judged.`

const grafanaHelp = `Writes dashboards and what provisions Grafana with them to DIR (grafana). Files of an earlier export are
replaced, others never. The files have no secrets: Grafana reads those from its environment.

Examples:
   liveload grafana export
   liveload grafana export --out 'influxdb=http://127.0.0.1:8086?bucket=load&token=TOKEN'
   liveload grafana export DIR --out influxdb=http://influxdb:8086/load --mounted-at /etc/grafana/liveload

Exit codes: 0 done; 1 a file is in the way, or cannot be written; 2 a mistake on the command line.`

const installHelp = `Puts the Playwright driver and the demo's clients into the user's cache folder (through npm), and
finds or downloads a browser. What is there already is left alone.

Examples:
   liveload install
   liveload install --with-deps                           as root, on a bare Debian or Ubuntu
   liveload install --headed                              a browser that can show windows
   liveload install --browser-path /usr/bin/chromium      use this browser
   LIVELOAD_CACHE=/usr/lib/liveload liveload install      as root, for all users of this machine`

const newHelp = `Makes FOLDER with a scenario to start from, the type declarations of what scenarios can use, and a
jsconfig.json, so that editors complete and check what you write. It overwrites nothing.

Example:
   liveload new my-test`

const doctorHelp = `Checks Node.js, the driver, the browser (which it starts), and the limits of this machine, and
says what to do about each problem. It changes nothing.

Example:
   liveload doctor`

const demoHelp = `Starts a LiveView application with a counter, a form, a shop, a chat and more. Its own counts are
at /__stats, and for --probe at /metrics. Ctrl-C stops it.

Examples:
   liveload demo
   liveload demo --port 8080 --host 0.0.0.0`

const completionHelp = `Prints a script for a shell, which then completes commands, flags and files.

Examples:
   source <(liveload completion bash)                              in ~/.bashrc
   source <(liveload completion zsh)                               in ~/.zshrc, after compinit
   liveload completion fish > ~/.config/fish/completions/liveload.fish`

const docsHelp = `Prints the page TOPIC of the documentation of this version, as Markdown. Without TOPIC it lists the pages.

Examples:
   liveload docs
   liveload docs scenario-api | less`

const versionHelp = `Example:
   liveload version`

// commandHelpTemplate is the cli package's, without what we do not use.
const commandHelpTemplate = `liveload {{.Name}}: {{.Usage}}

Usage:
   liveload {{.Name}}{{if .VisibleFlags}} [flags]{{end}}{{if .ArgsUsage}} {{.ArgsUsage}}{{end}}
{{if .Description}}
{{.Description}}
{{end}}{{if .VisibleFlags}}
Flags (and their environment variables):
{{range .VisibleFlags}}   {{.}}
{{end}}{{end}}`

// programHelp is the help of the program: the commands, and the way to the flags.
const programHelp = `{{.Name}}: {{.Usage}}

Usage:
   liveload SCRIPT [flags]
   liveload COMMAND [flags]

Commands:
{{range .VisibleCommands}}   {{printf "%-11s" .Name}}{{.Usage}}
{{end}}
Try it:
   liveload install
   liveload demo                                   (in another terminal)
   liveload new my-test
   liveload my-test --users 10 --duration 20s

Flags: see liveload run --help. Every flag has an environment variable, LIVELOAD_USERS for --users.
`

func versionText() string {
	return fmt.Sprintf("liveload %s (%s, %s/%s, Playwright driver %s)",
		version, runtime.Version(), runtime.GOOS, runtime.GOARCH, installation.DriverVersion)
}
