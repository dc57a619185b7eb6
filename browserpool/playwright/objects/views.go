package objects

import (
	"slices"
	"sync"

	pw "github.com/playwright-community/playwright-go"
)

// views are what can change at any time about the pages of a session: their frames, their
// workers, whether they are open. playwright-go changes its own lists on the goroutine that reads from
// the driver and lets others read them without a lock, so only that goroutine may look at
// them. It calls meet and the listeners that meet sets, which keep a copy here. Methods other than meet
// may be called from any goroutine.
type views struct {
	mu      sync.Mutex
	pages   map[pw.Page]*view // that are open
	workers []pw.Worker       // service workers of the context
}

// A view is one open page.
type view struct {
	frames  []pw.Frame // the main one first
	workers []pw.Worker
	size    *pw.Size // of the viewport; nil when it has none
}

func newViews() *views { return &views{pages: map[pw.Page]*view{}} }

// follow begins to keep the copy, before the context has any page. None of these events costs the driver
// a message that it would not send anyway.
func (v *views) follow(opened pw.BrowserContext, met func(pw.Page)) {
	opened.OnPage(func(page pw.Page) {
		v.meet(page)
		met(page)
	})
	opened.On("serviceworker", func(w pw.Worker) { v.track(&v.workers, w) })
}

// track keeps a worker in a list while it runs.
func (v *views) track(list *[]pw.Worker, w pw.Worker) {
	v.change(func() { *list = append(*list, w) })
	w.OnClose(func(pw.Worker) {
		v.change(func() { *list = slices.DeleteFunc(*list, func(one pw.Worker) bool { return one == w }) })
	})
}

// meet is called on the goroutine that reads from the driver, before anyone else can have the page.
func (v *views) meet(page pw.Page) {
	seen := &view{frames: slices.Clone(page.Frames()), workers: slices.Clone(page.Workers())}
	if size := page.ViewportSize(); size != nil && *size != (pw.Size{}) {
		seen.size = &pw.Size{Width: size.Width, Height: size.Height}
	}
	v.change(func() { v.pages[page] = seen })
	page.OnFrameAttached(func(f pw.Frame) {
		v.change(func() { seen.frames = append(seen.frames, f) })
	})
	page.OnFrameDetached(func(f pw.Frame) {
		v.change(func() { seen.frames = slices.DeleteFunc(seen.frames, func(one pw.Frame) bool { return one == f }) })
	})
	page.OnWorker(func(w pw.Worker) { v.track(&seen.workers, w) })
	page.OnClose(func(pw.Page) {
		v.change(func() { delete(v.pages, page) })
	})
}

func (v *views) change(fn func()) {
	v.mu.Lock()
	defer v.mu.Unlock()
	fn()
}

// look returns a copy of what is known of a page; ok is false when it is not open.
func (v *views) look(page pw.Page) (seen view, ok bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	known, ok := v.pages[page]
	if !ok {
		return view{}, false
	}
	return view{slices.Clone(known.frames), slices.Clone(known.workers), known.size}, true
}

// frames are those of a page, in the order in which they came.
func (v *views) frames(page pw.Page) []pw.Frame {
	seen, _ := v.look(page)
	return seen.frames
}

// children are the frames right below a frame. Playwright never moves a frame to another parent.
func (v *views) children(frame pw.Frame) []pw.Frame {
	return slices.DeleteFunc(v.frames(frame.Page()), func(one pw.Frame) bool { return one.ParentFrame() != frame })
}

// detached reports whether a frame is gone, alone or with its page.
func (v *views) detached(frame pw.Frame) bool {
	return !slices.Contains(v.frames(frame.Page()), frame)
}

func (v *views) serviceWorkers() []pw.Worker {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.workers)
}

// resized notes what a script has made of the viewport.
func (v *views) resized(page pw.Page, width, height int) {
	v.change(func() {
		if seen := v.pages[page]; seen != nil {
			seen.size = &pw.Size{Width: width, Height: height}
		}
	})
}

// open are the pages that are open, in no order.
func (v *views) open() []pw.Page {
	v.mu.Lock()
	defer v.mu.Unlock()
	var pages []pw.Page
	for page := range v.pages {
		pages = append(pages, page)
	}
	return pages
}
