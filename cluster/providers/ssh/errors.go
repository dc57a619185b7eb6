package ssh

import (
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
)

// noClient explains why ssh itself did not start.
func noClient(err error) error {
	if errors.Is(err, exec.ErrNotFound) {
		return errors.New("there is no ssh on this machine: install OpenSSH's client (on Debian: apt-get install openssh-client)")
	}
	return fmt.Errorf("start ssh: %w", err)
}

// A cause is a sign in what was said, and what is wrong then. HOST stands for the destination.
type cause struct {
	sign *regexp.Regexp
	text string
}

// causes of ssh itself.
var causes = []cause{
	{regexp.MustCompile(`Could not resolve hostname`),
		"there is no such host: check its name, or say in ~/.ssh/config which HostName it has"},
	{regexp.MustCompile(`Connection refused`),
		"nothing listens there: start sshd, or name its port: HOST:PORT"},
	{regexp.MustCompile(`Connection timed out|Operation timed out|No route to host|Network is unreachable|timed out during banner`),
		"it cannot be reached: check that it runs, and that no firewall is between"},
	{regexp.MustCompile(`REMOTE HOST IDENTIFICATION HAS CHANGED`),
		"its key is another one than before. If you know why, remove the old one (ssh-keygen -R HOST), and connect once by hand: ssh HOST"},
	{regexp.MustCompile(`Host key verification failed`),
		"its key is unknown: connect once by hand and compare it (ssh HOST), or add it to ~/.ssh/known_hosts with ssh-keyscan"},
	{regexp.MustCompile(`Permission denied \(|Too many authentication failures|no such identity`),
		"it does not accept your key: add it there (ssh-copy-id HOST), load it here (ssh-add), or say in ~/.ssh/config which IdentityFile it takes. No password can be asked for"},
	{regexp.MustCompile(`Bad configuration option|Bad owner or permissions|no argument after keyword`),
		"ssh does not take its configuration"},
	{regexp.MustCompile(`Connection (closed|reset) by|kex_exchange_identification|Broken pipe|Timeout, server`),
		"the connection ended"},
}

// remoteCauses are of the script, by the step that failed.
var remoteCauses = map[string]string{
	"folder":  "there is no folder for temporary files that can be written: name one with --cluster-opt folder=DIR",
	"copy":    "it did not take the program: it needs head, gzip and 100 MB",
	"start":   "the program does not run there: folders for temporary files may be mounted noexec (--cluster-opt folder=DIR names another one), and systems without glibc need one that was built with CGO_ENABLED=0 (--cluster-opt worker-binary=OS/ARCH=FILE)",
	"install": "what a run needs is not there and could not be installed: run `liveload install --with-deps` there as root; on systems without apt-get, install Node.js, npm and Chromium first",
}

// noSpace comes before what the step says.
var noSpace = cause{regexp.MustCompile(`No space left on device|Disk quota exceeded`),
	"its disk is full: free 100 MB, or name another folder with --cluster-opt folder=DIR"}

// explain says why a script ended, or why it said something that was not expected. It names the fix, and quotes ssh and
// the host without secrets.
func (c *connection) explain(line string, secrets ...string) error {
	output := c.Output.Said(10, secrets...)
	why := diagnose(line, output, c.ExitCode())
	why = strings.ReplaceAll(why, "HOST", c.host.destination())
	if output != "" {
		why += "\n" + indent(output)
	}
	return errors.New(why)
}

func diagnose(line, output string, code int) string {
	step, failed := strings.CutPrefix(line, "failed ")
	if noSpace.sign.MatchString(output) {
		return noSpace.text
	}
	if failed && remoteCauses[step] != "" {
		return remoteCauses[step]
	}
	if code == 255 {
		for _, c := range causes {
			if c.sign.MatchString(output) {
				return c.text
			}
		}
		return "ssh failed"
	}
	if code < 0 {
		return "ssh was killed"
	}
	return fmt.Sprintf("exit status %d", code)
}

func indent(text string) string { return "  " + strings.ReplaceAll(text, "\n", "\n  ") }
