package report

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/liveload/liveload/metrics"
)

// What a report keeps in itself of the evidence of failures. Of what is more it names the files.
const (
	mostPictures     = 40
	mostPictureBytes = 6 << 20
	mostTexts        = 120
	mostTextBytes    = 16 << 10 // of one, its end
)

// Evidence is what was kept of a failure.
type Evidence struct {
	Picture string   `json:"picture,omitempty"` // name of its Picture, which a page fetches
	Frames  []string `json:"frames,omitempty"`  // the last messages between page and server
	Console []string `json:"console,omitempty"` // the last lines
	Files   []File   `json:"files,omitempty"`   // all of it, relative to the folder in which liveload ran
}

// A File is one that was kept.
type File struct {
	What string `json:"what"` // "screenshot"
	Path string `json:"path"`
}

// A Picture is a screenshot.
type Picture struct {
	Type  string `json:"type"`  // image/png or image/jpeg
	Bytes string `json:"bytes"` // in base64
}

// evidenceOf names the files of a failure.
func evidenceOf(kept metrics.Evidence) *Evidence {
	if kept.None() {
		return nil
	}
	e := &Evidence{}
	for _, f := range []File{{"screenshot", kept.Screenshot}, {"page", kept.Page}, {"console", kept.Console}, {"frames", kept.Frames}, {"trace", kept.Trace}} {
		if f.Path != "" {
			e.Files = append(e.Files, f)
		}
	}
	return e
}

// AddEvidence reads what was kept of the failures, as far as the files are still there: first a picture of each cause, then
// further ones. Paths that are not absolute begin in one of the folders. A Result may come from somebody else, so only files
// that are called as liveload calls its evidence are read.
func (d *Data) AddEvidence(folders ...string) {
	a := album{folders: folders, parts: d.Parts, pictures: make(map[string]string), texts: make(map[string][]string)}
	for turn := range metrics.MaxFailureSamples {
		for i := range d.Scenarios {
			for k := range d.Scenarios[i].Failures {
				if samples := d.Scenarios[i].Failures[k].Samples; turn < len(samples) {
					a.add(samples[turn].Evidence)
				}
			}
		}
	}
	d.eachNodeFailure(func(f *Failure) {
		for i := range f.Samples {
			if e := f.Samples[i].Evidence; e != nil {
				a.share(e)
				e.Frames, e.Console = nil, nil // the scenario has them
			}
		}
	})
}

// An album collects evidence within its bounds.
type album struct {
	folders  []string
	parts    map[string]any
	pictures map[string]string   // the names of the parts, by path
	texts    map[string][]string // by path
	size     int
}

func (a *album) add(e *Evidence) {
	if e == nil {
		return
	}
	for _, f := range e.Files {
		switch f.What {
		case "screenshot":
			a.addPicture(f.Path)
		case "frames", "console":
			a.addText(f.Path)
		}
	}
	a.share(e)
}

// share gives a failure what was read.
func (a *album) share(e *Evidence) {
	for _, f := range e.Files {
		switch f.What {
		case "screenshot":
			e.Picture = a.pictures[f.Path]
		case "frames":
			e.Frames = a.texts[f.Path]
		case "console":
			e.Console = a.texts[f.Path]
		}
	}
}

func (a *album) addPicture(path string) {
	if a.pictures[path] != "" || len(a.pictures) == mostPictures || filepath.Base(path) != "screenshot.png" {
		return
	}
	content := a.read(path, mostPictureBytes-a.size)
	kind := pictureType(content)
	if kind == "" {
		return
	}
	name := fmt.Sprintf("picture-%d", len(a.pictures)+1)
	a.pictures[path], a.size = name, a.size+len(content)
	a.parts[name] = Picture{Type: kind, Bytes: base64.StdEncoding.EncodeToString(content)}
}

// pictureType is empty for what is no picture.
func pictureType(content []byte) string {
	switch {
	case bytes.HasPrefix(content, []byte("\x89PNG\r\n\x1a\n")):
		return "image/png"
	case bytes.HasPrefix(content, []byte("\xff\xd8\xff")):
		return "image/jpeg"
	}
	return ""
}

func (a *album) addText(path string) {
	if _, known := a.texts[path]; known || len(a.texts) == mostTexts || filepath.Base(path) != "frames.txt" && filepath.Base(path) != "console.txt" {
		return
	}
	content := a.read(path, 1<<20)
	if content == nil {
		return
	}
	text := strings.ToValidUTF8(string(content[max(0, len(content)-mostTextBytes):]), "�")
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	if len(content) > mostTextBytes {
		lines[0] = "…"
	}
	a.texts[path] = lines
}

// read returns a file that is there and not larger than most, nil otherwise.
func (a *album) read(path string, most int) []byte {
	places := a.folders
	if filepath.IsAbs(path) {
		places = []string{""}
	}
	for _, folder := range places {
		if content := readRegular(filepath.Join(folder, filepath.FromSlash(path)), most); content != nil {
			return content
		}
	}
	return nil
}

func readRegular(path string, most int) []byte {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() || info.Size() > int64(most) {
		return nil
	}
	file, err := os.Open(filepath.Clean(path))
	if err != nil {
		return nil
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, int64(most)+1))
	if err != nil || len(content) > most {
		return nil
	}
	return content
}
