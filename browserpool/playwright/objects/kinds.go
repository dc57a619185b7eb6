package objects

import (
	"reflect"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
)

// A kind is one class of Playwright's API. Scripts reach it by reflection over playwright-go's
// interfaces: names and options are those of the JavaScript documentation, which rules translates.
type kind struct {
	name    string
	api     reflect.Type       // the interface of playwright-go
	members map[string]*member // by JavaScript name
	shapes  map[string]browserpool.Shape
	events  []string // in order; nil when it has none
	anyName bool     // events have no fixed names
}

// A member is a method or property of a kind.
type member struct {
	name   string
	shape  browserpool.Shape
	method string // of playwright-go; "" when refused or about events
	refuse string // why there is no such thing here
}

// kinds are all classes, those with more methods first: some interfaces contain others.
var kinds = sync.OnceValue(func() []*kind {
	all := []*kind{
		newKind[pw.APIRequestContext](), newKind[pw.APIResponse](), newKind[pw.Browser](), newKind[pw.BrowserContext](),
		newKind[pw.BrowserType](), newKind[pw.CDPSession](), newKind[pw.Clock](), newKind[pw.ConsoleMessage](),
		newKind[pw.Dialog](), newKind[pw.Download](), newKind[pw.ElementHandle](), newKind[pw.FileChooser](),
		newKind[pw.Frame](), newKind[pw.FrameLocator](), newKind[pw.JSHandle](), newKind[pw.Keyboard](),
		newKind[pw.Locator](), newKind[pw.Mouse](), newKind[pw.Page](), newKind[pw.Request](), newKind[pw.Response](),
		newKind[pw.Route](), newKind[pw.Touchscreen](), newKind[pw.Tracing](), newKind[pw.Video](),
		newKind[pw.WebError](), newKind[pw.WebSocket](), newKind[pw.Worker](),
	}
	slices.SortStableFunc(all, func(a, b *kind) int { return b.api.NumMethod() - a.api.NumMethod() })
	return all
})

// kindOf returns the class of what playwright-go gave; nil when it is a plain value.
func kindOf(value any) *kind {
	t := reflect.TypeOf(value)
	if t == nil || t.Kind() != reflect.Pointer || t.NumMethod() == 0 {
		return nil
	}
	for _, k := range kinds() {
		if t.Implements(k.api) {
			return k
		}
	}
	return nil
}

func newKind[T any]() *kind {
	api := reflect.TypeFor[T]()
	k := &kind{name: api.Name(), api: api, members: map[string]*member{}, shapes: map[string]browserpool.Shape{}}
	for method := range api.Methods() {
		if event, ok := eventName(method.Name); ok {
			k.events = append(k.events, event)
		} else if name := k.jsName(method.Name); name != "" {
			k.members[name] = &member{name: name, method: method.Name, shape: k.shapeOf(name, method.Type)}
		}
	}
	k.anyName = k.events == nil && api.Implements(reflect.TypeFor[pw.EventEmitter]())
	k.listen()
	k.refuse()
	for name, m := range k.members {
		k.shapes[name] = m.shape
	}
	return k
}

// eventName is the event that a method like OnRequestFailed is about.
func eventName(method string) (string, bool) {
	event, ok := strings.CutPrefix(method, "On")
	first, _ := utf8.DecodeRuneInString(event)
	return strings.ToLower(event), ok && unicode.IsUpper(first)
}

// jsName is a method's name in JavaScript, or "" when JavaScript has no such method.
func (k *kind) jsName(method string) string {
	if name, ok := renamed[method]; ok {
		return name
	}
	if strings.HasPrefix(method, "Expect") || onlyInGo[k.name+"."+method] {
		return ""
	}
	first, size := utf8.DecodeRuneInString(method)
	return string(unicode.ToLower(first)) + method[size:]
}

// shapeOf says what JavaScript returns: a promise where playwright-go can fail.
func (k *kind) shapeOf(name string, method reflect.Type) browserpool.Shape {
	if shape, ok := shapes[k.name+"."+name]; ok {
		return shape
	}
	n := method.NumOut()
	switch {
	case n == 0 || method.Out(n-1) != errorType:
		return browserpool.Immediate
	case arranging[name]:
		return browserpool.Arranging
	}
	return browserpool.Promised
}

func (k *kind) listen() {
	if k.events == nil && !k.anyName {
		return
	}
	for _, name := range []string{"on", "once", "off", "addListener", "removeListener", "removeAllListeners"} {
		k.members[name] = &member{name: name, shape: browserpool.Listening}
	}
	if !k.anyName {
		k.members["prependListener"] = &member{name: "prependListener", shape: browserpool.Promised, refuse: "listeners are called in their order: use on"}
	}
	for name, with := range waits {
		if slices.Contains(with, k.name) {
			k.members[name] = &member{name: name, shape: browserpool.Listening}
		}
	}
}

func (k *kind) refuse() {
	for name, reason := range refused {
		if rest, ok := strings.CutPrefix(name, k.name+"."); ok {
			shape := browserpool.Promised
			if shapes[name] == browserpool.Property {
				shape = browserpool.Property
			}
			k.members[rest] = &member{name: rest, shape: shape, refuse: reason}
		}
	}
}

var errorType = reflect.TypeFor[error]()
