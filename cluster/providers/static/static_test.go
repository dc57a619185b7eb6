package static

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/providertest"
)

func TestMain(m *testing.M) { providertest.Main(m, nil) }

func TestProvider(t *testing.T) {
	open := func(say func(string)) providers.Provider { return New(providers.Home{Say: say}) }
	providertest.RunPassive(t, open, func(t *testing.T, text string, n int) (names []string) {
		lines := strings.Split(text, "\n")
		token := strings.TrimSpace(lines[len(lines)-1])
		for i := range n {
			name := fmt.Sprint("by-hand-", i)
			start(t, name, token)
			names = append(names, name)
		}
		return names
	})
}

// TestMoreWorkers: who needs workers again says that these are more.
func TestMoreWorkers(t *testing.T) {
	var told []string
	p := New(providers.Home{Say: func(text string) { told = append(told, text) }})
	for _, n := range []int{1, 1, 3} {
		if _, err := p.Launch(t.Context(), n, providers.Spec{Known: "my.key"}); err != nil {
			t.Fatal(err)
		}
	}
	for i, want := range []string{"needs 1 worker with", "needs 1 more worker with", "needs 3 more workers, each on a machine of its own, with"} {
		if !strings.Contains(told[i], want) {
			t.Errorf("the person was told %q, want %q", told[i], want)
		}
	}
}

// start starts a worker as a person does.
func start(t *testing.T, name, token string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "worker", "--join", providers.FromStdin, "--name", name)
	in, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err == nil {
		err = providers.Hand(in, token)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("the worker %s: %v", name, err)
		}
	})
}
