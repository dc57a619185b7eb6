package driver

import (
	"bytes"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool/playwright/calls"
)

// pidPrefix begins the line in which a driver's script prints the process id that the driver will have.
const pidPrefix = "liveload driver pid "

// A script stands in for Node.js when playwright-go starts a driver, since playwright-go has no option
// for the driver's environment and does not know its process id before the driver has answered.
type script struct {
	node    string   // Node.js
	preload string   // script that Node.js runs before the driver
	version string   // of the driver
	removed []string // variables that the driver must not see
	env     []string // "NAME=value"
	log     string   // named pipe that takes the driver's standard error
}

// source is the shell script. playwright-go asks for the driver's version before each start, half a
// second of Node.js for a line of package.json: the script answers that itself.
func (s script) source() []byte {
	var b bytes.Buffer
	fmt.Fprintln(&b, "#!/bin/sh")
	fmt.Fprintf(&b, "if [ \"$2\" = --version ]; then echo %s; exit; fi\n", quote("Version "+s.version))
	// As a command, unset does not end the shell where a name cannot be unset, such as UID.
	fmt.Fprintf(&b, "for name in %s; do command unset \"$name\" 2>/dev/null; done\n", strings.Join(s.removed, " "))
	for _, pair := range s.env {
		name, value, _ := strings.Cut(pair, "=")
		fmt.Fprintf(&b, "export %s=%s\n", name, quote(value))
	}
	fmt.Fprintln(&b, hardening)
	fmt.Fprintf(&b, "exec 2>%s\n", quote(s.log))
	fmt.Fprintf(&b, "echo \"%s$$\" >&2\n", pidPrefix)
	fmt.Fprintf(&b, "exec %s --require %s \"$@\"\n", quote(s.node), quote(s.preload))
	return b.Bytes()
}

// hardening is for the driver and its browsers: what they write is for their user only, and a crash writes no memory to the disk, in
// which pages have their secrets. A shell without one of the two goes on.
const hardening = "umask 077; ulimit -c 0 2>/dev/null"

// quote makes one word of a shell of any text.
func quote(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

// preloadScript keeps the driver quiet about what nobody listens to: see the file, and decision 9.
//
//go:embed preload.js
var preloadScript []byte

// responsesScript bounds what the driver keeps of responses.
//
//go:embed responses.js
var responsesScript []byte

// EverythingURL is the address by which preloadScript knows that a session wants every event. To a
// driver without the script it is an address that has no cookies.
const EverythingURL = "https://everything.liveload.invalid/"

// contextURL is the address by which preloadScript knows that it is asked what the browser calls a session.
const contextURL = "https://context.liveload.invalid/"

// ContextID asks the driver what the browser calls a context: the browserContextId of the DevTools protocol. A driver without
// preloadScript does not say: "".
func ContextID(opened pw.BrowserContext) (string, error) {
	named, err := opened.Cookies(contextURL)
	if err != nil || len(named) == 0 {
		return "", err
	}
	return named[0].Value, nil
}

// writePreload puts the script into the driver's folder and returns its path. The driver says the secret before how a browser
// has ended, so that nothing that it prints for a page can be taken for that.
func writePreload(folder, secret string) (string, error) {
	path := filepath.Join(folder, "preload.js")
	if err := os.WriteFile(path, slices.Concat(preloadScript, []byte(calls.Packing), responsesScript, fmt.Appendf(nil, "\nsayEnds(%q);\n", endPrefix+secret)), 0o600); err != nil {
		return "", fmt.Errorf("write the driver's preload script: %w", err)
	}
	return path, nil
}
