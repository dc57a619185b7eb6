package elsewhere

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/liveload/liveload/cluster/providers"
)

// againPause is how long a Follower waits before it tries to reach the host again.
const againPause = time.Second

// A Follower is somebody who follows the run of a Host. Safe for concurrent use.
type Follower struct {
	client http.Client
	from   int64 // what was seen of the output, in bytes
}

// NewFollower returns one that reaches the host by dial, for each request anew.
func NewFollower(dial func(ctx context.Context) (net.Conn, error)) *Follower {
	return &Follower{client: http.Client{Transport: &http.Transport{
		DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) },
	}}}
}

// ask sends a request. The caller closes what it returns.
func (f *Follower) ask(ctx context.Context, method, path string, body io.Reader) (io.ReadCloser, error) {
	request, err := http.NewRequestWithContext(ctx, method, "http://host"+path, body)
	if err != nil {
		return nil, err
	}
	response, err := f.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("reach the controller: %w", err)
	}
	if response.StatusCode == http.StatusOK {
		return response.Body, nil
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, 10_000))
	return nil, errors.Join(&refusedError{strings.TrimSpace(string(text))}, err)
}

// A refusedError is what a host says that will not do something: it was reached.
type refusedError struct{ text string }

func (e *refusedError) Error() string { return e.text }

// tell sends a request whose answer is only that it was done.
func (f *Follower) tell(ctx context.Context, path string, body io.Reader) error {
	answer, err := f.ask(ctx, http.MethodPost, path, body)
	if err != nil {
		return err
	}
	return answer.Close()
}

// HandOver has the host begin a run. It tries until the host is reached, which may have only just begun.
func (f *Follower) HandOver(ctx context.Context, h Handover) error {
	for {
		err := f.handOver(ctx, h)
		if _, refused := errors.AsType[*refusedError](err); err == nil || refused || errors.Is(err, providers.ErrGone) {
			return err
		}
		select {
		case <-time.After(againPause / 4):
		case <-ctx.Done():
			return fmt.Errorf("hand the run over: %w", err)
		}
	}
}

func (f *Follower) handOver(ctx context.Context, h Handover) error {
	out, in := io.Pipe()
	packed := make(chan struct{})
	go func() {
		defer close(packed)
		in.CloseWithError(h.Pack(in))
	}()
	err := f.tell(ctx, "/run?id="+url.QueryEscape(h.Run), out)
	out.Close()
	<-packed
	return err
}

// Follow writes what the run prints until it has ended. When the host cannot be reached, it tries again from where it was, and lost
// is told.
func (f *Follower) Follow(ctx context.Context, to io.Writer, lost func(err error)) (Exit, error) {
	for {
		answer, err := f.ask(ctx, http.MethodGet, "/output?from="+strconv.FormatInt(f.from, 10), nil)
		if err == nil {
			var n int64
			shown := &display{to: to}
			n, err = io.Copy(shown, answer)
			f.from += n
			answer.Close()
			if shown.err != nil {
				return Exit{}, fmt.Errorf("show what the run prints: %w", shown.err)
			}
		}
		var exit Exit
		if err == nil {
			exit, err = f.exit(ctx)
		}
		if err == nil && exit.Ended {
			return exit, nil
		}
		if ctx.Err() != nil {
			return exit, context.Cause(ctx)
		}
		if errors.Is(err, providers.ErrGone) {
			return exit, err
		}
		if err != nil {
			lost(err)
		}
		select {
		case <-time.After(againPause):
		case <-ctx.Done():
			return exit, context.Cause(ctx)
		}
	}
}

// A display tells its own errors from those of the host.
type display struct {
	to  io.Writer
	err error
}

// Write implements io.Writer.
func (d *display) Write(text []byte) (n int, err error) {
	n, d.err = d.to.Write(text)
	return n, d.err
}

func (f *Follower) exit(ctx context.Context) (exit Exit, err error) {
	answer, err := f.ask(ctx, http.MethodGet, "/exit", nil)
	if err != nil {
		return exit, err
	}
	defer answer.Close()
	return exit, json.NewDecoder(answer).Decode(&exit)
}

// Interrupt is Ctrl-C for the run: once for the running iterations to finish, twice to stop.
func (f *Follower) Interrupt(ctx context.Context) error { return f.tell(ctx, "/interrupt", nil) }

// Leave lets the host end: nobody needs what the run has written any more.
func (f *Follower) Leave(ctx context.Context) error { return f.tell(ctx, "/leave", nil) }

// Fetch puts what the run has written below its working folder into another one, and returns the names. It leaves out, with an error, what is not
// Fetchable.
func (f *Follower) Fetch(ctx context.Context, folder string) (names []string, err error) {
	answer, err := f.ask(ctx, http.MethodGet, "/written", nil)
	if err == nil {
		defer answer.Close()
		names, err = extract(answer, folder, acceptFetched)
	}
	slices.Sort(names)
	if err != nil {
		return names, fmt.Errorf("fetch what the run has written: %w", err)
	}
	return names, nil
}
