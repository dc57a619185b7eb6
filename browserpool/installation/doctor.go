package installation

import (
	"context"
	"fmt"
)

// A Verdict is what Doctor thinks of one thing.
type Verdict string

// The verdicts, from good to bad.
const (
	VerdictOK   Verdict = "ok"
	VerdictWarn Verdict = "warn" // a run works, but not with many users
	VerdictFail Verdict = "fail" // no run can work
)

// A Check is one thing that Doctor looked at.
type Check struct {
	Name    string
	Verdict Verdict
	Detail  string // what was found
	Fix     string // what a person can do about it; empty when the verdict is ok
}

func fine(name, format string, args ...any) Check {
	return Check{Name: name, Verdict: VerdictOK, Detail: fmt.Sprintf(format, args...)}
}

func doubtful(name, fix, format string, args ...any) Check {
	return Check{Name: name, Verdict: VerdictWarn, Detail: fmt.Sprintf(format, args...), Fix: fix}
}

func broken(name, fix string, err error) Check {
	return Check{Name: name, Verdict: VerdictFail, Detail: err.Error(), Fix: fix}
}

const installFix = "run `liveload install`"

// Doctor examines this machine: whether everything is installed and works, by really starting it,
// and how many users the machine's limits carry. It changes nothing and takes a few seconds.
func Doctor(ctx context.Context, env Env) []Check {
	checks := []Check{env.examineNode(ctx), env.examineNPM(ctx), env.examineDriver(ctx)}
	checks = append(checks, env.examineDemoClient(), env.examineBrowser(ctx))
	return append(checks, env.examineLimits(ctx)...)
}

func (e Env) examineNode(ctx context.Context) Check {
	const name = "Node.js"
	path, err := e.findNode()
	if err != nil {
		return broken(name, nodeFix, err)
	}
	version, err := e.nodeVersion(ctx, path)
	if err != nil {
		return broken(name, nodeFix, err)
	}
	return fine(name, "%s, version %s", path, version)
}

// examineNPM only warns: npm serves the installation and no run.
func (e Env) examineNPM(ctx context.Context) Check {
	const name = "npm"
	const fix = "install npm: `apt-get install npm`; only `liveload install` needs it"
	path, err := e.Runner.LookPath("npm")
	if err != nil {
		return doubtful(name, fix, "%v", err)
	}
	out, err := e.Runner.Run(ctx, Command{Path: path, Args: []string{"--version"}})
	if err != nil {
		return doubtful(name, fix, "%v", err)
	}
	return fine(name, "%s, version %s", path, versionNumber(string(out)))
}

func (e Env) examineDriver(ctx context.Context) Check {
	const name = "Playwright driver"
	node, err := e.findNode()
	if err != nil {
		return broken(name, nodeFix, err)
	}
	if err := e.checkDriver(ctx, node, e.driverDir()); err != nil {
		return broken(name, installFix, err)
	}
	return fine(name, "%s, version %s", e.driverDir(), DriverVersion)
}

func (e Env) examineDemoClient() Check {
	const name = "LiveView clients of the demo"
	dir, err := LocateDemoClient(e)
	if err != nil {
		return doubtful(name, installFix+"; only `liveload demo` needs them", "%v", err)
	}
	return fine(name, "%s", dir)
}
