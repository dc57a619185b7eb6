package installation

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
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

func TestDoctorReportsATempFolderThatIsNotThere(t *testing.T) {
	if check := examineDisk(filepath.Join(t.TempDir(), "missing")); check.Status != StatusFail || check.Fix == "" {
		t.Errorf("%+v", check)
	}
}
