package liveviewtest

import (
	"context"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
)

// A Browser has cookies and follows redirects. It is for one goroutine.
type Browser struct {
	HTTP *http.Client
	Base string // scheme and host
}

// A Page is a loaded document.
type Page struct {
	URL    *url.URL // after redirects
	Status int
	HTML   string
	Views  []Element
}

// An Element is a view's element in a page.
type Element struct {
	ID, Session, Static string
	Main, Sticky        bool
}

// NewBrowser returns a browser without cookies.
func NewBrowser(base string) (*Browser, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, fmt.Errorf("make cookie jar: %w", err)
	}
	return &Browser{HTTP: &http.Client{Jar: jar}, Base: base}, nil
}

// Open loads a page.
func (b *Browser) Open(ctx context.Context, path string) (*Page, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, b.Base+path, nil)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return b.do(request)
}

// Submit posts a form.
func (b *Browser) Submit(ctx context.Context, path string, form url.Values) (*Page, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, b.Base+path, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, fmt.Errorf("submit %s: %w", path, err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(request)
}

func (b *Browser) do(request *http.Request) (*Page, error) {
	response, err := b.HTTP.Do(request)
	if err != nil {
		return nil, err // names method and URL
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", request.URL, err)
	}
	return &Page{URL: response.Request.URL, Status: response.StatusCode, HTML: string(body), Views: Elements(string(body))}, nil
}

var (
	viewElement = regexp.MustCompile(`<div id="[^"]*"[^>]* data-phx-session="[^"]*"[^>]*>`)
	attribute   = regexp.MustCompile(`([a-z-]+)(?:="([^"]*)")?`)
)

// Elements finds the elements of views in markup.
func Elements(markup string) []Element {
	var all []Element
	for _, tag := range viewElement.FindAllString(markup, -1) {
		var e Element
		for _, m := range attribute.FindAllStringSubmatch(strings.TrimPrefix(tag, "<div"), -1) {
			value := html.UnescapeString(m[2])
			switch m[1] {
			case "id":
				e.ID = value
			case "data-phx-session":
				e.Session = value
			case "data-phx-static":
				e.Static = value
			case "data-phx-main":
				e.Main = true
			case "data-phx-sticky":
				e.Sticky = true
			}
		}
		all = append(all, e)
	}
	return all
}

var csrfMeta = regexp.MustCompile(`<meta name="csrf-token" content="([^"]*)">`)

// CSRF is the token for the page's forms.
func (p *Page) CSRF() string {
	if m := csrfMeta.FindStringSubmatch(p.HTML); m != nil {
		return m[1]
	}
	return ""
}
