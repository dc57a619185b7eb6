package installation

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/liveload/liveload/browserpool/installation/cgroup"
)

func find(t *testing.T, checks []Report, name string) Report {
	t.Helper()
	for _, check := range checks {
		if check.Name == name {
			return check
		}
	}
	t.Fatalf("no check %q among %+v", name, checks)
	return Report{}
}

// renders is a browser that answers both questions of the doctor.
func renders(document string) func(Command) (string, error) {
	return func(c Command) (string, error) {
		if c.Args[0] == "--version" {
			return "Chromium 156.0.1.2\n", nil
		}
		return document, nil
	}
}

func TestDoctorOnABareMachine(t *testing.T) {
	m, env := newMachine(t)
	m.lacks("node", "npm")
	checks := Doctor(t.Context(), env)
	for name, want := range map[string]Status{
		"Node.js": StatusFail, "npm": StatusWarn, "Playwright driver": StatusFail,
		"LiveView clients of the demo": StatusWarn, "Browser": StatusFail,
	} {
		check := find(t, checks, name)
		if check.Status != want || check.Fix == "" {
			t.Errorf("%+v, want %s and a fix", check, want)
		}
	}
}

func TestDoctorStartsTheBrowser(t *testing.T) {
	tests := []struct {
		name    string
		browser func(Command) (string, error)
		verdict Status
		says    string
	}{
		{"it works", renders("<html>" + trialResult + "</html>"), StatusOK, "156.0.1.2"},
		{"it prints another document", renders("<html></html>"), StatusFail, "sum is 42"},
		{"it lacks libraries", breaks("error while loading shared libraries: libnss3.so"), StatusFail, "--with-deps"},
		{"it crashes", breaks("Trace/breakpoint trap"), StatusFail, "breakpoint"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m, env := newMachine(t)
			m.has(shell, test.browser)
			check := find(t, Doctor(t.Context(), env), "Browser")
			if check.Status != test.verdict || !strings.Contains(check.Detail+check.Fix, test.says) {
				t.Errorf("%+v, want %s and %q", check, test.verdict, test.says)
			}
			if left, err := os.ReadDir(env.Temp); err != nil || len(left) > 0 {
				t.Errorf("the trial left %v, %v", left, err)
			}
		})
	}
}

func TestDoctorReadsLimits(t *testing.T) {
	m, env := newMachine(t)
	for path, content := range map[string]string{
		"proc/meminfo":                 "MemTotal: 9000000 kB\nMemAvailable:    8000000 kB\n",
		"proc/self/cgroup":             "0::/\n",
		"sys/fs/cgroup/memory.max":     "268435456\n",
		"sys/fs/cgroup/memory.current": "134217728\n",
		"sys/fs/cgroup/cpu.max":        "50000 100000\n",
		"sys/fs/cgroup/pids.max":       "64\n",
		"sys/fs/cgroup/pids.current":   "4\n",
	} {
		path = filepath.Join(env.Root, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	m.has("sh", says("256\n"))
	checks := Doctor(t.Context(), env)
	for name, detail := range map[string]string{
		"Open files":            "about 16 users",
		"Memory":                "limit of 256 MB, enough for about 3 users",
		"Processors":            "0.50",
		"Processes and threads": "about 5 users",
	} {
		check := find(t, checks, name)
		if check.Status != StatusWarn || !strings.Contains(check.Detail, detail) || check.Fix == "" {
			t.Errorf("%+v, want a warning with %q and a fix", check, detail)
		}
	}
}

func TestDoctorReadsOpenFiles(t *testing.T) {
	tests := []struct {
		answer  func(Command) (string, error)
		verdict Status
	}{
		{says("unlimited\n"), StatusOK},
		{says("1048576\n"), StatusOK},
		{says("1024\n"), StatusOK},
		{says("512\n"), StatusWarn},
		{says("many\n"), StatusWarn},
		{breaks("not found"), StatusWarn},
	}
	for _, test := range tests {
		m, env := newMachine(t)
		m.has("sh", test.answer)
		if check := env.examineFiles(t.Context()); check.Status != test.verdict {
			t.Errorf("%+v, want %s", check, test.verdict)
		}
	}
}

func TestDoctorKnowsFewProcessors(t *testing.T) {
	if check := examineCPU(cgroup.Limits{CPUs: 0.5}); check.Status != StatusWarn {
		t.Errorf("half a processor: %+v", check)
	}
	if check := examineCPU(cgroup.Limits{}); check.Status != StatusOK {
		t.Errorf("no limit: %+v", check)
	}
}

func TestDoctorReportsATempFolderThatIsNotThere(t *testing.T) {
	if check := examineDisk(filepath.Join(t.TempDir(), "missing")); check.Status != StatusFail || check.Fix == "" {
		t.Errorf("%+v", check)
	}
}
