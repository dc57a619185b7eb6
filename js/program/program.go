// Package program compiles a bundled script, once for all VMs, and finds the places of the bundle in the author's files.
package program

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"strings"
	"sync"

	"github.com/dop251/goja"
	"github.com/dop251/goja/file"
	"github.com/dop251/goja/parser"

	"github.com/liveload/liveload/js/nesting"
	"github.com/liveload/liveload/js/scripterr"
	"github.com/liveload/liveload/js/sourcemap"
)

// A Source is a bundled script in a form that can be stored and sent to another node.
type Source struct {
	Name string `json:"name"` // the script as its author calls it
	Code string `json:"code"` // one CommonJS program
	Map  string `json:"map"`  // its source map, version 3, with the authors' sources
}

// A Program is a compiled script. It does not change and serves any number of VMs at once.
type Program struct {
	// Notes tell the author what of the script has no meaning here. Only who bundles it knows them.
	Notes []string

	source   Source
	compiled *goja.Program         // its value is a function of (module, exports, require, regexp, guard, text)
	files    map[string]sourceFile // by the name that goja reports

	mentioned sync.Map // word to bool
	told      sync.Map // what FirstTime was asked
	regexps   bool     // the program needs regexpMaker
	guards    bool     // the program needs guard
	texts     bool     // the program needs textGuard
}

// A sourceFile is a file as its author wrote it.
type sourceFile struct {
	name  string
	lines []string
}

// ModuleNamespace marks the files of a source map that liveload has put into the bundle.
const ModuleNamespace = "liveload"

// bundleName is what goja calls the bundled program before the source map is applied.
const bundleName = "bundle.js"

// Load compiles a bundled script. The error is a *scripterr.Error.
func Load(src Source) (*Program, error) {
	p := &Program{source: src, files: map[string]sourceFile{}}
	shifted, err := p.readMap()
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", src.Name, err)
	}
	if nesting.Source(src.Code) {
		return nil, &scripterr.Error{Name: "SyntaxError", File: p.Name(), Message: nesting.TooDeep}
	}
	code := src.Code + "\n//# sourceMappingURL=" + bundleName + ".map\n"
	loader := parser.WithSourceMapLoader(func(string) ([]byte, error) { return shifted, nil })
	parsed, err := parse(code, loader)
	if err != nil {
		return nil, p.parseError(parsed.File, err)
	}
	if err := p.lowerRegexps(parsed); err != nil {
		return nil, err
	}
	beyond := p.beyondGuards(parsed)
	p.guardGrowth(parsed, maps.Clone(beyond)) // before what it looks for is rewritten
	p.guardTexts(parsed, beyond)
	p.mend(parsed)
	slimFrame(parsed)
	if p.compiled, err = goja.CompileAST(wrapped(parsed), false); err != nil {
		return nil, p.parseError(parsed.File, err)
	}
	return p, nil
}

// Name returns the script's name as its author calls it.
func (p *Program) Name() string { return p.source.Name }

// Folder is where the script lies on its author's machine.
func (p *Program) Folder() string { return filepath.Dir(filepath.FromSlash(p.source.Name)) }

// Source returns what Load needs to make the same program elsewhere.
func (p *Program) Source() Source { return p.source }

// Compiled is a program whose value is a function of (module, exports, require, regexp, guard, text) that runs the script.
func (p *Program) Compiled() *goja.Program { return p.compiled }

// NeedsRegexps says whether the program calls regexp, with a pattern and flags, for regular expressions that goja runs wrongly.
func (p *Program) NeedsRegexps() bool { return p.regexps }

// NeedsGuard says whether the program calls guard, with a word for what it does next and a value.
func (p *Program) NeedsGuard() bool { return p.guards }

// NeedsTextGuard says whether the program calls text, with what an addition or a template has made.
func (p *Program) NeedsTextGuard() bool { return p.texts }

// readMap reads the authors' files from the source map and returns the map in the form that goja needs.
func (p *Program) readMap() ([]byte, error) {
	var m sourcemap.Map
	if err := json.Unmarshal([]byte(p.source.Map), &m); err != nil {
		return nil, fmt.Errorf("read source map: %w", err)
	}
	for i, name := range m.Sources {
		f := sourceFile{name: name}
		if i < len(m.SourcesContent) {
			f.lines = strings.Split(m.SourcesContent[i], "\n")
		}
		p.files[gojaName(name)] = f
	}
	m.SourcesContent = nil
	m.Mappings = sourcemap.ShiftColumns(m.Mappings)
	return json.Marshal(m)
}

// gojaName is the name under which goja reports positions in the file called name.
func gojaName(name string) string {
	if u := file.ResolveSourcemapURL(bundleName, name); u != nil {
		return u.String()
	}
	return name
}

// Frame translates a position that goja reports; ok is false outside the authors' files.
func (p *Program) Frame(function string, pos file.Position) (f scripterr.Frame, ok bool) {
	src, ok := p.files[pos.Filename]
	if !ok || strings.HasPrefix(src.name, ModuleNamespace+":") {
		return scripterr.Frame{}, false
	}
	return scripterr.Frame{Func: function, File: src.name, Line: pos.Line, Column: pos.Column}, true
}

// Line returns the text of one line of an author's file, or "".
func (p *Program) Line(f scripterr.Frame) string {
	src := p.files[gojaName(f.File)]
	if f.Line < 1 || f.Line > len(src.lines) {
		return ""
	}
	return strings.TrimRight(src.lines[f.Line-1], "\r")
}

// parseError translates what goja says about a program that it cannot compile. esbuild accepted the
// script, so it uses something that goja lacks.
func (p *Program) parseError(bundled *file.File, err error) error {
	e := &scripterr.Error{Name: "SyntaxError", Message: err.Error(), File: p.Name()}
	if list, ok := errors.AsType[parser.ErrorList](err); ok && len(list) > 0 {
		e.Message = list[0].Message
		p.locate(e, bundled.Position(offset(p.source.Code, list[0].Position)))
	}
	if compile, ok := errors.AsType[*goja.CompilerSyntaxError](err); ok && compile.File != nil {
		e.Message = compile.Message
		p.locate(e, compile.File.Position(compile.Offset))
	}
	return e
}

// offset returns where the position of a parser that knew no source map is in code.
func offset(code string, at file.Position) int {
	begin := 0
	for range at.Line - 1 {
		begin += strings.IndexByte(code[begin:], '\n') + 1
	}
	return begin + at.Column - 1
}

func (p *Program) locate(e *scripterr.Error, pos file.Position) {
	at, ok := p.Frame("", pos)
	if !ok {
		return
	}
	e.File, e.Line, e.Column, e.Stack = at.File, at.Line, at.Column, []scripterr.Frame{at}
	e.SourceLine = p.Line(at)
}

// FirstTime says whether nobody has asked it before with the same text, of all VMs of the process.
func (p *Program) FirstTime(text string) bool {
	_, before := p.told.LoadOrStore(text, true)
	return !before
}
