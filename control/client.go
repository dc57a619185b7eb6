package control

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/liveload/liveload/cluster"
	"github.com/liveload/liveload/plan"
)

// clientTimeout is how long an answer may take.
const clientTimeout = 10 * time.Second

// A RefusedError is the run's own reason for not doing what was asked.
type RefusedError struct{ Reason string }

func (e *RefusedError) Error() string { return e.Reason }

// A Client asks one run. Safe for concurrent use.
type Client struct{ http *http.Client }

// NewClient returns a client of the run that has that folder. Nothing is connected yet.
func NewClient(folder string) *Client {
	dial := func(ctx context.Context, _, _ string) (conn net.Conn, err error) {
		err = reach(folder, func(path string) (err error) {
			conn, err = new(net.Dialer).DialContext(ctx, "unix", path)
			return err
		})
		return conn, err
	}
	// Nothing is kept open between two requests, so that there is nothing to close.
	return &Client{http: &http.Client{Timeout: clientTimeout, Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}}
}

// Status returns how far the run is.
func (c *Client) Status(ctx context.Context) (status Status, err error) {
	return status, c.ask(ctx, http.MethodGet, pathRun, nil, &status)
}

// Steer changes a scenario; "" is the only one that can be meant. A *RefusedError says why nothing changed.
func (c *Client) Steer(ctx context.Context, scenario string, cmd plan.Command) (steered cluster.Steered, err error) {
	return steered, c.ask(ctx, http.MethodPost, pathSteer, SteerRequest{Scenario: scenario, Command: cmd}, &steered)
}

// Stop lets the run finish its running iterations, and does not wait for that.
func (c *Client) Stop(ctx context.Context) error {
	return c.ask(ctx, http.MethodPost, pathStop, struct{}{}, &struct{}{})
}

func (c *Client) ask(ctx context.Context, method, path string, command, into any) error {
	var body io.Reader
	if command != nil {
		text, err := json.Marshal(command)
		if err != nil {
			return fmt.Errorf("write command: %w", err)
		}
		body = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, "http://run"+path, body)
	if err != nil {
		return fmt.Errorf("ask the run: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := c.http.Do(request)
	if err != nil {
		return fmt.Errorf("ask the run: %w", err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("read the answer of the run: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return refusal(response.Status, text)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("read the answer of the run: %w", err)
	}
	return nil
}

// refusal returns the error in an answer.
func refusal(status string, text []byte) error {
	var refused answerError
	if err := json.Unmarshal(text, &refused); err != nil || refused.Error == "" {
		return errors.New("the run answers with " + status + ": is it of another version of liveload?")
	}
	return &RefusedError{Reason: refused.Error}
}
