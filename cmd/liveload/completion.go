package main

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// The scripts ask `liveload completion words -- WORD...` what the last word may become, so that all shells and the command line know
// the same. The library's own scripts know neither scripts without the word run nor flags after arguments.
//
//go:embed completion
var completions embed.FS

// completion prints what a shell reads, or what it asks for then.
func (o *outside) completion(c *cli.Context) error {
	shell := c.Args().First()
	if shell == "words" {
		for _, line := range o.complete(c.Args().Tail()) {
			fmt.Fprintln(o.stdout, line)
		}
		return nil
	}
	if err := atMost(c, 1); err != nil {
		return err
	}
	script, err := completions.ReadFile("completion/liveload." + shell)
	if err != nil {
		return &usageError{problem: fmt.Sprintf("which shell? %q is none of bash, zsh and fish: liveload completion bash", shell)}
	}
	_, err = o.stdout.Write(script)
	return err
}

// complete returns what the last word of a command line may become: in each line a word and, after a tab, what it is.
// Where files belong it returns nothing.
func (o *outside) complete(words []string) (offered []string) {
	if len(words) == 0 {
		return nil
	}
	app := o.app()
	app.Setup()
	last, before := words[len(words)-1], words[:len(words)-1]
	offer := func(word, what string) {
		if strings.HasPrefix(word, last) {
			offered = append(offered, word+"\t"+strings.ReplaceAll(what, "`", ""))
		}
	}
	command := commandOf(app, before)
	switch {
	case len(before) > 0 && (before[len(before)-1] == "=" || looksLikeFlag(before[len(before)-1]) && takesNext(app, before[len(before)-1])):
		// the value of a flag
	case strings.HasPrefix(last, "-"):
		for _, f := range command.VisibleFlags() {
			if usage, ok := f.(cli.DocGenerationFlag); ok {
				offer("--"+f.Names()[0], usage.GetUsage())
			}
		}
	case len(before) == 0 || len(before) == 1 && before[0] == "help":
		for _, c := range app.VisibleCommands() {
			offer(c.Name, c.Usage)
		}
	case !slices.ContainsFunc(before[1:], func(word string) bool { return !looksLikeFlag(word) }):
		for _, word := range alternatives(command) {
			offer(word, "")
		}
	}
	return offered
}

// commandOf is the command that words belong to.
func commandOf(app *cli.App, words []string) *cli.Command {
	if line := arrange(app, words); len(line) > 0 {
		if c := app.Command(line[0]); c != nil {
			return c
		}
	}
	return app.Command("run")
}

// alternatives are the words among which the first argument of a command is chosen: "token | list | cleanup".
func alternatives(c *cli.Command) (words []string) {
	for one := range strings.SplitSeq(c.ArgsUsage, "|") {
		if word, _, _ := strings.Cut(strings.TrimSpace(one), " "); word != "" && word == strings.ToLower(word) {
			words = append(words, word)
		}
	}
	return words
}
