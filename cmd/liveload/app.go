package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/suggest"
	"github.com/urfave/cli/v2"
)

// execute reads the command line and runs the command.
func (o *outside) execute() error {
	app := o.app()
	app.Setup()
	args := arrange(app, o.args)
	err := app.Run(append([]string{app.Name}, args...))
	if _, ok := errors.AsType[cli.ExitCoder](err); ok { // the library's help found no such command
		err = &usageError{problem: unknownCommand(args[len(args)-1]), command: app.Name}
	}
	if usage, ok := errors.AsType[*usageError](err); ok && usage.command == "" {
		usage.command = app.Name + " " + args[0]
	}
	return err
}

func (o *outside) app() *cli.App {
	return &cli.App{
		Name:                  "liveload",
		Usage:                 "load tests with real browsers for Phoenix LiveView",
		Commands:              o.commands(),
		Flags:                 []cli.Flag{&cli.BoolFlag{Name: "version", Aliases: []string{"v"}}},
		Action:                o.versionOrHelp,
		OnUsageError:          o.explainFlag,
		Writer:                o.stdout,
		ErrWriter:             io.Discard,                   // main prints errors
		ExitErrHandler:        func(*cli.Context, error) {}, // and ends the process
		CustomAppHelpTemplate: programHelp,
	}
}

// versionOrHelp is liveload without a command.
func (o *outside) versionOrHelp(c *cli.Context) error {
	if c.Bool("version") {
		return o.version(c)
	}
	return cli.ShowAppHelp(c)
}

func (o *outside) version(*cli.Context) error {
	_, err := fmt.Fprintln(o.stdout, versionText())
	return err
}

// explainFlag adds to what package flag says about a flag: which one was meant, which command has it, which value it needs.
func (o *outside) explainFlag(c *cli.Context, err error, _ bool) error {
	text := err.Error()
	if i := strings.LastIndex(text, ": --"); i >= 0 { // the words of texts.Set, after those of the library
		text = text[i+len(": "):]
	}
	if name, ok := strings.CutPrefix(text, "flag provided but not defined: -"); ok {
		return &usageError{problem: o.unknownFlag(c.Command, name)}
	}
	if name, ok := strings.CutPrefix(text, "flag needs an argument: -"); ok {
		f, _ := findFlag(c.Command.Flags, name)
		text = fmt.Sprintf("--%s needs a value: --%s %s", name, name, f.placeholder())
	}
	return &usageError{problem: text}
}

func (o *outside) unknownFlag(command *cli.Command, name string) string {
	dashed := "--" + name
	if len(name) == 1 {
		dashed = "-" + name
	}
	if instead := plan.ForeignFlag(name); instead != "" {
		return fmt.Sprintf("there is no flag %s: %s", dashed, instead)
	}
	if near := plan.Suggest(name, flagNames(command.Flags)); near != "" {
		return fmt.Sprintf("there is no flag %s: did you mean --%s?", dashed, near)
	}
	for _, other := range o.commands() {
		if _, ok := findFlag(other.Flags, name); ok {
			return fmt.Sprintf("%s is a flag of `liveload %s`, not of `liveload %s`", dashed, other.Name, command.Name)
		}
	}
	return "there is no flag " + dashed
}

func unknownCommand(name string) string {
	var names []string
	for _, c := range new(outside).commands() {
		names = append(names, c.Name)
	}
	problem := fmt.Sprintf("there is no command or script %q", name)
	if near := suggest.Closest(name, names); near != "" {
		problem += fmt.Sprintf(": did you mean `liveload %s`?", near)
	}
	return problem
}
