// Package retry makes HTTP clients that repeat what the API of a cloud could not take just now. Status and method decide
// what is repeated, and the server says how long to wait.
package retry

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// longestWait bounds a pause, also one that a server asks for with Retry-After.
const longestWait = time.Minute

// Client returns a client on top of base. 429 and 503 say that nothing was done, so that any request is sent again. After
// other errors of a server, and of the connection, only those are repeated that may be sent twice: all but POST and PATCH. A
// certificate that is not trusted ends it.
// It tries six times; first is the pause before the second time, and doubles. Then the last answer counts.
func Client(base http.RoundTripper, first time.Duration) *http.Client {
	client := retryablehttp.NewClient()
	client.HTTPClient = &http.Client{Transport: base}
	client.Logger = nil // it would show addresses, and what is in them
	client.RetryMax, client.RetryWaitMin, client.RetryWaitMax = 5, first, longestWait
	client.CheckRetry = passing
	client.Backoff = func(least, most time.Duration, attempt int, response *http.Response) time.Duration {
		return min(retryablehttp.DefaultBackoff(least, most, attempt, response), most)
	}
	client.ErrorHandler = retryablehttp.PassthroughErrorHandler
	return client.StandardClient()
}

// passing says whether an attempt may succeed later.
func passing(ctx context.Context, response *http.Response, err error) (bool, error) {
	if ctx.Err() != nil {
		return false, nil
	}
	if err != nil {
		var untrusted *tls.CertificateVerificationError // which it will be again
		var failed *url.Error
		return !errors.As(err, &untrusted) && errors.As(err, &failed) && failed.Op != "Post" && failed.Op != "Patch", nil
	}
	switch response.StatusCode {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return true, nil
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusGatewayTimeout:
		method := response.Request.Method
		return method != http.MethodPost && method != http.MethodPatch, nil
	}
	return false, nil
}

// patience is how long an interrupt waits for the answer to a request that makes something.
const patience = 5 * time.Second

// Outlive returns a context that ends a few seconds after ctx. Requests that make something go with it: when they are cut off,
// nobody knows whether it was made.
func Outlive(ctx context.Context) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		select {
		case <-time.After(patience):
			cancel(context.Cause(ctx))
		case <-longer.Done():
		}
	})
	return longer, func() { stop(); cancel(nil) }
}
