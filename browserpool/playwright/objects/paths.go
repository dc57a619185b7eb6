package objects

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"mime"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/confined"
	"github.com/liveload/liveload/ordered"
	"github.com/liveload/liveload/space"
)

// Playwright's driver and the browser open any path that they are given. So none comes to them from a script: what is to be read is
// read here, or found, and what is to be written is written here.

// A Disk is what of the machine's files the objects of a session reach.
type Disk struct {
	URLs  bool                    // pages may be files
	Files browserpool.ScriptFiles // nil is none
	Save  func(name string, content func(io.Writer) error) (path string, err error)

	Space   *space.Budget // of downloads
	Dropped func()        // is called for each that is cancelled
}

// reads are the members that take names of files, and what they get instead. Keys are members of one kind, or of all.
var reads = map[string]func(h *Hub, args []any) ([]any, error){
	"addScriptTag":  func(h *Hub, args []any) ([]any, error) { return h.inContent(args, "\n//# sourceURL=%s") },
	"addStyleTag":   func(h *Hub, args []any) ([]any, error) { return h.inContent(args, "\n/*# sourceURL=%s */") },
	"addInitScript": func(h *Hub, args []any) ([]any, error) { return h.inContent(args, "\n//# sourceURL=%s") },
	"fulfill":       fulfilWithFile,

	"Page.setInputFiles":  func(h *Hub, args []any) ([]any, error) { return h.finding(args, 1) },
	"Frame.setInputFiles": func(h *Hub, args []any) ([]any, error) { return h.finding(args, 1) },
	"setInputFiles":       func(h *Hub, args []any) ([]any, error) { return h.finding(args, 0) },
	"setFiles":            func(h *Hub, args []any) ([]any, error) { return h.finding(args, 0) },
	"CDPSession.send":     command,
}

// withoutPaths takes the names of files out of the arguments. keep makes the file of the call's value; nil when there is none to make.
func (o object) withoutPaths(m *member, args []any) (made []any, keep func(value any) error, err error) {
	if read := rule(reads, o.kind, m); read != nil {
		made, err = read(o.hub, args)
		return made, nil, err
	}
	if m.name != "screenshot" && m.name != "pdf" && m.name != "storageState" || len(args) == 0 {
		return args, nil, nil
	}
	given, name, ok := namedFile(args[len(args)-1])
	if !ok {
		return args, nil, nil
	}
	if m.name == "screenshot" && !has(given, "type") {
		kind, err := imageType(name)
		if err != nil {
			return nil, nil, err
		}
		given = with(given, "type", kind)
	}
	made = append(slices.Clone(args[:len(args)-1]), with(given, "path", nil))
	return made, func(value any) error { return o.hub.save(name, value) }, nil
}

// namedFile returns the option path of options, if it is a text.
func namedFile(arg any) (options *ordered.Object, name string, ok bool) {
	options, ok = arg.(*ordered.Object)
	if !ok {
		return nil, "", false
	}
	given, _ := options.Get("path")
	name, ok = given.(string)
	return options, name, ok
}

func has(options *ordered.Object, key string) bool {
	value, _ := options.Get(key)
	return value != nil
}

// with returns options with another value of one of them; nil takes it away.
func with(options *ordered.Object, key string, value any) *ordered.Object {
	changed := &ordered.Object{}
	for _, name := range options.Keys() {
		if name != key {
			given, _ := options.Get(name)
			changed.Set(name, given)
		}
	}
	if value != nil {
		changed.Set(key, value)
	}
	return changed
}

func imageType(name string) (string, error) {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".png":
		return "png", nil
	case ".jpg", ".jpeg":
		return "jpeg", nil
	}
	return "", fmt.Errorf("path %q must end in .png, .jpg or .jpeg", name)
}

// save makes a file of a call's value: bytes, or data as JSON.
func (h *Hub) save(name string, value any) error {
	content, ok := value.([]byte)
	if !ok {
		text, err := ordered.Text(value)
		if err != nil {
			return err
		}
		content = []byte(text)
	}
	return h.write(name, func(out io.Writer) error {
		_, err := out.Write(content)
		return err
	})
}

// write makes a file, which the script may read for the rest of the iteration.
func (h *Hub) write(name string, content func(io.Writer) error) error {
	if h.disk.Save == nil {
		return errors.New("this session keeps no files: leave the path out, and use the value")
	}
	path, err := h.disk.Save(name, content)
	if err == nil && path != "" {
		if path, err = filepath.Abs(path); err == nil {
			h.note(name, path)
		}
	}
	return err
}

func (h *Hub) note(name, path string) {
	h.leftMu.Lock()
	defer h.leftMu.Unlock()
	if h.made == nil {
		h.made = map[string]string{}
	}
	h.made[name] = path
}

// makes returns where a file is that the script has made in this iteration.
func (h *Hub) makes(name string) (path string, ok bool) {
	h.leftMu.Lock()
	defer h.leftMu.Unlock()
	path, ok = h.made[name]
	return path, ok
}

// find returns where a file is that the script names: one that it has made in this iteration, or one that it may read.
func (h *Hub) find(name string) (string, error) {
	if path, ok := h.makes(name); ok {
		return path, nil
	}
	if h.disk.Files == nil {
		return "", noFilesError(name)
	}
	return h.disk.Files.Path(name)
}

// read returns the content of a file that the script names.
func (h *Hub) read(name string) ([]byte, error) {
	if path, ok := h.makes(name); ok {
		return os.ReadFile(path)
	}
	return ReadFile(h.disk.Files, name)
}

// ReadFile returns the content of a file that a script may read.
func ReadFile(files browserpool.ScriptFiles, name string) ([]byte, error) {
	if files == nil {
		return nil, noFilesError(name)
	}
	return confined.ReadFile(files, name)
}

func noFilesError(name string) error {
	return fmt.Errorf("%q cannot be read: this session reads no files", name)
}

// inContent replaces a file by its content, which names the file in the form of origin.
func (h *Hub) inContent(args []any, origin string) ([]any, error) {
	if len(args) == 0 {
		return args, nil
	}
	options, name, ok := namedFile(args[0])
	if !ok {
		return args, nil
	}
	content, err := h.read(name)
	if err != nil {
		return nil, err
	}
	text := string(content) + fmt.Sprintf(origin, strings.ReplaceAll(name, "\n", ""))
	return append([]any{with(with(options, "path", nil), "content", text)}, args[1:]...), nil
}

// fulfilWithFile answers a request with the content of a file, of the type that its name says.
func fulfilWithFile(h *Hub, args []any) ([]any, error) {
	if len(args) != 1 {
		return args, nil
	}
	options, name, ok := namedFile(args[0])
	if !ok {
		return args, nil
	}
	content, err := h.read(name)
	if err != nil {
		return nil, err
	}
	options = with(with(options, "path", nil), "body", content)
	if !has(options, "contentType") {
		options = with(options, "contentType", cmp.Or(mime.TypeByExtension(filepath.Ext(name)), "application/octet-stream"))
	}
	return []any{options}, nil
}

// finding replaces the names of files in an argument, which is one or a list of them, by where they are.
func (h *Hub) finding(args []any, at int) ([]any, error) {
	if len(args) <= at {
		return args, nil
	}
	found, err := h.found(args[at])
	made := slices.Clone(args)
	made[at] = found
	return made, err
}

func (h *Hub) found(value any) (any, error) {
	switch value := value.(type) {
	case string:
		return h.find(value)
	case []any:
		list := make([]any, len(value))
		for i, item := range value {
			var err error
			if list[i], err = h.found(item); err != nil {
				return nil, err
			}
		}
		return list, nil
	}
	return value, nil
}
