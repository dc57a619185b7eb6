package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/plan"
)

// A spoken text is what people read: a page of the documentation, a declaration, or a text of the program.
type spoken struct{ where, text string }

// everythingSpoken collects what people read: the documentation, examples and declarations, and all texts of the program of several words.
func everythingSpoken(t *testing.T) (all []spoken) {
	t.Helper()
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			if slices.Contains([]string{".git", "node_modules", "testdata", "bin", "dist", "results", "e2e", "bench", "lint", "image", "web", "decisions"}, name) {
				return fs.SkipDir
			}
			return nil
		}
		where := filepath.ToSlash(strings.TrimPrefix(path, root+string(filepath.Separator)))
		switch filepath.Ext(name) {
		case ".md", ".ts", ".js", ".yml":
			content, err := os.ReadFile(path)
			all = append(all, spoken{where, string(content)})
			return err
		case ".go":
			if !strings.HasSuffix(name, "_test.go") && !strings.Contains(where, "test/") {
				all = append(all, goTexts(t, path, where)...)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// goTexts are the strings of a Go file that are more than one word.
func goTexts(t *testing.T, path, where string) (all []spoken) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(node ast.Node) bool {
		literal, ok := node.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			return true
		}
		if text, err := strconv.Unquote(literal.Value); err == nil && strings.Contains(strings.TrimSpace(text), " ") {
			all = append(all, spoken{where + ":" + strconv.Itoa(files.Position(literal.Pos()).Line), text})
		}
		return true
	})
	return all
}

var (
	flagName   = regexp.MustCompile("(?:^|[\\s`'\"(\\[|])(--[a-z][a-z0-9-]*[a-z0-9])")
	metricName = regexp.MustCompile(`(?:^|[^\w./$-])((?:[a-z]+_)+(?:us|bytes|percent|requests|failures|iterations|points|errors|spooled|lost|dropped))(?:[^\w(-]|$)`)
	optionName = regexp.MustCompile(`\boptions\.([a-z]\w+)`)
	pageName   = regexp.MustCompile(`\bdocs/([\w/-]+)\.md|\bliveload docs ([a-z][\w/-]*)`)
	pageLink   = regexp.MustCompile(`\]\(([\w./-]+\.md)(?:#[\w-]*)?\)`)

	// otherTools are programs whose flags are spoken of, too; flags that follow in another line are in otherNames.
	otherTools = regexp.MustCompile(`\b(docker|podman|aws|fly|flyctl|influx|kubectl|apt-get|npm|npx|node|NODE_OPTIONS|Prometheus|Chromium)\b`)
	otherNames = []string{
		"--flag", "--version", "--security-opt", "--tmpfs", "--read-only", "--cap-drop", "--user", "--wait", "--detach", "--input-type", "--web", "--enable-feature",
		"--capacity-providers", "--default", "--rp", "--db", "--shm-size", "--require", "--user-data-dir", "--pids-limit", "--cpus", "--memory", "--ulimit",
		"--admin", "--org", "--write-buckets", "--machine", "--app", "--network",
		"sent_bytes", "received_bytes", "body_sent_bytes", "body_received_bytes", "quantile_points", "order_us", // of the demo, the Result, an example
	}
)

// TestNamesExist: every flag, metric, option and page that the documentation, an example, a declaration or a text of the program
// speaks of is there.
func TestNamesExist(t *testing.T) {
	known := map[string]bool{"--help": true}
	for _, c := range new(outside).commands() {
		for _, name := range flagNames(c.Flags) {
			known["--"+name] = true
		}
	}
	for _, m := range metrics.NewRegistry().All() {
		known[m.Name], known["liveload_"+m.Name] = true, true // as databases have them
	}
	for _, option := range plan.OptionNames() {
		known["options."+option] = true
	}
	for _, name := range otherNames {
		known[name] = true
	}
	for _, s := range everythingSpoken(t) {
		for line := range strings.Lines(s.text) {
			for _, name := range unknownNames(s.where, line, known) {
				t.Errorf("%s speaks of %s, which does not exist:\n%s", s.where, name, strings.TrimSpace(line))
			}
		}
	}
}

// unknownNames are what a line speaks of and what is neither known nor of another tool.
func unknownNames(where, line string, known map[string]bool) (unknown []string) {
	for _, found := range flagName.FindAllStringSubmatch(line, -1) {
		if !known[found[1]] && !otherTools.MatchString(line) && where != "docs/browser-flags.md" {
			unknown = append(unknown, found[1])
		}
	}
	for _, found := range metricName.FindAllStringSubmatch(line, -1) {
		if !known[found[1]] && !strings.Contains(found[1], "process_") && where != "docs/probe.md" { // of the tested application
			unknown = append(unknown, found[1])
		}
	}
	for _, found := range optionName.FindAllString(line, -1) {
		if !known[found] && !strings.HasSuffix(where, ".js") { // JavaScript has variables of this name
			unknown = append(unknown, found)
		}
	}
	for _, found := range pageName.FindAllStringSubmatch(line, -1) {
		if found[1] != "" && (strings.Contains(where, ".go:") || strings.HasSuffix(where, ".d.ts")) { // people may have the binary alone
			unknown = append(unknown, found[0]+" instead of liveload docs "+found[1])
			continue
		}
		if _, err := os.Stat("../../docs/" + found[1] + found[2] + ".md"); err != nil {
			unknown = append(unknown, found[0])
		}
	}
	for _, found := range pageLink.FindAllStringSubmatch(line, -1) {
		if _, err := os.Stat(filepath.Join("..", "..", filepath.Dir(where), found[1])); err != nil && strings.HasSuffix(where, ".md") {
			unknown = append(unknown, found[1])
		}
	}
	return unknown
}

// TestUnknownNames: a name that does not exist is found wherever it is.
func TestUnknownNames(t *testing.T) {
	known := map[string]bool{"--users": true, "http_requests": true}
	for line, want := range map[string]string{
		"set --users and --users-per-browser":  "--users-per-browser",
		"`sink_points_spoiled`, http_requests": "",
		"`sink_points_lost` of http_requests":  "sink_points_lost",
		"see `options.nothing`":                "options.nothing",
		"docs/nothing.md has more":             "docs/nothing.md",
		"`liveload docs nothing` has more":     "liveload docs nothing",
		"[metrics](metrics.md#x), [no](no.md)": "no.md",
		"docker run --rm":                      "",
	} {
		if got := strings.Join(unknownNames("docs/x.md", line, known), " "); got != want {
			t.Errorf("%s: unknown %q, want %q", line, got, want)
		}
	}
}
