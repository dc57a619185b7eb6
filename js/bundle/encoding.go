package bundle

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"unicode/utf8"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/liveload/liveload/js/nesting"
)

// texts are the files that esbuild reads as text without being asked to.
var texts = regexp.MustCompile(`\.([cm]?[jt]s|[jt]sx|json|txt)$|[/\\][^./\\]+$`)

// textPlugin refuses what is no file, data outside of the project, and what esbuild cannot bear: it never ends when a file that is not
// UTF-8 breaks off within a character, and takes stack without end for one that is nested too deep.
func textPlugin(dir string, project project) api.Plugin {
	load := func(args api.OnLoadArgs) (api.OnLoadResult, error) {
		if problem := project.refuse(args.Path, args.With); problem != "" {
			return api.OnLoadResult{Errors: []api.Message{{Text: problem}}}, nil
		}
		if !texts.MatchString(args.Path) {
			return api.OnLoadResult{}, nil
		}
		content, err := os.ReadFile(args.Path)
		switch {
		case err != nil: // esbuild reads the file itself, and reports err in its own words
		case !utf8.Valid(content):
			return api.OnLoadResult{Errors: []api.Message{notUTF8(dir, args.Path, content)}}, nil
		case nesting.Source(string(content)):
			return api.OnLoadResult{Errors: []api.Message{{Text: nesting.TooDeep, Location: &api.Location{File: shownPath(dir, args.Path), Line: 1}}}}, nil
		}
		if problem := refuseMap(args.Path, content); problem != "" && !isData(args.Path) {
			return api.OnLoadResult{Errors: []api.Message{{Text: problem, Location: &api.Location{File: shownPath(dir, args.Path), Line: 1}}}}, nil
		}
		return api.OnLoadResult{}, nil
	}
	return api.Plugin{Name: "encoding", Setup: func(build api.PluginBuild) {
		build.OnLoad(api.OnLoadOptions{Filter: `.*`, Namespace: "file"}, load)
	}}
}

// notUTF8 names the place of the first byte that belongs to no character.
func notUTF8(dir, path string, content []byte) api.Message {
	at := 0
	for r, size := utf8.DecodeRune(content); r != utf8.RuneError || size > 1; r, size = utf8.DecodeRune(content[at:]) {
		at += size
	}
	begin := bytes.LastIndexByte(content[:at], '\n') + 1
	line, _, _ := bytes.Cut(content[begin:], []byte("\n"))
	return api.Message{Text: fmt.Sprintf("the file is not UTF-8 (byte 0x%02x): save it as UTF-8", content[at]), Location: &api.Location{
		File: shownPath(dir, path), Line: 1 + bytes.Count(content[:at], []byte("\n")), Column: at - begin,
		LineText: string(bytes.ToValidUTF8(line, []byte("\uFFFD"))),
	}}
}

// shownPath is a path as a person in dir would write it.
func shownPath(dir, path string) string {
	if relative, err := filepath.Rel(dir, path); err == nil {
		return filepath.ToSlash(relative)
	}
	return path
}
