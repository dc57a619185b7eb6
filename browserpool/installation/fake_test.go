package installation

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// fakeMachine is a Runner whose programs are functions. A program is known by its base name.
type fakeMachine struct {
	programs map[string]func(Command) (string, error)
	ran      []string
}

func (m *fakeMachine) LookPath(name string) (string, error) {
	if _, known := m.programs[filepath.Base(name)]; !known {
		return "", fmt.Errorf("exec: %q: executable file not found", name)
	}
	if filepath.IsAbs(name) {
		return name, nil
	}
	return "/bin/" + name, nil
}

func (m *fakeMachine) Run(_ context.Context, command Command) ([]byte, error) {
	program := m.programs[filepath.Base(command.Path)]
	m.ran = append(m.ran, strings.Join(append([]string{filepath.Base(command.Path)}, command.Args...), " "))
	if program == nil {
		return nil, &CommandError{Program: command.Path, Cause: os.ErrNotExist}
	}
	out, err := program(command)
	return []byte(out), err
}

func (m *fakeMachine) has(name string, program func(Command) (string, error)) {
	m.programs[name] = program
}

// lacks removes programs.
func (m *fakeMachine) lacks(names ...string) {
	for _, name := range names {
		delete(m.programs, name)
	}
}

// didRun reports whether a command ran that contains text.
func (m *fakeMachine) didRun(text string) bool {
	return slices.ContainsFunc(m.ran, func(command string) bool { return strings.Contains(command, text) })
}

func says(text string) func(Command) (string, error) {
	return func(Command) (string, error) { return text, nil }
}

func breaks(complaint string) func(Command) (string, error) {
	return func(c Command) (string, error) {
		return "", &CommandError{Program: filepath.Base(c.Path), Complaint: complaint, Cause: fmt.Errorf("exit status 1")}
	}
}

// newMachine has Node.js, npm and apt-get, but no browser and no way to download one.
func newMachine(t *testing.T) (*fakeMachine, Env) {
	t.Helper()
	m := &fakeMachine{programs: map[string]func(Command) (string, error){
		"node":    fakeNode(false),
		"npm":     fakeNPM(nil),
		"sh":      says("65536\n"),
		"apt-get": breaks("E: Unable to locate package"),
	}}
	home := t.TempDir()
	return m, Env{
		Cache: filepath.Join(home, "liveload"), UserCache: home, Temp: t.TempDir(), Root: t.TempDir(), OS: "linux",
		Getenv: func(string) string { return "" }, Runner: m, DriverSums: fakeSums(),
	}
}

// fakeNode answers for itself and for the driver's command line; downloads reports whether the
// driver's download of a browser works.
func fakeNode(downloads bool) func(Command) (string, error) {
	return func(c Command) (string, error) {
		switch {
		case len(c.Args) == 1:
			return "v20.1.0\n", nil
		case c.Args[1] == "--version":
			return "Version " + DriverVersion + "\n", nil
		case c.Args[1] == "install" && downloads:
			return "", placeBrowser(strings.TrimPrefix(c.Env[0], "PLAYWRIGHT_BROWSERS_PATH="))
		case c.Args[1] == "install":
			return breaks("Error: getaddrinfo ENOTFOUND")(c)
		}
		return "", nil
	}
}

// placeBrowser lays out what Playwright's download leaves.
func placeBrowser(browsers string) error {
	dir := filepath.Join(browsers, "chromium_headless_shell-"+driverChromiumRevision)
	program := filepath.Join(dir, "chrome-headless-shell-linux64", "chrome-headless-shell")
	if err := os.MkdirAll(filepath.Dir(program), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(program, nil, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "INSTALLATION_COMPLETE"), nil, 0o644)
}

// fakeNPM installs what it is asked for; spoil, when not nil, damages the result.
func fakeNPM(spoil func(dir string) error) func(Command) (string, error) {
	return func(c Command) (string, error) {
		if c.Args[0] != "install" {
			return "11.0.0\n", nil
		}
		pins := append(demoClientPins(), driverPin())
		packages := map[string]any{}
		for _, pin := range pins {
			if !slices.Contains(c.Args, pin.name+"@"+pin.version) {
				continue
			}
			packages["node_modules/"+pin.name] = map[string]string{"integrity": pin.integrity}
			manifest := map[string]string{"name": pin.name, "version": pin.version}
			folder := filepath.Join(c.Dir, "node_modules", pin.name)
			err := writeJSON(filepath.Join(folder, "package.json"), manifest)
			if pin == driverPin() {
				err = errors.Join(err, os.WriteFile(filepath.Join(folder, "cli.js"), []byte(fakeCLI), 0o644))
			}
			if err != nil {
				return "", err
			}
		}
		if err := writeJSON(filepath.Join(c.Dir, "package-lock.json"), map[string]any{"packages": packages}); err != nil {
			return "", err
		}
		if spoil != nil {
			return "", spoil(c.Dir)
		}
		return "", nil
	}
}

const fakeCLI = "// the driver"

// fakeSums are the hashes of the driver that fakeNPM installs.
func fakeSums() string {
	manifest, _ := json.Marshal(map[string]string{"name": driverPin().name, "version": driverPin().version})
	return fmt.Sprintf("%x  package.json\n%x  cli.js\n", sha256.Sum256(manifest), sha256.Sum256([]byte(fakeCLI)))
}

func writeJSON(path string, value any) error {
	content, err := json.Marshal(value)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o644)
}
