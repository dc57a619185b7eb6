package main

import (
	"strings"

	"github.com/urfave/cli/v2"
)

// A flag is one flag and the environment variable that does the same.
type flag struct {
	name  string
	value string // what its value is called in the help; "" for one that takes none
	many  bool   // whether it may be repeated
	split string // what stands between several values in the variable; "" is blanks
	env   string // when it is not LIVELOAD_ and the name
	usage string
}

func (f flag) takesValue() bool { return f.value != "" }

// variable is the environment variable of the flag.
func (f flag) variable() string {
	if f.env != "" {
		return f.env
	}
	return "LIVELOAD_" + strings.ToUpper(strings.ReplaceAll(f.name, "-", "_"))
}

// several takes the value of the variable of a flag that may be repeated apart.
func (f flag) several(value string) []string {
	if f.split == "" {
		return strings.Fields(value)
	}
	var values []string
	for one := range strings.SplitSeq(value, f.split) {
		if one = strings.TrimSpace(one); one != "" {
			values = append(values, one)
		}
	}
	return values
}

// A command is one thing that liveload does.
type command struct {
	name      string
	usage     string
	arguments string // what stands behind the flags
	most      int    // how many arguments it takes; -1 for any number
	help      string // examples, and what else to know
	flags     []flag
	run       func(o *outside, c *cli.Context) error
}

var flagLogLevel = flag{name: "log-level", value: "LEVEL", usage: "`LEVEL` of log lines: debug, info, warn or error (info; warn with --quiet)"}
var flagLogFormat = flag{name: "log-format", value: "FORMAT", usage: "`FORMAT` of log lines: text or json (text)"}
var flagBrowserPath = flag{name: "browser-path", value: "FILE", env: "LIVELOAD_BROWSER", usage: "run the browser `FILE` instead of the one that install found"}
var flagHeaded = flag{name: "headed", usage: "show the browsers' windows"}

// commands are all commands; the first one runs when none is named.
func commands() []command {
	return []command{
		{
			name: "run", usage: "run a scenario; the word run may be left out", arguments: "SCRIPT...", most: -1, help: runHelp,
			flags: runFlags(),
			run:   (*outside).run,
		},
		{
			name: "install", usage: "install what a run needs: the Playwright driver and a browser", help: installHelp,
			flags: []flag{
				{name: "with-deps", usage: "install packages of the system too, with apt-get (as root)"},
				flagHeaded, flagBrowserPath,
			},
			run: (*outside).install,
		},
		{
			name: "inspect", usage: "show what a run would do: each option, and where it comes from", arguments: "SCRIPT...", most: -1, help: inspectHelp,
			flags: runFlags(), run: (*outside).inspect,
		},
		{
			name: "control", usage: "watch or change a run that goes on: its users, its rate, pause, stop", arguments: "status | users N | rate RATE | pause | resume | stop",
			most: -1, help: controlHelp, flags: controlFlags(), run: (*outside).control,
		},
		{name: "new", usage: "make a folder with a first scenario, which editors complete and check", arguments: "FOLDER", most: 1, help: newHelp, run: (*outside).newTest},
		{
			name: "doctor", usage: "check whether this machine is ready, and for how many users", help: doctorHelp,
			flags: []flag{flagHeaded, flagBrowserPath},
			run:   (*outside).doctor,
		},
		{
			name: "demo", usage: "start a LiveView application to try scenarios on", help: demoHelp,
			flags: []flag{
				{name: "port", value: "PORT", env: "LIVELOAD_DEMO_PORT", usage: "listen on `PORT`; 0 takes a free one (4000)"},
				{name: "host", value: "ADDRESS", env: "LIVELOAD_DEMO_HOST", usage: "listen on `ADDRESS` (127.0.0.1)"},
				flagLogLevel, flagLogFormat,
			},
			run: (*outside).demo,
		},
		{name: "version", usage: "print the version", help: versionHelp, run: (*outside).version},
		{name: "help", usage: "explain a command", arguments: "[COMMAND]", most: 1, run: (*outside).help},
	}
}

// find returns the command of that name.
func find(name string) (command, bool) {
	for _, c := range commands() {
		if c.name == name {
			return c, true
		}
	}
	return command{}, false
}

// flag returns the command's flag of that name.
func (c command) flag(name string) (flag, bool) {
	for _, f := range c.flags {
		if f.name == name {
			return f, true
		}
	}
	return flag{}, false
}

// flagNames returns the names with their dashes.
func (c command) flagNames() []string {
	var names []string
	for _, f := range c.flags {
		names = append(names, "--"+f.name)
	}
	return append(names, "--help")
}

// cliFlag is the flag as the cli package wants it. Values are texts: this package reads them itself,
// so that its errors can name the flag or the variable, the value and the fix.
func (f flag) cliFlag() cli.Flag {
	usage := f.usage + " [" + f.variable() + "]"
	switch {
	case !f.takesValue():
		return &cli.BoolFlag{Name: f.name, Usage: usage, DisableDefaultText: true}
	case f.many:
		return &cli.StringSliceFlag{Name: f.name, Usage: usage}
	}
	return &cli.StringFlag{Name: f.name, Usage: usage}
}
