package main

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"github.com/liveload/liveload/jsmodules/types"
)

// template is the folder of a new test, but for the declarations.
//
//go:embed template
var template embed.FS

// newTest makes a folder with a scenario that an editor can complete and check.
func (o *outside) newTest(c *cli.Context) error {
	folder := c.Args().First()
	if err := atMost(c, 1); err != nil {
		return err
	}
	if folder == "" {
		return &usageError{problem: "what is the test called? For example: liveload new my-test"}
	}
	if err := mustBeFree(folder); err != nil {
		return err
	}
	text, err := fs.Sub(template, "template")
	if err != nil {
		return err
	}
	for _, part := range []struct {
		from fs.FS
		into string
	}{{text, folder}, {types.Files, filepath.Join(folder, "types")}} {
		if err := os.CopyFS(part.into, part.from); err != nil {
			return fmt.Errorf("make %s: %w", folder, err)
		}
	}
	_, err = fmt.Fprintf(o.stdout, newTestText, folder, filepath.ToSlash(folder))
	return err
}

const newTestText = `Made %[1]s:
   scenario.js     what one user does: change it
   jsconfig.json   lets editors complete and check it (and so does: npx -p typescript tsc -p %[2]s/jsconfig.json)
   types/          the declarations of what scenarios can use

Next:
   liveload demo                                    (in another terminal, to have something to test)
   liveload %[2]s --users 2 --duration 20s
`

// mustBeFree refuses a folder in which something is.
func mustBeFree(folder string) error {
	entries, err := os.ReadDir(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && len(entries) == 0:
		return nil
	case err == nil:
		return fmt.Errorf("%s is there already, and nothing is overwritten: take another name, or remove it", folder)
	}
	return fmt.Errorf("make %s: %w", folder, err)
}
