package liveload

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/statuses"
)

// A fakeSession records calls as text and answers what the test says.
type fakeSession struct {
	answer  func(ctx context.Context, call string) (any, error) // nil answers nothing
	allowed statuses.Set                                        // with the last navigation
	lost    chan struct{}

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

func (f *fakeSession) Navigate(ctx context.Context, url string, o ...browserpool.NavigateOptions) (browserpool.Document, error) {
	return f.move(ctx, "Navigate", with(f.allow(o), url)...)
}
func (f *fakeSession) Reload(ctx context.Context, o ...browserpool.NavigateOptions) (browserpool.Document, error) {
	return f.move(ctx, "Reload", with(f.allow(o))...)
}
func (f *fakeSession) GoBack(ctx context.Context, o ...browserpool.NavigateOptions) (browserpool.Document, error) {
	return f.move(ctx, "GoBack", with(f.allow(o))...)
}
func (f *fakeSession) GoForward(ctx context.Context, o ...browserpool.NavigateOptions) (browserpool.Document, error) {
	return f.move(ctx, "GoForward", with(f.allow(o))...)
}

// allow notes which statuses a navigation allows, and returns its other options.
func (f *fakeSession) allow(o []browserpool.NavigateOptions) []browserpool.NavigateOptions {
	if len(o) == 0 {
		return nil
	}
	rest := o[0]
	f.allowed, rest.AllowStatus = rest.AllowStatus, nil
	if reflect.ValueOf(rest).IsZero() {
		return nil
	}
	return []browserpool.NavigateOptions{rest}
}

// with adds options to arguments, when there are any: those that are set.
func with[T any](o []T, args ...any) []any {
	for _, o := range o {
		set := map[string]any{}
		for field, value := range reflect.ValueOf(o).Fields() {
			if !value.IsZero() {
				set[field.Name] = value.Interface()
			}
		}
		plain, err := json.Marshal(set)
		if err != nil {
			panic(err)
		}
		args = append(args, string(plain))
	}
	return args
}

func (f *fakeSession) Click(ctx context.Context, s string, o ...browserpool.Options) error {
	return f.act(ctx, "Click", with(o, s)...)
}
func (f *fakeSession) DblClick(ctx context.Context, s string, o ...browserpool.Options) error {
	return f.act(ctx, "DblClick", with(o, s)...)
}
func (f *fakeSession) Tap(ctx context.Context, s string, o ...browserpool.Options) error {
	return f.act(ctx, "Tap", with(o, s)...)
}
func (f *fakeSession) Clear(ctx context.Context, s string, o ...browserpool.Options) error {
	return f.act(ctx, "Clear", with(o, s)...)
}
func (f *fakeSession) Focus(ctx context.Context, s string, o ...browserpool.Options) error {
	return f.act(ctx, "Focus", with(o, s)...)
}
func (f *fakeSession) Blur(ctx context.Context, s string, o ...browserpool.Options) error {
	return f.act(ctx, "Blur", with(o, s)...)
}
func (f *fakeSession) Hover(ctx context.Context, s string, o ...browserpool.Options) error {
	return f.act(ctx, "Hover", with(o, s)...)
}
func (f *fakeSession) Fill(ctx context.Context, s, t string, o ...browserpool.Options) error {
	return f.act(ctx, "Fill", with(o, s, t)...)
}
func (f *fakeSession) Type(ctx context.Context, s, t string, o ...browserpool.Options) error {
	return f.act(ctx, "Type", with(o, s, t)...)
}
func (f *fakeSession) Press(ctx context.Context, s, t string, o ...browserpool.Options) error {
	return f.act(ctx, "Press", with(o, s, t)...)
}
func (f *fakeSession) SetChecked(ctx context.Context, s string, on bool, o ...browserpool.Options) error {
	return f.act(ctx, "SetChecked", with(o, s, on)...)
}
func (f *fakeSession) DragAndDrop(ctx context.Context, a, b string, o ...browserpool.Options) error {
	return f.act(ctx, "DragAndDrop", with(o, a, b)...)
}
func (f *fakeSession) SelectOptions(ctx context.Context, s string, c []browserpool.Choice, o ...browserpool.Options) error {
	plain, err := json.Marshal(c)
	return errors.Join(err, f.act(ctx, "SelectOptions", with(o, s, string(plain))...))
}
func (f *fakeSession) SetInputFiles(ctx context.Context, s string, files []browserpool.File, o ...browserpool.Options) error {
	args := []any{s}
	for _, file := range files {
		args = append(args, fmt.Sprintf("%s%s %s %q", file.Path, file.Name, file.Type, file.Content))
	}
	return f.act(ctx, "SetInputFiles", with(o, args...)...)
}
func (f *fakeSession) WaitForSelector(ctx context.Context, s, state string, o ...browserpool.Options) error {
	return f.act(ctx, "WaitForSelector", with(o, s, state)...)
}
func (f *fakeSession) WaitForText(ctx context.Context, s, t string, o ...browserpool.Options) error {
	return f.act(ctx, "WaitForText", with(o, s, t)...)
}
func (f *fakeSession) WaitForURL(ctx context.Context, p string, o ...browserpool.NavigateOptions) error {
	return f.act(ctx, "WaitForURL", with(o, p)...)
}
func (f *fakeSession) WaitForFunction(ctx context.Context, fn string, arg any, o ...browserpool.Options) error {
	return f.act(ctx, "WaitForFunction", with(o, fn, arg)...)
}
func (f *fakeSession) EnsureLiveView(ctx context.Context) error { return f.act(ctx, "EnsureLiveView") }
func (f *fakeSession) WaitForLiveView(ctx context.Context) error {
	return f.act(ctx, "WaitForLiveView")
}
func (f *fakeSession) WaitForPhxLoading(ctx context.Context, k, s string, o ...browserpool.Options) error {
	return f.act(ctx, "WaitForPhxLoading", with(o, k, s)...)
}
func (f *fakeSession) WaitForPhxReply(ctx context.Context, event string) error {
	return f.act(ctx, "WaitForPhxReply", event)
}
func (f *fakeSession) SubmitForm(ctx context.Context, s string, o ...browserpool.Options) error {
	return f.act(ctx, "SubmitForm", with(o, s)...)
}
func (f *fakeSession) PageContent(ctx context.Context) (string, error) {
	return read[string](f, ctx, "PageContent")
}
func (f *fakeSession) InnerHTML(ctx context.Context, s string, o ...browserpool.Options) (string, error) {
	return read[string](f, ctx, "InnerHTML", with(o, s)...)
}
func (f *fakeSession) InnerText(ctx context.Context, s string, o ...browserpool.Options) (string, error) {
	return read[string](f, ctx, "InnerText", with(o, s)...)
}
func (f *fakeSession) TextContent(ctx context.Context, s string, o ...browserpool.Options) (string, error) {
	return read[string](f, ctx, "TextContent", with(o, s)...)
}
func (f *fakeSession) InputValue(ctx context.Context, s string, o ...browserpool.Options) (string, error) {
	return read[string](f, ctx, "InputValue", with(o, s)...)
}
func (f *fakeSession) GetAttribute(ctx context.Context, s, n string, o ...browserpool.Options) (string, bool, error) {
	v, err := f.call(ctx, "GetAttribute", with(o, s, n)...)
	text, ok := v.(string)
	return text, ok, err
}
func (f *fakeSession) IsSecret(ctx context.Context, s string) (bool, error) {
	return read[bool](f, ctx, "IsSecret", s)
}
func (f *fakeSession) IsVisible(ctx context.Context, s string, o ...browserpool.Options) (bool, error) {
	return read[bool](f, ctx, "IsVisible", with(o, s)...)
}
func (f *fakeSession) IsChecked(ctx context.Context, s string, o ...browserpool.Options) (bool, error) {
	return read[bool](f, ctx, "IsChecked", with(o, s)...)
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
func (f *fakeSession) Screenshot(ctx context.Context, o ...browserpool.ScreenshotOptions) ([]byte, error) {
	return []byte("a picture"), f.act(ctx, "Screenshot", with(o)...)
}
func (f *fakeSession) LastFrames(context.Context) ([]browserpool.Frame, error) { return nil, nil }
func (f *fakeSession) StartTrace(context.Context) error                        { return nil }
func (f *fakeSession) StopTrace(context.Context, string) error                 { return nil }
func (f *fakeSession) Lost() <-chan struct{}                                   { return f.lost }
func (f *fakeSession) Close(context.Context) error                             { return nil }
