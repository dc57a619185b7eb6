package browserpool

import "context"

// A Session is the browser of one user. Every method that takes a ctx returns when ctx is over, with
// context.Cause(ctx) or a *WaitError that says what it was waiting for. Selectors are Playwright's;
// where several elements match, the first one is meant. Operations that need a page fail with
// ErrNoNavigation before the first Navigate. Methods may be called concurrently. The caller of NewSession
// closes the session.
type Session interface {
	Navigator
	Actor
	Waiter
	LiveViewer
	Reader
	Storer
	Scriptable

	// Screenshot returns a PNG of the visible part of the page.
	Screenshot(ctx context.Context, opts ...ScreenshotOptions) ([]byte, error)
	// LastFrames returns the last messages between the main page's LiveView and its server, the oldest
	// first. They may have secrets.
	LastFrames(ctx context.Context) ([]Frame, error)
	// StartTrace begins to record what happens in the session, for Playwright's trace viewer.
	StartTrace(ctx context.Context) error
	// StopTrace ends what StartTrace began and writes it to the file; "" drops it.
	StopTrace(ctx context.Context, path string) error
	// Close drains the telemetry of all open pages into the Recorder, then ends the session. It is
	// idempotent; after ctx is over the session is dropped without draining.
	Close(ctx context.Context) error
}

// A Navigator moves the main page. Each method returns after the page's load event.
type Navigator interface {
	// Navigate opens an absolute URL; the first call opens the page. An answer with an HTTP error
	// status is a page like any other; a connection that fails is an error. When another operation leads to a document with a
	// status of 500 or more, the first operation that meets it fails with a *StatusError, unless AllowStatus of the last navigation
	// has that status, or scripts have used objects of the session.
	Navigate(ctx context.Context, url string, opts ...NavigateOptions) (Document, error)
	Reload(ctx context.Context, opts ...NavigateOptions) (Document, error)
	GoBack(ctx context.Context, opts ...NavigateOptions) (Document, error)
	GoForward(ctx context.Context, opts ...NavigateOptions) (Document, error)
}

// A Document is where a navigation has led to.
type Document struct {
	// Status is that of the answer. It is 0 when no document was shown that a server has answered: a step within the
	// page, about:blank, a download, an answer without content.
	Status int
	URL    string // of the page, after redirects
}

// An Actor acts on elements as a person would: it waits until the element is visible, enabled,
// steady and (for the mouse) not covered, then sends trusted input events. Of opts, here and further
// below, there is one at most.
type Actor interface {
	Click(ctx context.Context, selector string, opts ...Options) error
	DblClick(ctx context.Context, selector string, opts ...Options) error
	// Tap taps the screen of a device that has one (the option hasTouch of the context).
	Tap(ctx context.Context, selector string, opts ...Options) error
	// Fill replaces the value of an input, textarea, select or editable element and fires input and
	// change events as Playwright does.
	Fill(ctx context.Context, selector, text string, opts ...Options) error
	Clear(ctx context.Context, selector string, opts ...Options) error
	// Type presses the keys of text one by one.
	Type(ctx context.Context, selector, text string, opts ...Options) error
	// Press focuses the element and presses one key or chord, such as "Enter" or "Control+A".
	Press(ctx context.Context, selector, key string, opts ...Options) error
	// SetChecked clicks a checkbox, radio button or switch that is not as wanted, and waits until it is.
	SetChecked(ctx context.Context, selector string, checked bool, opts ...Options) error
	// SelectOptions selects exactly these options. It fails when the page takes that back at once, unless it is forced.
	SelectOptions(ctx context.Context, selector string, choices []Choice, opts ...Options) error
	Focus(ctx context.Context, selector string, opts ...Options) error
	Blur(ctx context.Context, selector string, opts ...Options) error
	Hover(ctx context.Context, selector string, opts ...Options) error
	DragAndDrop(ctx context.Context, source, target string, opts ...Options) error
	// SetInputFiles puts files into a file input: all on disk, or none.
	SetInputFiles(ctx context.Context, selector string, files []File, opts ...Options) error
}

// A Waiter waits for the page.
type Waiter interface {
	// WaitForSelector waits for state "attached", "detached", "visible" or "hidden"; "" is "visible".
	WaitForSelector(ctx context.Context, selector, state string, opts ...Options) error
	// WaitForText waits until the element is there and its text contains text.
	WaitForText(ctx context.Context, selector, text string, opts ...Options) error
	// WaitForURL waits until the page's address matches: a glob as Playwright reads it, or a regular
	// expression between slashes. With WaitUntil, it waits for that, too.
	WaitForURL(ctx context.Context, pattern string, opts ...NavigateOptions) error
	// WaitForFunction waits until the JavaScript function returns a truthy value.
	WaitForFunction(ctx context.Context, fn string, arg any, opts ...Options) error
}

// A LiveViewer knows Phoenix LiveView.
type LiveViewer interface {
	// EnsureLiveView waits until a LiveView (connected or not) is on the page.
	EnsureLiveView(ctx context.Context) error
	// WaitForLiveView waits until every root LiveView of the page is connected.
	WaitForLiveView(ctx context.Context) error
	// WaitForPhxLoading waits until the element exists without the class phx-KIND-loading, and neither it nor what is in it
	// holds an event of the kind back (phx-debounce). Kinds: click, submit, change, focus, blur, keydown, keyup.
	WaitForPhxLoading(ctx context.Context, kind, selector string, opts ...Options) error
	// WaitForPhxReply waits until the server has answered the events of a name that the page has sent since the last
	// operation that acted on it: at least one.
	WaitForPhxReply(ctx context.Context, event string) error
	// SubmitForm clicks the form's submit button (or asks the form to submit when it has none) and
	// waits for the end of submit loading.
	SubmitForm(ctx context.Context, selector string, opts ...Options) error
}

// A Reader reads the page. All but PageContent, URL, Title, IsVisible, IsSecret and Count wait for the element.
type Reader interface {
	PageContent(ctx context.Context) (string, error)
	InnerHTML(ctx context.Context, selector string, opts ...Options) (string, error)
	InnerText(ctx context.Context, selector string, opts ...Options) (string, error)
	TextContent(ctx context.Context, selector string, opts ...Options) (string, error)
	InputValue(ctx context.Context, selector string, opts ...Options) (string, error)
	// GetAttribute returns the value of an attribute, and whether the element has it.
	GetAttribute(ctx context.Context, selector, name string, opts ...Options) (value string, ok bool, err error)
	IsVisible(ctx context.Context, selector string, opts ...Options) (bool, error)
	// IsSecret reports whether what is typed into the element may be a password; into a missing element, it may.
	IsSecret(ctx context.Context, selector string) (bool, error)
	IsChecked(ctx context.Context, selector string, opts ...Options) (bool, error)
	Count(ctx context.Context, selector string) (int, error)
	URL(ctx context.Context) (string, error)
	Title(ctx context.Context) (string, error)
	// Evaluate runs a JavaScript function or expression in the page, awaits it, and returns plain
	// values: nil, bool, float64, string, []any, map[string]any.
	Evaluate(ctx context.Context, fn string, arg any) (any, error)
}

// A Storer reads and changes what the browser keeps for the user. It works before the first Navigate.
type Storer interface {
	// StorageSnapshot returns all cookies, local storage and IndexedDB of every origin that pages have shown, in frames
	// too, and session storage of the one that the main page shows now. Origins that store nothing are left out.
	// Storage that the browser keeps apart for a frame of another site is not in it.
	StorageSnapshot(ctx context.Context) (*Storage, error)
	// RestoreStorage empties the storage as ResetStorage does, then fills it. There is no page then: what
	// comes next is a Navigate.
	RestoreStorage(ctx context.Context, storage *Storage) error
	// ResetStorage leaves and closes all pages and empties storage and HTTP cache, as if the session were new.
	ResetStorage(ctx context.Context) error
	// Cookies returns all cookies.
	Cookies(ctx context.Context) ([]Cookie, error)
	// SetCookies adds cookies, or replaces those with the same name, domain and path. One that has
	// expired is removed.
	SetCookies(ctx context.Context, cookies []Cookie) error
}

// An Obstructed session can say what keeps its page from doing what is waited for.
type Obstructed interface {
	// Obstacle says what stands in the way, such as an open dialog, "" for nothing that is known. It does not ask the page.
	Obstacle() string
}

// ObstacleOf returns the obstacle of a session that knows it.
func ObstacleOf(s Scriptable) string {
	if obstructed, ok := s.(Obstructed); ok {
		return obstructed.Obstacle()
	}
	return ""
}
