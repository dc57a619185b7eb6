package ssh

import (
	"context"
	_ "embed" // the scripts
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/liveload/liveload/cluster/providers/process"
)

// The scripts that run on hosts. They need a POSIX shell, head and gzip.
var (
	//go:embed remote/worker.sh
	workerScript string
	//go:embed remote/leftovers.sh
	leftoversScript string
	//go:embed remote/remove.sh
	removeScript string
)

// endTimeout bounds how long a script that has failed may take to end.
const endTimeout = 5 * time.Second

// A connection is an ssh that runs a script on a host.
type connection struct {
	*process.Process
	host  host
	lines *lines // of the script
}

// connect starts a script on a host. When the connection ends that nobody has asked to, it calls ended, which may be nil.
func (p *Provider) connect(h host, ended func(error), script string, args ...string) (*connection, error) {
	arguments := []string{
		"-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=20", // a question would never be answered
		"-o", "ServerAliveInterval=30", "-o", "ServerAliveCountMax=10", // routers forget connections that are silent
		"-o", "RemoteCommand=none", "-o", "ClearAllForwardings=yes",
		"-o", "ControlMaster=no", // one that we made would end with this run, and with it what others do over it
	}
	if p.options.Config != "" {
		arguments = append(arguments, "-F", p.options.Config)
	}
	if h.port != 0 {
		arguments = append(arguments, "-p", strconv.Itoa(h.port))
	}
	cmd := exec.Command("ssh", append(arguments, "--", h.destination(), command(script, args))...)
	cmd.Env = slices.Concat(os.Environ(), p.home.Env, []string{"LC_ALL=C"}) // its errors are read
	c := &connection{host: h, lines: newLines()}
	cmd.Stdout = c.lines
	var err error
	if c.Process, err = process.Start(cmd); err != nil {
		return nil, noClient(err)
	}
	c.Watch(func(err error) {
		if ended != nil {
			ended(err)
		}
	})
	return c, nil
}

// command is what the person's shell on the host runs: a POSIX shell, in place of itself.
func command(script string, args []string) string {
	words := []string{"exec", "sh", "-c", quote(script), "liveload"}
	for _, arg := range args {
		words = append(words, quote(arg))
	}
	return strings.Join(words, " ")
}

// quote makes one word of a text for a shell.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// expect waits for the next line of the script that begins with one of these words, and returns what follows. That the
// script fails before is an error that explains itself.
func (c *connection) expect(ctx context.Context, words ...string) (word string, rest []string, err error) {
	line, err := c.lines.next(ctx, c.Exited())
	switch {
	case errors.Is(err, io.EOF):
		return "", nil, c.explain("")
	case err != nil:
		return "", nil, err
	}
	fields := strings.Fields(line)
	if len(fields) == 0 || !slices.Contains(words, fields[0]) {
		c.End(ctx, endTimeout) // for all that the host has to say
		return "", nil, c.explain(line)
	}
	return fields[0], fields[1:], nil
}

// ask runs a script that needs no input, and returns the lines that it printed for us.
func (p *Provider) ask(ctx context.Context, h host, script string, args ...string) ([]string, error) {
	c, err := p.connect(h, nil, script, args...)
	if err != nil {
		return nil, err
	}
	select {
	case <-c.Exited():
	case <-ctx.Done():
		c.Kill()
		<-c.Exited()
		return nil, fmt.Errorf("%s: %w", h, context.Cause(ctx))
	}
	if c.ExitCode() != 0 {
		return nil, fmt.Errorf("%s: %w", h, c.explain(""))
	}
	return c.lines.all(), nil
}
