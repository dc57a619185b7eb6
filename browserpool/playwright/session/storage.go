package session

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/playwright/calls"
)

// storageScript is a function of the page: see the file.
//
//go:embed storage.js
var storageScript string

// storagePath is a page through which the storage of an origin is reached. It is answered here, never by the
// application; telemetry leaves it alone.
const storagePath = "/__liveload_storage"

// meet follows a page that opens, on the goroutine that reads from the driver.
func (s *session) meet(page pw.Page) {
	s.noteStored(true)
	page.OnFrameNavigated(func(f pw.Frame) { s.visited(f.URL()) })
}

// visited remembers the origin of an address that a page has shown.
func (s *session) visited(address string) {
	origin := browserpool.Origin(address)
	if origin == "" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.origins == nil {
		s.origins = map[string]bool{}
	}
	s.origins[origin] = true
}

func (s *session) visitedOrigins() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.origins))
}

// StorageSnapshot reads cookies and the storage of all origins that pages have shown, as far as they have any.
func (s *session) StorageSnapshot(ctx context.Context) (*browserpool.Storage, error) {
	cookies, err := s.Cookies(ctx)
	if err != nil {
		return nil, err
	}
	storage := &browserpool.Storage{Cookies: cookies, Origins: []browserpool.OriginStorage{}}
	here, err := s.readHere(ctx)
	if err != nil {
		return nil, err
	}
	others := slices.DeleteFunc(s.visitedOrigins(), func(origin string) bool { return here != nil && origin == here.Origin })
	if here != nil && !here.Empty() {
		storage.Origins = append(storage.Origins, *here)
	}
	if len(others) == 0 {
		return storage, nil
	}
	page, err := s.helperPage(ctx)
	if err != nil {
		return nil, err
	}
	defer s.leaveToClose(page)
	for _, origin := range others {
		found := browserpool.OriginStorage{Origin: origin}
		if err := s.inOrigin(ctx, page, "read", &found); err != nil {
			return nil, err
		}
		if !found.Empty() {
			storage.Origins = append(storage.Origins, found)
		}
	}
	return storage, nil
}

// readHere reads the storage of the origin that the main page shows; nil when it shows none.
func (s *session) readHere(ctx context.Context) (*browserpool.OriginStorage, error) {
	for {
		page, err := s.settle(ctx)
		if errors.Is(err, browserpool.ErrNoNavigation) {
			return nil, nil
		} else if err != nil {
			return nil, err
		}
		found := &browserpool.OriginStorage{Origin: browserpool.Origin(page.URL())}
		if found.Origin == "" {
			return nil, nil
		}
		s.visited(found.Origin)
		err = s.storage(ctx, page, "read", found)
		if !calls.PageLeft(err) {
			return found, calls.PlainError(err)
		}
		if err := s.Pause(ctx, betweenDocuments); err != nil {
			return nil, err
		}
	}
}

// storage runs an operation of the script in a page: it reads into, or writes from.
func (s *session) storage(ctx context.Context, page pw.Page, operation string, at *browserpool.OriginStorage) error {
	argument, err := json.Marshal(at)
	if err != nil {
		return fmt.Errorf("encode the storage of %s: %w", at.Origin, err)
	}
	answer, err := calls.Run(ctx, s.Guard, "the storage of "+at.Origin, func(time.Duration) (any, error) {
		return page.Evaluate(storageScript, []any{operation, string(argument)})
	})
	if err != nil {
		return err
	}
	text, _ := answer.(string)
	return json.Unmarshal([]byte(text), at)
}

// inOrigin goes to an empty page of the origin and runs an operation there.
func (s *session) inOrigin(ctx context.Context, page pw.Page, operation string, at *browserpool.OriginStorage) error {
	address := at.Origin + storagePath
	err := s.Do(ctx, "the storage of "+at.Origin, func(timeout time.Duration) error {
		if err := page.Route(address, emptyPage); err != nil {
			return err
		}
		_, err := page.Goto(address, pw.PageGotoOptions{Timeout: calls.Milliseconds(timeout)})
		return errors.Join(err, page.Unroute(address))
	})
	if err == nil {
		err = s.storage(ctx, page, operation, at)
	}
	return calls.PlainError(err)
}

func emptyPage(route pw.Route) {
	_ = route.Fulfill(pw.RouteFulfillOptions{ContentType: pw.String("text/html"), Body: "<!doctype html>"}) // the page may be gone
}

// helperPage opens a page next to the main one.
func (s *session) helperPage(ctx context.Context) (pw.Page, error) {
	opened, err := s.openContext()
	if err != nil {
		return nil, err
	}
	page, err := calls.Run(ctx, s.Guard, "a page to open", func(time.Duration) (pw.Page, error) { return s.objects.NewPage(opened) })
	return page, calls.PlainError(err)
}

// leaveToClose closes a page without waiting: the session's end closes what is left.
func (s *session) leaveToClose(page pw.Page) {
	calls.Async(func() (struct{}, error) { return struct{}{}, page.Close() })
}

// ResetStorage closes all pages, and empties storage and HTTP cache.
func (s *session) ResetStorage(ctx context.Context) error {
	if err := s.closePages(ctx); err != nil {
		return err
	}
	id, err := s.contextID(ctx)
	if err != nil {
		return err
	}
	if err := s.askBrowser(ctx, "the cookies to be cleared", "Storage.clearCookies", map[string]any{"browserContextId": id}, nil); err != nil {
		return err
	}
	if !s.hasStored() { // nothing has been stored
		return nil
	}
	page, err := s.helperPage(ctx)
	if err != nil {
		return err
	}
	defer s.leaveToClose(page)
	err = s.Do(ctx, "the storage to be cleared", func(time.Duration) error { return clearAll(s.context, page) })
	if err != nil {
		return calls.PlainError(err)
	}
	s.noteStored(false)
	return nil
}

// noteStored notes whether pages may have stored something: one was opened, or the storage is empty.
func (s *session) noteStored(stored bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stored = stored
	if !stored {
		s.origins = nil
	}
}

func (s *session) hasStored() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stored
}

// clearAll empties what pages of any origin have stored, in partitions too, and the HTTP cache. The page shows which
// context is meant.
func clearAll(opened pw.BrowserContext, page pw.Page) error {
	tools, err := opened.NewCDPSession(page)
	if err != nil {
		return err
	}
	if _, err := tools.Send("Storage.clearDataForOrigin", map[string]any{"origin": "*", "storageTypes": "all"}); err != nil {
		return err
	}
	_, err = tools.Send("Network.clearBrowserCache", map[string]any{})
	return err
}

// closePages takes the last telemetry of all pages and closes them; session storage goes with them.
func (s *session) closePages(ctx context.Context) error {
	opened, err := s.openContext()
	if err != nil {
		return err
	}
	s.drain(ctx, opened)
	err = s.Do(ctx, "the pages to close", func(time.Duration) error {
		for _, page := range opened.Pages() {
			if err := page.Close(); err != nil {
				return err
			}
			s.dropPage(page)
		}
		return nil
	})
	return calls.PlainError(err)
}

// RestoreStorage replaces the storage by another one. No page is there then, as after ResetStorage.
func (s *session) RestoreStorage(ctx context.Context, storage *browserpool.Storage) error {
	if err := s.ResetStorage(ctx); err != nil {
		return err
	}
	if err := s.SetCookies(ctx, storage.Cookies); err != nil {
		return err
	}
	if len(storage.Origins) == 0 {
		return nil
	}
	page, err := s.openPage(ctx) // session storage belongs to the page that the user will have
	if err != nil {
		return err
	}
	for i := range storage.Origins {
		origin := storage.Origins[i] // a copy: several users may restore one snapshot at once
		if err := s.inOrigin(ctx, page, "write", &origin); err != nil {
			return fmt.Errorf("restore the storage of %s: %w", origin.Origin, err)
		}
		s.visited(origin.Origin)
	}
	err = s.Do(ctx, "an empty page", func(timeout time.Duration) error {
		_, err := page.Goto("about:blank", pw.PageGotoOptions{Timeout: calls.Milliseconds(timeout)})
		return err
	})
	if err != nil {
		return calls.PlainError(err)
	}
	if err := s.direct(ctx, "Page.resetNavigationHistory", nil, nil); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.page, s.prepared = nil, page
	return nil
}
