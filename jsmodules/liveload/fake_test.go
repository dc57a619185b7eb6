package liveload

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/liveload/liveload/browserpool"
)

// A fakeSession records calls as text and answers what the test says.
type fakeSession struct {
	answer func(ctx context.Context, call string) (any, error) // nil answers nothing
	lost   chan struct{}

	mu    sync.Mutex
	calls []string
}

var _ browserpool.Session = (*fakeSession)(nil)

func newFake() *fakeSession { return &fakeSession{lost: make(chan struct{})} }

func (f *fakeSession) log() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return strings.Join(f.calls, "; ")
}

func (f *fakeSession) call(ctx context.Context, name string, args ...any) (any, error) {
	text := name
	for _, a := range args {
		text += fmt.Sprintf(" %v", a)
	}
	f.mu.Lock()
	f.calls = append(f.calls, text)
	f.mu.Unlock()
	if f.answer == nil {
		return nil, nil
	}
	return f.answer(ctx, text)
}

func (f *fakeSession) act(ctx context.Context, name string, args ...any) error {
	_, err := f.call(ctx, name, args...)
	return err
}

// move answers with a document; the answer may be its status, otherwise it is 200.
func (f *fakeSession) move(ctx context.Context, name string, args ...any) (browserpool.Document, error) {
	v, err := f.call(ctx, name, args...)
	status, ok := v.(int)
	if !ok {
		status = 200
	}
	return browserpool.Document{Status: status, URL: "http://fake/moved"}, err
}

func read[T any](f *fakeSession, ctx context.Context, name string, args ...any) (T, error) {
	v, err := f.call(ctx, name, args...)
	t, _ := v.(T)
	return t, err
}

func (f *fakeSession) Navigate(ctx context.Context, url string) (browserpool.Document, error) {
	return f.move(ctx, "Navigate", url)
}
func (f *fakeSession) Reload(ctx context.Context) (browserpool.Document, error) {
	return f.move(ctx, "Reload")
}
func (f *fakeSession) GoBack(ctx context.Context) (browserpool.Document, error) {
	return f.move(ctx, "GoBack")
}
func (f *fakeSession) GoForward(ctx context.Context) (browserpool.Document, error) {
	return f.move(ctx, "GoForward")
}
func (f *fakeSession) Click(ctx context.Context, s string) error    { return f.act(ctx, "Click", s) }
func (f *fakeSession) DblClick(ctx context.Context, s string) error { return f.act(ctx, "DblClick", s) }
func (f *fakeSession) Fill(ctx context.Context, s, t string) error  { return f.act(ctx, "Fill", s, t) }
func (f *fakeSession) Clear(ctx context.Context, s string) error    { return f.act(ctx, "Clear", s) }
func (f *fakeSession) Type(ctx context.Context, s, t string, d time.Duration) error {
	return f.act(ctx, "Type", s, t, d)
}
func (f *fakeSession) Press(ctx context.Context, s, k string) error { return f.act(ctx, "Press", s, k) }
func (f *fakeSession) Check(ctx context.Context, s string) error    { return f.act(ctx, "Check", s) }
func (f *fakeSession) Uncheck(ctx context.Context, s string) error  { return f.act(ctx, "Uncheck", s) }
func (f *fakeSession) SelectOptions(ctx context.Context, s string, v []string) error {
	return f.act(ctx, "SelectOptions", s, v)
}
func (f *fakeSession) Focus(ctx context.Context, s string) error { return f.act(ctx, "Focus", s) }
func (f *fakeSession) Blur(ctx context.Context, s string) error  { return f.act(ctx, "Blur", s) }
func (f *fakeSession) Hover(ctx context.Context, s string) error { return f.act(ctx, "Hover", s) }
func (f *fakeSession) DragAndDrop(ctx context.Context, a, b string) error {
	return f.act(ctx, "DragAndDrop", a, b)
}
func (f *fakeSession) SetInputFiles(ctx context.Context, s string, p []string) error {
	return f.act(ctx, "SetInputFiles", s, p)
}
func (f *fakeSession) WaitForSelector(ctx context.Context, s, state string) error {
	return f.act(ctx, "WaitForSelector", s, state)
}
func (f *fakeSession) WaitForText(ctx context.Context, s, t string) error {
	return f.act(ctx, "WaitForText", s, t)
}
func (f *fakeSession) WaitForURL(ctx context.Context, p string) error {
	return f.act(ctx, "WaitForURL", p)
}
func (f *fakeSession) WaitForFunction(ctx context.Context, fn string, arg any) error {
	return f.act(ctx, "WaitForFunction", fn, arg)
}
func (f *fakeSession) EnsureLiveView(ctx context.Context) error { return f.act(ctx, "EnsureLiveView") }
func (f *fakeSession) WaitForLiveView(ctx context.Context) error {
	return f.act(ctx, "WaitForLiveView")
}
func (f *fakeSession) WaitForPhxLoading(ctx context.Context, k, s string) error {
	return f.act(ctx, "WaitForPhxLoading", k, s)
}
func (f *fakeSession) WaitForPhxReply(ctx context.Context, event string) error {
	return f.act(ctx, "WaitForPhxReply", event)
}
func (f *fakeSession) SubmitForm(ctx context.Context, s string) error {
	return f.act(ctx, "SubmitForm", s)
}
func (f *fakeSession) PageContent(ctx context.Context) (string, error) {
	return read[string](f, ctx, "PageContent")
}
func (f *fakeSession) InnerHTML(ctx context.Context, s string) (string, error) {
	return read[string](f, ctx, "InnerHTML", s)
}
func (f *fakeSession) InnerText(ctx context.Context, s string) (string, error) {
	return read[string](f, ctx, "InnerText", s)
}
func (f *fakeSession) TextContent(ctx context.Context, s string) (string, error) {
	return read[string](f, ctx, "TextContent", s)
}
func (f *fakeSession) InputValue(ctx context.Context, s string) (string, error) {
	return read[string](f, ctx, "InputValue", s)
}
func (f *fakeSession) GetAttribute(ctx context.Context, s, n string) (string, bool, error) {
	v, err := f.call(ctx, "GetAttribute", s, n)
	text, ok := v.(string)
	return text, ok, err
}
func (f *fakeSession) IsSecret(ctx context.Context, s string) (bool, error) {
	return read[bool](f, ctx, "IsSecret", s)
}
func (f *fakeSession) IsVisible(ctx context.Context, s string) (bool, error) {
	return read[bool](f, ctx, "IsVisible", s)
}
func (f *fakeSession) IsChecked(ctx context.Context, s string) (bool, error) {
	return read[bool](f, ctx, "IsChecked", s)
}
func (f *fakeSession) Count(ctx context.Context, s string) (int, error) {
	return read[int](f, ctx, "Count", s)
}

// URL is not recorded: failed operations ask for it too.
func (f *fakeSession) URL(context.Context) (string, error) { return "http://app/page", nil }
func (f *fakeSession) Title(ctx context.Context) (string, error) {
	return read[string](f, ctx, "Title")
}
func (f *fakeSession) Evaluate(ctx context.Context, fn string, arg any) (any, error) {
	return f.call(ctx, "Evaluate", fn, arg)
}
func (f *fakeSession) Object(_ context.Context, name string) (browserpool.Object, error) {
	return fakeObject{name}, nil
}
func (f *fakeSession) ResetObjects(context.Context)      {}
func (f *fakeSession) Acknowledge(context.Context) error { return nil }

// A fakeObject has nothing but a name.
type fakeObject struct{ name string }

func (o fakeObject) Type() string                          { return o.name }
func (o fakeObject) Members() map[string]browserpool.Shape { return nil }
func (o fakeObject) Call(context.Context, string, []any) (any, error) {
	return nil, errors.New("a fake")
}
func (o fakeObject) Listen(context.Context, string, any, func(any)) (func(), error) {
	return nil, errors.New("a fake")
}

func (f *fakeSession) StorageSnapshot(ctx context.Context) (*browserpool.Storage, error) {
	return read[*browserpool.Storage](f, ctx, "StorageSnapshot")
}
func (f *fakeSession) RestoreStorage(ctx context.Context, s *browserpool.Storage) error {
	return f.act(ctx, "RestoreStorage", *s)
}
func (f *fakeSession) ResetStorage(ctx context.Context) error { return f.act(ctx, "ResetStorage") }
func (f *fakeSession) Cookies(ctx context.Context) ([]browserpool.Cookie, error) {
	return read[[]browserpool.Cookie](f, ctx, "Cookies")
}
func (f *fakeSession) SetCookies(ctx context.Context, c []browserpool.Cookie) error {
	return f.act(ctx, "SetCookies", c)
}
func (f *fakeSession) Screenshot(ctx context.Context) ([]byte, error) {
	return []byte("a picture"), f.act(ctx, "Screenshot")
}
func (f *fakeSession) LastFrames(context.Context) ([]browserpool.Frame, error) { return nil, nil }
func (f *fakeSession) StartTrace(context.Context) error                        { return nil }
func (f *fakeSession) StopTrace(context.Context, string) error                 { return nil }
func (f *fakeSession) Lost() <-chan struct{}                                   { return f.lost }
func (f *fakeSession) Close(context.Context) error                             { return nil }
