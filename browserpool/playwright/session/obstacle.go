package session

import (
	"fmt"
	"net/http"
	"strings"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/playwright/calls"
)

// Obstacle implements browserpool.Obstructed.
func (s *session) Obstacle() string {
	if dialog := s.objects.OpenDialog(); dialog != "" {
		return dialog
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stayed
}

// arrived notes that the main page is at the address that it was to open.
func (s *session) arrived() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stayed = ""
	s.documents++
}

// staysFor notes why the main page did not open an address.
func (s *session) staysFor(why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stayed = why
}

// askAnswer asks whether a navigation of the main page that failed was answered with nothing to show. Others were
// stopped, or the page shows what is wrong.
func (s *session) askAnswer(page pw.Page, r pw.Request) {
	s.mu.Lock()
	documents := s.documents
	s.mu.Unlock()
	url := s.firstURL(r)
	calls.Async(func() (any, error) {
		response, err := r.Response()
		if err != nil || response == nil {
			return nil, err
		}
		empty := isEmpty(response.Status())
		if empty || isAttachment(response.Headers()) {
			s.stay(page, url, true)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		if empty && s.documents == documents {
			s.stayed = hadNothing(s.objects.URL(r), response.Status())
		}
		return nil, nil
	})
}

// isEmpty says whether browsers stay where they are on an answer with this status.
func isEmpty(status int) bool {
	return status == http.StatusNoContent || status == http.StatusResetContent
}

// isAttachment says whether browsers only save an answer with these headers.
func isAttachment(headers map[string]string) bool {
	return strings.HasPrefix(strings.ToLower(headers["content-disposition"]), "attachment")
}

func wasDownload(url string) string {
	return "the page stayed where it was, since " + url + " was a download"
}

func hadNothing(url string, status int) string {
	return fmt.Sprintf("the page stayed where it was, since %s had nothing to show (status %d)", url, status)
}

var _ browserpool.Obstructed = (*session)(nil)
