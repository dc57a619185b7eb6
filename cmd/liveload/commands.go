package main

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/liveload/liveload/cluster/providers/table"
)

// commands are all commands but help, which is the library's.
func (o *outside) commands() []*cli.Command {
	commands := []*cli.Command{
		{Name: "run", Usage: "run a scenario; the word run may be left out", ArgsUsage: "SCRIPT...", Description: runHelp, Flags: runFlags(), Action: o.run},
		{
			Name: "install", Usage: "install what a run needs: the Playwright driver and a browser", Description: installHelp,
			Flags: []cli.Flag{
				newFlag("with-deps", "install packages of the system too, with apt-get (as root)"),
				newFlag("without-browser", "install no browser: something else brings one"),
				headedFlag(), browserPathFlag(),
			},
			Before: noArguments, Action: o.install,
		},
		{
			Name: "inspect", Usage: "show what a run would do: each option, and where it comes from", ArgsUsage: "SCRIPT...", Description: inspectHelp,
			Flags: runFlags(), Action: o.inspect,
		},
		{
			Name: "replay", Usage: "send what a database did not take, since it was away until the end of a run", ArgsUsage: "DIR", Description: replayHelp,
			Flags: append([]cli.Flag{
				newListFlag("out", "", "send it to `KIND=ADDRESS` instead of where it was meant for"),
				outTimeoutFlag(),
			}, logFlags()...),
			Action: o.replay,
		},
		{
			Name: "merge", Usage: "make one Result of several: of the parts of a run, or of runs beside each other", ArgsUsage: "RESULT RESULT...",
			Description: mergeHelp, Flags: mergeFlags(), Action: o.merge,
		},
		{
			Name: "recover", Usage: "make the Results of runs that died: by kill -9, without memory, by a power cut", ArgsUsage: "[JOURNAL...]",
			Description: recoverHelp, Flags: recoverFlags(), Action: o.recoverRuns,
		},
		{
			Name: "report", Usage: "make a report for people of the Result of a run", ArgsUsage: "RESULT",
			Description: reportHelp, Flags: reportCommandFlags(), Action: o.makeReport,
		},
		{
			Name: "compare", Usage: "say what differs between two runs, and whether that is more than noise", ArgsUsage: "OLD NEW",
			Description: compareHelp, Flags: compareFlags(), Action: o.compare,
		},
		{
			Name: "grafana", Usage: "write dashboards for Grafana, over what --out influxdb writes", ArgsUsage: "export [DIR]", Description: grafanaHelp,
			Flags: grafanaFlags(), Action: o.grafana,
		},
		{
			Name: "control", Usage: "watch or change a run in progress: its users, its rate, pause, stop",
			ArgsUsage: "status | users N | rate RATE | pause | resume | stop", Description: controlHelp, Flags: controlFlags(), Action: o.control,
		},
		{
			Name: "worker", Usage: "carry users of a run whose controller is elsewhere", Description: workerHelp,
			Flags: workerFlags(), Before: noArguments, Action: o.worker,
		},
		{
			Name: "cluster", Usage: "make a token for workers that wait; list or remove machines that were left behind; follow a run whose controller is in the cluster", ArgsUsage: "token | list | cleanup | attach RUN",
			Description: clusterHelp + table.All().Help(), Flags: clusterCommandFlags(), Action: o.cluster,
		},
		{Name: "new", Usage: "make a folder with a first scenario, which editors complete and check", ArgsUsage: "FOLDER", Description: newHelp, Action: o.newTest},
		{
			Name: "doctor", Usage: "check whether this machine is ready, and for how many users", Description: doctorHelp,
			Flags: []cli.Flag{headedFlag(), browserPathFlag()}, Before: noArguments, Action: o.doctor,
		},
		{
			Name: "demo", Usage: "start a LiveView application to try scenarios on", Description: demoHelp,
			Flags: append([]cli.Flag{
				newFlag("port", "listen on `PORT`; 0 takes a free one (4000)"),
				newFlag("host", "listen on `ADDRESS` (127.0.0.1)"),
			}, logFlags()...),
			Before: noArguments, Action: o.demo,
		},
		{Name: "docs", Usage: "print a page of the documentation", ArgsUsage: "[TOPIC]", Description: docsHelp, Action: o.printDocs},
		{
			Name: "completion", Usage: "print what completes commands and flags in a shell", ArgsUsage: "bash | zsh | fish", Description: completionHelp,
			Action: o.completion,
		},
		{Name: "version", Usage: "print the version", Description: versionHelp, Before: noArguments, Action: o.version},
	}
	for _, c := range commands {
		c.CustomHelpTemplate, c.HideHelpCommand, c.OnUsageError = commandHelpTemplate, true, o.explainFlag
	}
	return commands
}

// noArguments refuses arguments.
func noArguments(c *cli.Context) error { return atMost(c, 0) }

func atMost(c *cli.Context, arguments int) error {
	if c.NArg() > arguments {
		return &usageError{problem: fmt.Sprintf("liveload %s takes no argument %q", c.Command.Name, c.Args().Get(arguments))}
	}
	return nil
}
