package browserpool

import "context"

// A Scriptable is the escape hatch of a session: Playwright's own objects, for scripts that need more
// than the operations.
type Scriptable interface {
	// Object returns the session's "page", "context" or "browser". The page is the one that the
	// operations speak of; the first use opens it, blank, when there was no navigation.
	Object(ctx context.Context, name string) (Object, error)
	// ResetObjects ends the routes that were set through objects since the last time: they
	// belong to an iteration. So do pages that were opened, dialogs left open, and downloads, whoever caused them. It is
	// bounded by ctx, and costs nothing when there is nothing to end.
	ResetObjects(ctx context.Context)
	// Acknowledge returns when driver and browser have taken all listeners whose Listen has returned, so that no event is
	// missed that an operation of the session causes from now on.
	Acknowledge(ctx context.Context) error
	// Lost is closed when the session can no longer work: its browser or driver crashed or hung.
	Lost() <-chan struct{}
}

// An Object is something of Playwright's API: a page, a locator, a request. Objects are comparable:
// equal ones are the same thing. Methods may be called concurrently.
//
// Values go in and out as nil, bool, float64, string, []byte, time.Time, []any, *ordered.Object, error
// and Object; values that come out may be map[string]any too, and scripts also hand in *RegExp and *Function.
type Object interface {
	// Type is the name of its class in Playwright's JavaScript documentation, such as "Page".
	Type() string
	// Members are its properties and methods by their JavaScript names. The map is shared: nobody
	// changes it.
	Members() map[string]Shape
	// Call calls a method, or reads a property, and returns when ctx is over, whatever Playwright
	// does. An option or method that does not exist is an error that names it.
	Call(ctx context.Context, method string, args []any) (any, error)
	// Listen has fn called for each event until stop. fn must not block: it is called while all other
	// events wait. For requests and responses, url (nil, a glob or a *RegExp) chooses among them.
	Listen(ctx context.Context, event string, url any, fn func(value any)) (stop func(), err error)
}

// A Shape says how a script uses a member of an object.
type Shape int

const (
	Missing   Shape = iota
	Property        // page.keyboard
	Immediate       // page.url() returns the value itself
	Promised        // page.click() returns a promise
	Arranging       // page.route() does too; operations that begin later come later
	Listening       // page.on(), page.waitForEvent(): about events; done with Listen
)

// A RegExp is a regular expression of JavaScript.
type RegExp struct{ Source, Flags string }

// A Function is a function of a script.
type Function struct {
	// Source is its text, for running it in a page; "" when it has none.
	Source string
	// Key is equal for the same function, and only then.
	Key any
	// Call runs it where the script runs, awaits it, and returns at the latest when the iteration is
	// over, with an error. Never call it from a Listen function.
	Call func(args ...any) (any, error)
}
