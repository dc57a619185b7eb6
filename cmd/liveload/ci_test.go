package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestCIExamples: the files are YAML, every action is GitHub's own, every script is there, and every variable of liveload is one.
func TestCIExamples(t *testing.T) {
	files, err := filepath.Glob("../../examples/ci/*/*.yml")
	if err != nil || len(files) != 3 {
		t.Fatalf("files = %v, %v; want three", files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var content any
		if err := yaml.Unmarshal(text, &content); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		walk(content, func(key, value string) {
			switch {
			case key == "uses" && !strings.HasPrefix(value, "actions/") && value != "./.github/actions/liveload":
				t.Errorf("%s uses %s, which is not GitHub's own", file, value)
			case key == "run" && strings.HasPrefix(value, `"$GITHUB_ACTION_PATH/`):
				name, _, _ := strings.Cut(strings.TrimPrefix(value, `"$GITHUB_ACTION_PATH/`), `"`)
				if _, err := os.Stat(filepath.Join(filepath.Dir(file), name)); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// walk visits all texts of a YAML document.
func walk(content any, visit func(key, value string)) {
	switch content := content.(type) {
	case map[string]any:
		for key, value := range content {
			if text, ok := value.(string); ok {
				visit(key, text)
			}
			walk(value, visit)
		}
	case []any:
		for _, value := range content {
			walk(value, visit)
		}
	}
}

// A gitlabJob is what the template says.
type gitlabJob struct {
	Variables   map[string]string
	Script      []string
	AfterScript []string `yaml:"after_script"`
}

func readGitLab(t *testing.T) gitlabJob {
	t.Helper()
	text, err := os.ReadFile("../../examples/ci/gitlab/liveload.gitlab-ci.yml")
	if err != nil {
		t.Fatal(err)
	}
	var jobs map[string]gitlabJob
	if err := yaml.Unmarshal(text, &jobs); err != nil {
		t.Fatal(err)
	}
	return jobs[".liveload"]
}

// TestGitLabVariables: those of the template are variables of flags, or its own.
func TestGitLabVariables(t *testing.T) {
	var known []string
	for _, name := range flagNames(runFlags()) {
		known = append(known, variable(name))
	}
	known = append(known, "LIVELOAD_IMAGE_TAG", "GITHUB_STEP_SUMMARY")
	for name := range readGitLab(t).Variables {
		if !slices.Contains(known, name) {
			t.Errorf("no flag reads %s", name)
		}
	}
}

// TestGitLabComment runs the template's scripts against an API that keeps notes: a second run replaces the note of the first.
func TestGitLabComment(t *testing.T) {
	folder, job := t.TempDir(), readGitLab(t)
	var asked, bodies []string
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.URL.Path)
		if r.Header.Get("PRIVATE-TOKEN") != "swordfish" {
			http.Error(w, "who are you?", http.StatusUnauthorized)
		}
		note := struct {
			ID   int    `json:"id"`
			Body string `json:"body"`
		}{ID: 7}
		switch {
		case r.URL.Path == "/user":
			json.NewEncoder(w).Encode(map[string]int{"id": robot})
			return
		case r.Method == http.MethodGet:
			json.NewEncoder(w).Encode(notesOf(bodies))
			return
		}
		if err := json.NewDecoder(r.Body).Decode(&note); err != nil {
			t.Error(err)
		}
		bodies = append(bodies, note.Body)
		json.NewEncoder(w).Encode(note)
	}))
	defer api.Close()
	if err := os.MkdirAll(filepath.Join(folder, "liveload-results"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "liveload-results/report.md"), []byte("## liveload: fine\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	comment := func(token string) {
		cmd := exec.Command("sh", "-euc", strings.Join(job.AfterScript, "\n"))
		cmd.Dir = folder
		cmd.Env = append(os.Environ(), "CI_API_V4_URL="+api.URL, "CI_PROJECT_ID=3", "CI_MERGE_REQUEST_IID=5", "LIVELOAD_GITLAB_TOKEN="+token)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	comment("")
	comment("swordfish")
	comment("swordfish")
	const notes = "/projects/3/merge_requests/5/notes"
	if want := []string{"GET /user", "GET " + notes, "POST " + notes, "GET /user", "GET " + notes, "PUT " + notes + "/7"}; !slices.Equal(asked, want) {
		t.Errorf("asked %q, want %q", asked, want)
	}
	if want := "<!-- liveload -->\n## liveload: fine\n"; len(bodies) != 2 || bodies[0] != want || bodies[1] != want {
		t.Errorf("notes = %q, want twice %q", bodies, want)
	}
}

// robot is the user whose token comments.
const robot = 40

// notesOf makes notes of the robot with these texts, the first of which has the id 7. Somebody else has written one that looks like them.
func notesOf(bodies []string) []map[string]any {
	notes := []map[string]any{{"id": 1, "body": "<!-- liveload -->\nlooks good", "author": map[string]int{"id": 41}}}
	for i, body := range bodies {
		notes = append(notes, map[string]any{"id": 7 + i, "body": body, "author": map[string]int{"id": robot}})
	}
	return notes
}
