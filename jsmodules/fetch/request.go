package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/js/memory"
	"github.com/liveload/liveload/jsmodules/liveload"
)

// maxResponseBytes bounds the body of a response; a larger one is an error.
const maxResponseBytes = 64 << 20

// maxRedirects is the limit of browsers.
const maxRedirects = 20

var errAborted = errors.New("aborted by its signal")

// A RequestError says that a request got no response.
type RequestError struct {
	Method, URL string
	Target      string // the method and the label of the address
	Cause       error
}

func (e *RequestError) Error() string { return fmt.Sprintf("%s %s: %v", e.Method, e.URL, e.Cause) }
func (e *RequestError) Unwrap() error { return e.Cause }

// ErrorName is error.name in scripts.
func (e *RequestError) ErrorName() string { return "RequestError" }

// FailureClass names the kind of failure, for counting: "http timeout", "http refused", ...
func (e *RequestError) FailureClass() string {
	if full, ok := errors.AsType[*memory.Error](e.Cause); ok {
		return full.FailureClass()
	}
	return "http " + reasonOf(e.Cause)
}

// FailureCause tells failures of a class apart.
func (e *RequestError) FailureCause() (target, reason string) { return e.Target, e.Cause.Error() }

// A request is one call of the script, in Go's terms.
type request struct {
	method      string
	url         *url.URL
	path        string // its label in metrics
	headers     http.Header
	body        []byte
	contentType string // the default for this kind of body
	timeout     time.Duration
	follow      bool // follow redirects
	insecure    bool
	signal      *goja.Object // an AbortSignal, to be touched on the VM's goroutine only
	mayTake     func(bytes uint64) error
	recorder    browserpool.Recorder
	transport   *http.Transport
}

// failed makes the error of the request.
func (r *request) failed(err error) *RequestError {
	return &RequestError{Method: r.method, URL: href(withoutPassword(r.url)), Target: r.method + " " + r.url.Host + r.path, Cause: err}
}

// A response was read to its end.
type response struct {
	status  int
	url     string // after redirects
	headers map[string]string
	body    []byte
	bytes   int64 // of the body as it was transferred
}

// do sends the request with the cookies of store, and stores those that the response sets.
func (r *request) do(ctx context.Context, store cookieStore) (*response, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, r.timeout, &liveload.TimeoutError{After: r.timeout})
	defer cancel()
	jar, err := openJar(ctx, store)
	if err != nil {
		return nil, fmt.Errorf("read the session's cookies: %w", err)
	}
	m := newMeasurement()
	found, err := r.send(m.trace(ctx), jar)
	if _, full := errors.AsType[*memory.Error](err); err != nil && !full && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	m.record(r, found, err)
	if err == nil {
		err = jar.flush(ctx, store)
	}
	return found, err
}

func (r *request) send(ctx context.Context, jar *jar) (*response, error) {
	sent, err := http.NewRequestWithContext(ctx, r.method, href(r.url), bytes.NewReader(r.body))
	if err != nil {
		return nil, err
	}
	sent.Header = r.headers
	if sent.Header.Get("Accept-Encoding") == "" {
		sent.Header.Set("Accept-Encoding", "gzip")
	}
	client := http.Client{Transport: carrier{asWritten{r.transport}, jar}, CheckRedirect: r.redirect}
	got, err := client.Do(sent)
	if err != nil {
		if wrapped, ok := errors.AsType[*url.Error](err); ok {
			err = wrapped.Err // method and URL are in the message already
		}
		return nil, err
	}
	defer got.Body.Close()
	return r.readResponse(got)
}

// readResponse reads a response to its end and unpacks it.
func (r *request) readResponse(got *http.Response) (*response, error) {
	transferred := &counter{from: got.Body}
	var content io.Reader = transferred
	if strings.EqualFold(got.Header.Get("Content-Encoding"), "gzip") && got.Request.Method != http.MethodHead {
		packed, err := gzip.NewReader(transferred)
		if err != nil {
			return nil, fmt.Errorf("unpack the response: %w", err)
		}
		content = packed
	}
	body, err := r.readBody(content, promised(got))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the response: %w", err)
	case len(body) > maxResponseBytes:
		return nil, fmt.Errorf("the response is larger than %d MB", maxResponseBytes>>20)
	}
	return &response{got.StatusCode, href(got.Request.URL), flat(got.Header), body, transferred.bytes}, nil
}

// A counter counts what is read.
type counter struct {
	from  io.Reader
	bytes int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.bytes += int64(n)
	return n, err
}

// believed is how many bytes are taken because a server says that it will send them.
const believed = 1 << 20

// promised is a first guess of how long a body is.
func promised(got *http.Response) int {
	if got.Request.Method == http.MethodHead { // it has the length of a body that does not come
		return 0
	}
	return int(min(max(got.ContentLength, 0), believed)) + 1 // the end is seen before there is no room
}

// readBody reads to the end, or more than maxResponseBytes. It asks for memory before it takes it; size is a first guess.
func (r *request) readBody(content io.Reader, size int) ([]byte, error) {
	var body []byte
	for size = max(size, 512); ; size = min(2*size, maxResponseBytes+1) {
		if err := r.mayTake(uint64(size)); err != nil {
			return nil, err
		}
		body = append(make([]byte, 0, size), body...)
		for len(body) < size {
			n, err := content.Read(body[len(body):size])
			body = body[:len(body)+n]
			switch {
			case errors.Is(err, io.EOF):
				return body, nil
			case err != nil:
				return nil, err
			}
		}
		if size > maxResponseBytes {
			return body, nil
		}
	}
}

// redirect has next go where a browser would: net/http reads addresses differently.
func (r *request) redirect(next *http.Request, before []*http.Request) error {
	switch {
	case !r.follow:
		return http.ErrUseLastResponse
	case len(before) >= maxRedirects:
		return fmt.Errorf("it redirects more than %d times", maxRedirects)
	}
	to, err := resolve(next.Response.Request.URL, next.Response.Header.Get("Location"))
	if err != nil {
		return err
	}
	if to.Hostname() != next.URL.Hostname() {
		next.Header.Del("Authorization") // net/http kept these for the host that it has read
		next.Header.Del("Cookie")
	}
	next.URL = to
	return nil
}

// flat has the names in lower case, and several values of one name with commas between them.
func flat(headers http.Header) map[string]string {
	all := make(map[string]string, len(headers))
	for name, values := range headers {
		all[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	return all
}

// reasonOf says in a word why a request got no response, as a metric label.
func reasonOf(err error) string {
	var timeout *liveload.TimeoutError
	var dns *net.DNSError
	switch {
	case errors.As(err, &timeout):
		return "timeout"
	case errors.Is(err, errAborted):
		return "aborted"
	case errors.As(err, &dns):
		return "name not found"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused"
	}
	return "error"
}
