package lint

import (
	"regexp"
	"strings"
	"testing"
)

// shows matches what could show a text without the redactor. What a process prints goes through the writers of cmd/liveload, what
// it logs through the one logger, and what it writes and sends of a run through sinks.Fanout and the store of evidence.
var shows = regexp.MustCompile(`\bos\.Std(?:out|err)\b|\bfmt\.Print(?:f|ln)?\(|\bslog\.New(?:Text|JSON)Handler\(|\bNewFanout\([^,]*, nil\b`)

// mayShow are files, and folders, that do: the way out itself, and programs that are no liveload.
var mayShow = []string{
	"cmd/liveload/main.go", "cmd/liveload/wiring.go", "bench/", "scripts/", "grafana/picture/", "cluster/providers/providertest/", "cluster/providers/ssh/sshtest/",
	"cluster/clustertest/", "sinks/outputtest/", "examples/", "e2e/", "lint/", "browserpool/playwright/standin/",
}

func TestNothingGoesRoundTheRedactor(t *testing.T) {
	for _, f := range files(t) {
		if message := checkShows(f); message != "" {
			t.Error(message)
		}
	}
}

func checkShows(f sourceFile) string {
	if !f.is(".go") || f.is("_test.go") {
		return ""
	}
	for _, allowed := range mayShow {
		if strings.HasPrefix(f.name, allowed) {
			return ""
		}
	}
	if found := shows.FindString(string(f.content)); found != "" {
		return f.name + ": " + found + " could show a secret: use the streams and the log that are handed along"
	}
	return ""
}

func TestTheRuleOfTheRedactorBites(t *testing.T) {
	for content, want := range map[string]bool{
		"fmt.Println(password)": true, "fmt.Fprintln(os.Stderr, x)": true, "slog.New(slog.NewTextHandler(w, nil))": true, "sinks.NewFanout(log, nil, all...)": true,
		"fmt.Fprintln(o.stdout, x)": false, "sinks.NewFanout(log, secrets, all...)": false,
	} {
		if got := checkShows(sourceFile{name: "cluster/a.go", content: []byte(content)}) != ""; got != want {
			t.Errorf("%q: %v", content, got)
		}
	}
}
