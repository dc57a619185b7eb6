package installation

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
)

// An Env is everything outside this package that it touches. Tests replace parts of it.
type Env struct {
	Cache      string              // folder of everything that is installed
	Shared     string              // folder of what is installed for all users of the machine, which is only read
	UserCache  string              // the user's cache folder, where Playwright itself keeps browsers
	Temp       string              // folder for temporary files
	Root       string              // root of the file system that is examined: "/" but in tests
	OS         string              // as runtime.GOOS
	Superuser  bool                // whether packages may be installed
	DriverSums string              // the driver's files and their SHA-256, as sha256sum prints them
	Browser    string              // browser that the user named; empty when none was
	Headed     bool                // whether the browser has to be able to show windows
	Getenv     func(string) string // as os.Getenv
	Progress   io.Writer           // takes a line whenever something that takes a while begins
	Runner     Runner
}

// System returns the Env of this process. LIVELOAD_CACHE names another cache folder and
// LIVELOAD_BROWSER a browser.
func System(progress io.Writer) (Env, error) {
	env := Env{
		Temp:       os.TempDir(),
		Root:       "/",
		Shared:     "/usr/lib/liveload",
		OS:         runtime.GOOS,
		DriverSums: driverSums,
		Superuser:  os.Geteuid() == 0,
		Browser:    os.Getenv("LIVELOAD_BROWSER"),
		Getenv:     os.Getenv,
		Progress:   progress,
		Runner:     Processes{},
	}
	// Without a home there is still LIVELOAD_CACHE, so that only both missing is an error.
	userCache, err := os.UserCacheDir()
	if err == nil {
		env.UserCache = userCache
		env.Cache = filepath.Join(userCache, "liveload")
	}
	if cache := os.Getenv("LIVELOAD_CACHE"); cache != "" {
		env.Cache, err = filepath.Abs(cache)
	}
	if err != nil {
		return Env{}, fmt.Errorf("find the cache folder (LIVELOAD_CACHE names one): %w", err)
	}
	return env, nil
}

func (e Env) say(format string, args ...any) {
	if e.Progress != nil {
		fmt.Fprintf(e.Progress, format+"\n", args...)
	}
}

// driverDir is the folder of the driver: the first one that has it, or else where Install puts it.
func (e Env) driverDir() string {
	return e.either(driverIn, func(dir string) bool { return checkPackage(filepath.Join(dir, "package"), driverPin()) == nil })
}

// demoClientDir is that of the demo's clients.
func (e Env) demoClientDir() string {
	return e.either(demoClientIn, func(dir string) bool { return checkDemoClient(dir) == nil })
}

func driverIn(parent string) string     { return filepath.Join(parent, "driver", DriverVersion) }
func demoClientIn(parent string) string { return filepath.Join(parent, "demo-client") }

// either is a folder of the shared ones when those of the cache lack what has it.
func (e Env) either(in func(parent string) string, has func(dir string) bool) string {
	if own := in(e.Cache); e.Shared == "" || has(own) || !has(in(e.Shared)) {
		return own
	}
	return in(e.Shared)
}

// downloadDir is where Playwright puts the browsers that it downloads for us.
func (e Env) downloadDir() string {
	if dir := e.Getenv("PLAYWRIGHT_BROWSERS_PATH"); filepath.IsAbs(dir) {
		return dir
	}
	return filepath.Join(e.Cache, "browsers")
}

func driverCLI(driverDir string) string { return filepath.Join(driverDir, "package", "cli.js") }
