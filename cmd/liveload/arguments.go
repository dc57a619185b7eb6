package main

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// arrange brings the command to the front and the flags before the arguments, which is the order that package cli reads.
// The command is run when none is named, unless there are only flags of the program itself. "--" ends the flags.
func arrange(app *cli.App, args []string) []string {
	var flags, arguments []string
	command, lacksValue := "", false
	for i := 0; i < len(args); i++ {
		switch arg := args[i]; {
		case arg == "--":
			arguments, i = append(arguments, args[i+1:]...), len(args)
		case looksLikeFlag(arg) && takesNext(app, arg):
			flags = append(flags, args[i:min(i+2, len(args))]...)
			i++
			lacksValue = i == len(args)
		case looksLikeFlag(arg):
			flags = append(flags, arg)
		case command == "" && len(arguments) == 0 && app.Command(arg) != nil:
			command = arg
		default:
			arguments = append(arguments, arg)
		}
	}
	if command == "" {
		if len(arguments) == 0 && !slices.ContainsFunc(flags, func(arg string) bool { return !defines(app.Flags, arg) }) {
			return flags
		}
		command = "run"
	}
	line := append([]string{command}, flags...)
	if lacksValue { // "--" would become the value
		return line
	}
	return slices.Concat(line, []string{"--"}, arguments)
}

// looksLikeFlag says whether an argument can be a flag. "-" and negative numbers are values.
func looksLikeFlag(arg string) bool {
	return len(arg) > 1 && arg[0] == '-' && (arg[1] < '0' || arg[1] > '9')
}

// takesNext says whether the next argument is the value of this one, which any command may define.
func takesNext(app *cli.App, arg string) bool {
	return slices.ContainsFunc(app.Commands, func(c *cli.Command) bool {
		f, ok := findFlag(c.Flags, strings.TrimLeft(arg, "-"))
		return ok && f.TakesValue()
	})
}

func defines(flags []cli.Flag, arg string) bool {
	return slices.ContainsFunc(flags, func(f cli.Flag) bool { return slices.Contains(f.Names(), strings.TrimLeft(arg, "-")) })
}
