package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/liveload/liveload/runner"
)

// An invocation is a command line that was understood.
type invocation struct {
	command   command
	help      bool
	values    []given // of flags: from the environment, then from the command line
	arguments []string
}

// A given is the value of a flag and where it was given.
type given struct {
	flag        flag
	value       string
	environment bool // it stood there, not on the command line
}

// understand reads a command line. Flags may stand anywhere; "--" ends them.
func understand(args []string, env map[string]string) (invocation, error) {
	name, rest := splitCommand(args)
	var in invocation
	in.command, _ = find(name)
	if err := in.readEnvironment(env); err != nil {
		return invocation{}, err
	}
	for i := 0; i < len(rest); i++ {
		arg := rest[i]
		switch {
		case arg == "--":
			in.arguments = append(in.arguments, rest[i+1:]...)
			return in, in.checkArguments()
		case arg == "-h" || arg == "--help":
			in.help = true
		case !strings.HasPrefix(arg, "-") || arg == "-" || isNegative(arg):
			in.arguments = append(in.arguments, arg)
		default:
			used, err := in.readFlag(arg, rest[i+1:])
			if err != nil {
				return invocation{}, err
			}
			i += used
		}
	}
	return in, in.checkArguments()
}

// splitCommand takes the command's name out of the arguments. It is the first one that is neither a
// flag nor the value of one.
func splitCommand(args []string) (name string, rest []string) {
	for i := 0; i < len(args); i++ {
		arg := args[i]
		switch {
		case arg == "--":
			return "run", args
		case arg == "--version" || arg == "-v":
			return "version", nil
		case strings.HasPrefix(arg, "-"):
			if !strings.Contains(arg, "=") && anyTakesValue(arg) {
				i++
			}
		default:
			if _, ok := find(arg); ok {
				return arg, append(append([]string{}, args[:i]...), args[i+1:]...)
			}
			return "run", args
		}
	}
	return "run", args
}

func anyTakesValue(arg string) bool {
	for _, c := range commands() {
		if f, ok := c.flag(strings.TrimLeft(arg, "-")); ok && f.takesValue() {
			return true
		}
	}
	return false
}

// isNegative tells -1 and -2/s from flags, so that what takes a number can say what is wrong with it.
func isNegative(arg string) bool {
	return len(arg) > 1 && arg[0] == '-' && arg[1] >= '0' && arg[1] <= '9'
}

// readFlag reads one flag and says how many of the following arguments were its value.
func (in *invocation) readFlag(arg string, following []string) (used int, err error) {
	name, value, joined := strings.Cut(strings.TrimLeft(arg, "-"), "=")
	f, ok := in.command.flag(name)
	if !ok {
		typed, _, _ := strings.Cut(arg, "=")
		return 0, in.unknownFlag(typed, "--"+name)
	}
	switch {
	case !f.takesValue() && !joined:
		value = "true"
	case f.takesValue() && !joined:
		if len(following) == 0 {
			return 0, in.usage("--%s needs a value: --%s %s", f.name, f.name, f.value)
		}
		value, used = following[0], 1
	}
	if err := in.checkSwitch(f, value, "--"+f.name); err != nil {
		return 0, err
	}
	in.values = append(in.values, given{flag: f, value: value})
	return used, nil
}

// readEnvironment takes the values that the environment gives; empty ones are not set.
func (in *invocation) readEnvironment(env map[string]string) error {
	for _, f := range in.command.flags {
		value := env[f.variable()]
		if value == "" {
			continue
		}
		if err := in.checkSwitch(f, value, f.variable()); err != nil {
			return err
		}
		if !f.many {
			in.values = append(in.values, given{f, value, true})
			continue
		}
		for _, one := range f.several(value) {
			in.values = append(in.values, given{f, one, true})
		}
	}
	return nil
}

func (in *invocation) checkSwitch(f flag, value, source string) error {
	if f.takesValue() {
		return nil
	}
	if _, err := strconv.ParseBool(value); err != nil {
		return in.usage("%s is %q, but can only be true or false", source, value)
	}
	return nil
}

func (in *invocation) unknownFlag(typed, name string) error {
	if near := runner.Suggest(name, in.command.flagNames()); near != "" {
		return in.usage("there is no flag %s: did you mean %s?", typed, near)
	}
	for _, c := range commands() {
		if _, ok := c.flag(strings.TrimLeft(name, "-")); ok {
			return in.usage("%s is a flag of `liveload %s`, not of `liveload %s`", name, c.name, in.command.name)
		}
	}
	return in.usage("there is no flag %s", typed)
}

func (in *invocation) checkArguments() error {
	if most := in.command.most; most >= 0 && len(in.arguments) > most {
		return in.usage("liveload %s takes no argument %q", in.command.name, in.arguments[most])
	}
	return nil
}

func (in *invocation) usage(format string, args ...any) error {
	return &usageError{problem: fmt.Sprintf(format, args...), command: in.command.name}
}

// forCLI is the command line in the order that the cli package reads: flags joined with their
// values, later ones winning, then the arguments.
func (in *invocation) forCLI() []string {
	line := []string{"liveload", in.command.name}
	for _, v := range in.values {
		line = append(line, "--"+v.flag.name+"="+v.value)
	}
	return append(append(line, "--"), in.arguments...)
}
