package liveload

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/js/scripterr"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/throttle"
)

// A holding is the place that a user holds in one Parallelism: at most one, however often it asks.
type holding struct {
	asking  chan struct{} // holds a token while a call waits for the place
	mu      sync.Mutex
	release func() // nil while the user holds no place
	over    bool   // the iteration has ended
}

// keep stores a place that was granted, or releases it when the iteration has ended meanwhile.
func (h *holding) keep(release func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.over {
		release()
		return
	}
	h.release = release
}

// drop releases the place, if the user holds one.
func (h *holding) drop(over bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.release != nil {
		h.release()
	}
	h.release, h.over = nil, over
}

func (h *holding) has() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.release != nil
}

// throttle is throttle(name): it waits until a throttle lets the user pass.
func (u *ScriptUser) throttle(c localCall) goja.Value {
	if u.state.hasEnded() {
		return goja.Undefined()
	}
	d, err := u.findThrottle(c.arg(0))
	if err != nil {
		u.refuse(c, 1, err)
	}
	h := u.state.hold(d.Name, true)
	u.running++
	pass := func(ctx context.Context) (any, error) { return goja.Undefined(), u.pass(ctx, d, h) }
	return u.vm.AsyncThen(c.stack, pass, u.ran)
}

// pass waits for a permit and counts the wait. It runs on its own goroutine.
func (u *ScriptUser) pass(ctx context.Context, d throttle.Definition, h *holding) error {
	if d.Kind == throttle.Parallelism { // the second one who asks for the same user waits for the first
		select {
		case h.asking <- struct{}{}:
			defer func() { <-h.asking }()
		case <-ctx.Done():
			u.queued.Store(&d.Name)
			return context.Cause(ctx)
		}
		if h.has() {
			return nil
		}
	}
	permit, err := throttle.Acquire(ctx, u.opts.Throttles, d.Name)
	if ctx.Err() != nil { // also when the permit came at that moment
		u.queued.Store(&d.Name)
	}
	if err != nil {
		return fmt.Errorf("wait for throttle %q: %w", d.Name, err)
	}
	u.opts.Recorder.Observe(metrics.ThrottleWait, metrics.ThrottleWait.With(d.Name), float64(permit.Waited)/float64(time.Microsecond))
	if permit.Waited > 0 {
		u.opts.Recorder.Add(metrics.ThrottleWaits, metrics.ThrottleWaits.With(d.Name), 1)
	}
	if permit.Release != nil {
		h.keep(permit.Release)
	}
	return nil
}

// release is release(name): it gives the place of a Parallelism back, if the user has it.
func (u *ScriptUser) release(c localCall) goja.Value {
	d, err := u.findThrottle(c.arg(0))
	if err == nil && d.Kind != throttle.Parallelism {
		err = fmt.Errorf("%q is of the kind %s, of which there is nothing to release: only a Parallelism has places", d.Name, d.Kind.Title())
	}
	if err != nil {
		u.refuse(c, 1, err)
	}
	if h := u.state.hold(d.Name, false); h != nil {
		h.drop(false)
	}
	return goja.Undefined()
}

// explainWait adds to the error of an iteration that was interrupted what it was waiting for.
func (u *ScriptUser) explainWait(err error) {
	var interrupted *scripterr.InterruptError
	name, operation := u.queued.Swap(nil), u.unfinished.Swap(nil)
	if u.vm.Broken() || !errors.As(err, &interrupted) { // it was doing more than waiting
		return
	}
	switch {
	case name != nil:
		interrupted.Doing = fmt.Sprintf("was waiting for throttle %q", *name)
		interrupted.Target = *name
	case operation != nil:
		interrupted.Doing = "was at " + operation.call() + operation.obstacle()
		interrupted.Target = operation.Target
	}
}

func (u *ScriptUser) findThrottle(v goja.Value) (throttle.Definition, error) {
	name := textOr(v, "")
	if name == "" {
		return throttle.Definition{}, &argumentError{"name", fmt.Errorf("must be a text that is not empty, not %s", Show(v))}
	}
	var known []throttle.Definition
	if u.opts.Throttles != nil {
		known = u.opts.Throttles.Definitions()
	}
	if i := slices.IndexFunc(known, func(d throttle.Definition) bool { return d.Name == name }); i >= 0 {
		return known[i], nil
	}
	if len(known) == 0 {
		return throttle.Definition{}, errors.New("the script defines no throttles: add `export function throttles(config) { return [Rate(" + strconv.Quote(name) + ", 10)]; }`")
	}
	var names []string
	for _, d := range known {
		names = append(names, strconv.Quote(d.Name))
	}
	return throttle.Definition{}, errors.New("there is no throttle of that name: throttles(config) defines " + strings.Join(names, ", "))
}
