package fly

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/liveload/liveload/cluster/providers/retry"
)

// publicAPI is where the Machines API is for everybody. Within Fly's network it is at http://_api.internal:4280 too.
const publicAPI = "https://api.machines.dev"

// A client speaks to the Machines API.
type client struct {
	http  *http.Client
	base  string
	token string // a secret
}

// connect makes a client from what the environment says. First is the pause before a request is repeated.
func connect(first time.Duration) *client {
	base := publicAPI
	for _, name := range []string{"FLY_API_HOSTNAME", "FLY_FLAPS_BASE_URL"} { // of Fly's documentation, and of its command line
		if text := os.Getenv(name); text != "" {
			base = strings.TrimSuffix(text, "/")
		}
	}
	token := strings.TrimSpace(os.Getenv("FLY_API_TOKEN"))
	if !strings.HasPrefix(token, "FlyV1 ") {
		token = "Bearer " + token
	}
	return &client{http: retry.Client(http.DefaultTransport, first), base: base, token: token}
}

// A refusal is an answer that is no success.
type refusal struct {
	status int
	code   string // as insufficient_capacity; "" when Fly gives none
	text   string
}

func (r *refusal) Error() string { return fmt.Sprintf("Fly answers %d: %s", r.status, r.text) }

// status is that of the answer that an error is; 0 when there was none.
func status(err error) int {
	var r *refusal
	if errors.As(err, &r) {
		return r.status
	}
	return 0
}

// do sends a request and reads its answer. in and out may be nil.
func (c *client) do(ctx context.Context, method, path string, query url.Values, in, out any) error {
	address := c.base + "/v1" + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	body := io.Reader(http.NoBody)
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return fmt.Errorf("FLY_API_HOSTNAME: %w", err)
	}
	request.Header.Set("Authorization", c.token)
	if in != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := c.http.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode >= 300 {
		return refused(response)
	}
	if out == nil {
		return nil
	}
	if err := json.NewDecoder(response.Body).Decode(out); err != nil {
		return fmt.Errorf("read what Fly answers to %s %s: %w", method, path, err)
	}
	return nil
}

func refused(response *http.Response) error {
	text, _ := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	var said struct {
		Error  string `json:"error"`
		Status string `json:"status"`
	}
	r := &refusal{status: response.StatusCode, text: strings.TrimSpace(string(text))}
	if json.Unmarshal(text, &said) == nil && said.Error != "" {
		r.text, r.code = said.Error, said.Status
	}
	return r
}

// capacity says whether a refusal means that there is no room, or no more quota, in a region: others may have some.
func capacity(err error) bool {
	var r *refusal
	if !errors.As(err, &r) {
		return false
	}
	if r.code == "insufficient_capacity" {
		return true
	}
	for _, sign := range []string{"insufficient resources", "insufficient memory", "insufficient CPUs", "insufficient IPs", "no capacity", "over the allowed quota"} {
		if r.status >= 400 && r.status < 500 && strings.Contains(r.text, sign) {
			return true
		}
	}
	return false
}

// nameTaken says whether a refusal means that there is a machine of this name.
func nameTaken(err error) bool {
	var r *refusal
	return errors.As(err, &r) && r.status == http.StatusConflict && strings.Contains(r.text, "already_exists")
}

// unknown says whether nobody knows if what was asked was done.
func unknown(err error) bool { return err != nil && (status(err) == 0 || status(err) >= 500) }

// explain says what was tried, what Fly answered, and what to do about it.
func (c *client) explain(tried string, err error) error {
	var r *refusal
	if !errors.As(err, &r) {
		return fmt.Errorf("%s: Fly is not reached at %s: %w", tried, c.base, err)
	}
	fix := ""
	switch {
	case r.status == http.StatusUnauthorized || r.status == http.StatusForbidden && !capacity(err):
		fix = ". FLY_API_TOKEN needs a token for this app: fly tokens create deploy"
	case r.status == http.StatusTooManyRequests:
		fix = ". Try again later, or with fewer --nodes"
	case strings.Contains(r.text, "payment method"):
		fix = ". Fly wants a payment method before there can be more machines"
	}
	return fmt.Errorf("%s: %w%s", tried, err, fix)
}
