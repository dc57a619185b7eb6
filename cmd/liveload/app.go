package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/liveload/liveload/suggest"
)

// execute reads the command line and runs the command.
func (o *outside) execute() error {
	in, err := understand(o.args, o.env)
	if err != nil {
		return err
	}
	switch {
	case in.help && slices.Contains(o.args, in.command.name):
		return o.showHelp(in.command.name)
	case in.help || len(o.args) == 0:
		return o.showHelp("")
	}
	return o.app().Run(in.forCLI())
}

// showHelp explains a command, or the program when there is no name.
func (o *outside) showHelp(name string) error {
	app := o.app()
	app.Setup()
	ctx := cli.NewContext(app, nil, nil)
	if name == "" {
		return cli.ShowAppHelp(ctx)
	}
	return cli.ShowCommandHelp(ctx, name)
}

func (o *outside) app() *cli.App {
	app := &cli.App{
		Name:                      "liveload",
		Usage:                     "load tests with real browsers for Phoenix LiveView",
		Writer:                    o.stdout,
		ErrWriter:                 io.Discard, // errors are printed in one place, by main
		HideVersion:               true,
		HideHelp:                  true,
		DisableSliceFlagSeparator: true, // a comma may be part of a value
		ExitErrHandler:            func(*cli.Context, error) {},
		CustomAppHelpTemplate:     programHelp(),
	}
	for _, c := range commands() {
		app.Commands = append(app.Commands, c.cliCommand(o))
	}
	return app
}

func (c command) cliCommand(o *outside) *cli.Command {
	cmd := &cli.Command{
		Name: c.name, Usage: c.usage, ArgsUsage: c.arguments, Description: strings.TrimSpace(c.help),
		CustomHelpTemplate: commandHelpTemplate,
		HideHelp:           true,
		Action:             func(ctx *cli.Context) error { return c.run(o, ctx) },
		OnUsageError: func(_ *cli.Context, err error, _ bool) error {
			return &usageError{problem: err.Error(), command: c.name}
		},
	}
	for _, f := range c.flags {
		cmd.Flags = append(cmd.Flags, f.cliFlag())
	}
	return cmd
}

// help explains a command, or the program.
func (o *outside) help(c *cli.Context) error {
	name := c.Args().First()
	if _, ok := find(name); !ok && name != "" {
		return &usageError{problem: unknownCommand(name)}
	}
	return o.showHelp(name)
}

func unknownCommand(name string) string {
	var names []string
	for _, c := range commands() {
		names = append(names, c.name)
	}
	problem := fmt.Sprintf("there is no command or script %q", name)
	if near := suggest.Closest(name, names); near != "" {
		problem += fmt.Sprintf(": did you mean `liveload %s`?", near)
	}
	return problem
}

func (o *outside) version(*cli.Context) error {
	_, err := fmt.Fprintln(o.stdout, versionText())
	return err
}
