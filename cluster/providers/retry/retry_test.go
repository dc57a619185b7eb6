package retry

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// untrusted is the status of a server whose certificate is not trusted.
const untrusted = -1

// answers are given one after the other. A status of 0 is a connection that failed.
type answers struct {
	all    []int
	after  string   // Retry-After of each
	bodies []string // that arrived
}

func (a *answers) RoundTrip(request *http.Request) (*http.Response, error) {
	body := ""
	if request.Body != nil {
		text, err := io.ReadAll(request.Body)
		if err != nil {
			return nil, err
		}
		body = string(text)
	}
	a.bodies = append(a.bodies, body)
	status := a.all[min(len(a.bodies), len(a.all))-1]
	switch status {
	case 0:
		return nil, errors.New("connection reset")
	case untrusted:
		return nil, &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}
	}
	return &http.Response{
		StatusCode: status, Body: io.NopCloser(strings.NewReader("")), Header: http.Header{"Retry-After": {a.after}}, Request: request,
	}, nil
}

// send sends one request, and returns its status, 0 for an error.
func send(ctx context.Context, base http.RoundTripper, method string) (status int, err error) {
	request, err := http.NewRequestWithContext(ctx, method, "http://cloud/", strings.NewReader("order"))
	if err != nil {
		return 0, err
	}
	response, err := Client(base, time.Second).Do(request)
	if err != nil {
		return 0, err
	}
	return response.StatusCode, response.Body.Close()
}

func TestClient(t *testing.T) {
	for _, test := range []struct {
		name, method string
		answers      []int
		sent, status int // 0 is an error
	}{
		{"a good answer is the only one", "POST", []int{200}, 1, 200},
		{"what the server did not do is sent again", "POST", []int{429, 503, 201}, 3, 201},
		{"what it may have done is not", "POST", []int{500, 201}, 1, 500},
		{"but when twice is as good as once", "PUT", []int{500, 502, 504, 0, 200}, 5, 200},
		{"a deletion is as good twice", "DELETE", []int{500, 200}, 2, 200},
		{"when the connection fails, it may have done it", "POST", []int{0, 200}, 1, 0},
		{"a certificate that is not trusted stays so", "GET", []int{untrusted, 200}, 1, 0},
		{"a refusal stays", "GET", []int{403, 200}, 1, 403},
		{"attempts run out", "GET", []int{500}, 6, 500},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				base := &answers{all: test.answers}
				status, err := send(t.Context(), base, test.method)
				if status != test.status || len(base.bodies) != test.sent {
					t.Errorf("%d after %d attempts, %v; want %d after %d", status, len(base.bodies), err, test.status, test.sent)
				}
				if slices.ContainsFunc(base.bodies, func(body string) bool { return body != "order" }) {
					t.Errorf("bodies that arrived: %q", base.bodies)
				}
			})
		})
	}
}

func TestRetryAfter(t *testing.T) {
	for _, test := range []struct {
		name        string
		after       func(now time.Time) string
		least, most time.Duration
	}{
		{"seconds", func(time.Time) string { return "7" }, 7 * time.Second, 7 * time.Second},
		{"a date", func(now time.Time) string { return now.Add(20 * time.Second).UTC().Format(http.TimeFormat) }, 19 * time.Second, 20 * time.Second},
		{"a day", func(time.Time) string { return "86400" }, longestWait, longestWait},
		{"nonsense", func(time.Time) string { return "soon" }, time.Second, time.Second},
		{"none", func(time.Time) string { return "" }, time.Second, time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				if status, err := send(t.Context(), &answers{all: []int{429, 200}, after: test.after(begin)}, http.MethodGet); status != 200 {
					t.Fatal(status, err)
				}
				if took := time.Since(begin); took < test.least || took > test.most {
					t.Errorf("it waited %v, want %v to %v", took, test.least, test.most)
				}
			})
		})
	}
}

func TestContextEndsTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		begin := time.Now()
		if _, err := send(ctx, &answers{all: []int{429}, after: "60"}, http.MethodGet); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("err = %v, want that of the context", err)
		}
		if took := time.Since(begin); took != 3*time.Second {
			t.Errorf("it waited %v", took)
		}
	})
}

func TestOutlive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		enough := errors.New("enough")
		ctx, end := context.WithCancelCause(t.Context())
		longer, cancel := Outlive(ctx)
		defer cancel()
		time.Sleep(time.Minute)
		if longer.Err() != nil {
			t.Errorf("it ended before its parent: %v", context.Cause(longer))
		}
		end(enough)
		begin := time.Now()
		<-longer.Done()
		if took := time.Since(begin); took != patience || !errors.Is(context.Cause(longer), enough) {
			t.Errorf("it ended %v after its parent, since %v", took, context.Cause(longer))
		}
		other, cancel := Outlive(ctx)
		cancel()
		<-other.Done() // and leaves nothing behind that the bubble would wait for
	})
}
