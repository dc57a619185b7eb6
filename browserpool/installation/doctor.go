package installation

import (
	"context"
)

const installFix = "run `liveload install`"

// Doctor examines this machine: whether everything is installed and works, by really starting it, and whether there is
// room for its files. It changes nothing and takes a few seconds. How many users the machine carries is for its callers.
func Doctor(ctx context.Context, env Env) []Report {
	checks := []Report{env.examineNode(ctx), env.examineNPM(ctx), env.examineDriver(ctx), env.examineDemoClient(), env.examineBrowser(ctx)}
	return append(append(checks, env.examineSharedMemory()...), examineDisk(env.Temp))
}

func (e Env) examineNode(ctx context.Context) Report {
	path, version, err := e.checkNode(ctx)
	return step{"Node.js", nodeFix, StatusOK, StatusFail}.report(err, "%s, version %s", path, version)
}

// examineNPM only warns: npm serves the installation and no run.
func (e Env) examineNPM(ctx context.Context) Report {
	const fix = "install npm: `apt-get install npm`; only `liveload install` needs it"
	version := ""
	path, err := e.Runner.LookPath("npm")
	if err == nil {
		version, err = e.version(ctx, path)
	}
	return step{"npm", fix, StatusOK, StatusWarn}.report(err, "%s, version %s", path, version)
}

func (e Env) examineDriver(ctx context.Context) Report {
	driver := step{"Playwright driver", nodeFix, StatusOK, StatusFail}
	node, err := e.findNode()
	if err == nil {
		driver.fix = installFix
		err = e.checkDriver(ctx, node, e.driverDir())
	}
	return driver.report(err, "%s, version %s", e.driverDir(), DriverVersion)
}

func (e Env) examineDemoClient() Report {
	dir, err := LocateDemoClient(e)
	return step{"LiveView clients of the demo", installFix + "; only `liveload demo` needs them", StatusOK, StatusWarn}.report(err, "%s", dir)
}
