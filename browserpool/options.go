package browserpool

import (
	"time"

	"github.com/liveload/liveload/statuses"
)

// Options are what an operation on an element may be told besides its arguments. Each operation takes those that
// Playwright's method of its name takes, and ignores the rest. Without them it does what a person would.
type Options struct {
	Strict bool // several elements that match are an error
	Force  bool // acts at once on an element that is there, whether a person could or not
	Trial  bool // waits until a person could act, and does not
	// Position is where the mouse goes, from the top left corner inside the element's border; nil is its middle.
	// Of DragAndDrop it is that of the source, and Target that of the target.
	Position, Target *Point
	Button           string        // of the mouse: "left" (or ""), "right" or "middle"
	Clicks           int           // in a row; 0 is what the operation is called after
	Delay            time.Duration // between down and up of the mouse, or of a key, and from key to key
	Modifiers        []string      // keys that are down meanwhile: Alt, Control, ControlOrMeta, Meta, Shift
	Polling          time.Duration // between calls of a function that is waited for; 0 is with each frame
	Steps            int           // in which a drag moves the mouse; 0 is one
}

// A Point is a place on the page, in CSS pixels.
type Point struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
}

// A Choice names an option of a select. It must be all that is set.
type Choice struct {
	Any   *string `json:"any,omitempty"` // its value, or else its label
	Value *string `json:"value,omitempty"`
	Label *string `json:"label,omitempty"`
	Index *int    `json:"index,omitempty"` // from 0
}

// Choices names options by their values or labels.
func Choices(names ...string) []Choice {
	var all []Choice
	for _, name := range names {
		all = append(all, Choice{Any: &name})
	}
	return all
}

// A File is one for a file input: on disk, or made of its content.
type File struct {
	Path    string // absolute; "" for one with content
	Name    string
	Type    string // such as "image/png"
	Content []byte
}

// Files names files on disk.
func Files(paths ...string) []File {
	var all []File
	for _, path := range paths {
		all = append(all, File{Path: path})
	}
	return all
}

// NavigateOptions are what a navigation may be told. The zero value waits for the load event.
type NavigateOptions struct {
	// WaitUntil is "load" (or ""), "domcontentloaded", "networkidle" (no request for half a second) or "commit" (the
	// document has begun).
	WaitUntil string
	Referer   string // sent as the header of that name, by Navigate
	// AllowStatus are errors of a server with which documents are pages like any other, until the next navigation: see
	// Navigator.
	AllowStatus statuses.Set
}

// ScreenshotOptions are Playwright's. The zero value is of the visible part of the page.
type ScreenshotOptions struct {
	FullPage       bool
	Clip           *Rect
	Mask           []string // selectors of elements that are covered
	MaskColor      string   // of the cover, in CSS; "" is pink
	OmitBackground bool
	Animations     string // "allow" (or "") or "disabled"
	Caret          string // "hide" (or "") or "initial"
	Scale          string // "device" (or "") or "css"
	Style          string // a style sheet that holds meanwhile
}

// A Rect is a part of the page, in CSS pixels.
type Rect struct{ X, Y, Width, Height float64 }
