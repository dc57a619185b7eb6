package installation

import (
	"context"
)

const installFix = "run `liveload install`"

// Doctor examines this machine: whether everything is installed and works, by really starting it,
// and how many users the machine's limits carry. It changes nothing and takes a few seconds.
func Doctor(ctx context.Context, env Env) []Report {
	checks := []Report{env.examineNode(ctx), env.examineNPM(ctx), env.examineDriver(ctx), env.examineDemoClient(), env.examineBrowser(ctx)}
	return append(checks, env.examineLimits(ctx)...)
}

func (e Env) examineNode(ctx context.Context) Report {
	const name = "Node.js"
	path, version, err := e.checkNode(ctx)
	if err != nil {
		return StatusFail.report(name, nodeFix, "%v", err)
	}
	return StatusOK.report(name, "", "%s, version %s", path, version)
}

// examineNPM only warns: npm serves the installation and no run.
func (e Env) examineNPM(ctx context.Context) Report {
	const name = "npm"
	const fix = "install npm: `apt-get install npm`; only `liveload install` needs it"
	path, err := e.Runner.LookPath("npm")
	if err != nil {
		return StatusWarn.report(name, fix, "%v", err)
	}
	version, err := e.version(ctx, path)
	if err != nil {
		return StatusWarn.report(name, fix, "%v", err)
	}
	return StatusOK.report(name, "", "%s, version %s", path, version)
}

func (e Env) examineDriver(ctx context.Context) Report {
	const name = "Playwright driver"
	node, err := e.findNode()
	if err != nil {
		return StatusFail.report(name, nodeFix, "%v", err)
	}
	if err := e.checkDriver(ctx, node, e.driverDir()); err != nil {
		return StatusFail.report(name, installFix, "%v", err)
	}
	return StatusOK.report(name, "", "%s, version %s", e.driverDir(), DriverVersion)
}

func (e Env) examineDemoClient() Report {
	const name = "LiveView clients of the demo"
	dir, err := LocateDemoClient(e)
	if err != nil {
		return StatusWarn.report(name, installFix+"; only `liveload demo` needs them", "%v", err)
	}
	return StatusOK.report(name, "", "%s", dir)
}
