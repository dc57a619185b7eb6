package lint

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// mostLines is where a file stops being one thing that reads from top to bottom.
const mostLines = 500

// mostBytes is where a file is no longer one that somebody has written.
const mostBytes = 500_000

// A smell is text that no file of a kind may contain.
type smell struct {
	in      []string // endings of file names; empty means every text file
	part    string   // of what the pattern finds; lines without it are not searched
	pattern *regexp.Regexp
	fix     string
}

var smells = []smell{
	{nil, "/", regexp.MustCompile(`(^|[^\w./-])/(root|work|home/[a-z][\w-]*|Users/[A-Za-z][\w-]*)/`),
		"this path exists on one machine only: take it from a flag, the environment or a temporary folder"},
	{nil, "://", regexp.MustCompile(`https?://([\w-]+\.)*(registry|proxy|goproxy|npm|pypi|deb|mirrors?|artifactory|nexus)[\w-]*\.[\w.-]*[a-z]`),
		"name packages, not the host that they come from: the package client knows its registry"},
	{[]string{"package-lock.json"}, "://", regexp.MustCompile(`"resolved": *"https?://`),
		"run npm with --omit-lockfile-registry-resolved: the lock file names packages and hashes, no hosts"},
	{[]string{".go"}, "func init", regexp.MustCompile(`(?m)^func init\(\)`),
		"register in a visible table instead of init: one place tells what there is"},
	{[]string{".go", ".js", ".ts"}, "//", regexp.MustCompile(`//.*\b(TODO|FIXME|XXX)\b`),
		"do it, or write it down as an issue"},
	{[]string{"_test.go"}, "t.Skip", regexp.MustCompile(`\bt\.Skip(f|Now)?\(`),
		"a skipped test tells nothing: make its precondition part of `make deps`, or delete it"},
}

// excused are smells that files may have.
var excused = map[string]string{
	// It registers nothing: it has to come before everything that the program does, tests and benchmarks too.
	"browserpool/playwright/standin/standin.go": "func init",
}

func TestFilesAreShort(t *testing.T) {
	for _, f := range files(t) {
		if message := checkLength(f); message != "" {
			t.Error(message)
		}
	}
}

func checkLength(f sourceFile) string {
	if n := len(f.content); n > mostBytes {
		return fmt.Sprintf("%s has %d bytes, more than %d: what is built or measured does not belong into the repository", f.name, n, mostBytes)
	}
	if !f.is(".go", ".js", ".mjs", ".ts", ".sh", ".css", ".html") {
		return ""
	}
	if n := bytes.Count(f.content, []byte("\n")); n > mostLines {
		return fmt.Sprintf("%s has %d lines, more than %d: split it into files that each own one thing", f.name, n, mostLines)
	}
	return ""
}

func TestFilesContainNoSmell(t *testing.T) {
	for _, f := range files(t) {
		for _, message := range checkSmells(f) {
			t.Error(message)
		}
	}
}

func checkSmells(f sourceFile) []string {
	if bytes.IndexByte(f.content, 0) >= 0 || f.name == "lint/files_test.go" {
		return nil // not text, or the table itself
	}
	var messages []string
	lines := strings.Split(string(f.content), "\n")
	for _, s := range smells {
		if len(s.in) > 0 && !f.is(s.in...) || excused[f.name] == s.part {
			continue
		}
		for number, line := range lines {
			if !strings.Contains(line, s.part) {
				continue
			}
			if found := s.pattern.FindString(line); found != "" && !strings.Contains(found, "example.") {
				messages = append(messages, fmt.Sprintf("%s:%d: %q: %s", f.name, number+1, strings.TrimSpace(found), s.fix))
			}
		}
	}
	return messages
}

func TestTheFileRulesBite(t *testing.T) {
	slash := "/"
	tests := []struct {
		name, content string
		want          int
	}{
		{"a.go", "path := \"" + slash + "home/jane/x\"\n", 1},
		{"a.md", "see " + slash + "root/thing\n", 1},
		{"a.md", "chromium in /usr/lib/chromium/x, examples/work/x, http://host/work/x\n", 0},
		{"a.sh", "npm install --registry https:" + slash + "/registry.somewhere.org/x\n", 1},
		{"a.md", "HTTPS_PROXY=http:" + slash + "/proxy.example.com:3128\n", 0},
		{"x/package-lock.json", "{\n \"resolved\": \"https:" + slash + "/somewhere.org/x.tgz\"\n}\n", 1},
		{"a.go", "func in" + "it() {\n", 1},
		{"a.go", "// TO" + "DO: later\n", 1},
		{"a_test.go", "\tt.Sk" + "ip(\"no\")\n", 1},
		{"a.png", "\x00 " + slash + "root/x", 0},
	}
	for _, test := range tests {
		if got := checkSmells(sourceFile{test.name, []byte(test.content)}); len(got) != test.want {
			t.Errorf("%s %q: %q, want %d", test.name, test.content, got, test.want)
		}
	}
	long := bytes.Repeat([]byte("\n"), mostLines+1)
	if checkLength(sourceFile{"a.go", long}) == "" || checkLength(sourceFile{"a.md", long}) != "" {
		t.Error("the length of code is not checked, or that of prose is")
	}
	if checkLength(sourceFile{"binary", make([]byte, mostBytes+1)}) == "" {
		t.Error("the size of files is not checked")
	}
}
