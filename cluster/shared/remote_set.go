package shared

import (
	"context"
	"sync"
	"time"

	"github.com/liveload/liveload/throttle"
)

// Throttles returns the throttles of the run that have the key.
func (r *Remote) Throttles(ctx context.Context, key string, definitions []throttle.Definition) (throttle.Set, error) {
	if _, err := r.wait(ctx, request{Op: opDefine, Key: key, Definitions: definitions}, func(answer, error) {}); err != nil {
		return nil, err
	}
	begin := sync.OnceFunc(func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		_ = r.send(request{Op: opBegin, Key: key})
	})
	return &remoteSet{remote: r, key: key, definitions: definitions, begin: begin}, nil
}

// A remoteSet is the throttles of one key.
type remoteSet struct {
	remote      *Remote
	key         string
	definitions []throttle.Definition
	begin       func()
}

// Definitions implements throttle.Set.
func (s *remoteSet) Definitions() []throttle.Definition { return s.definitions }

// Begin implements throttle.Set.
func (s *remoteSet) Begin() { s.begin() }

// Ask implements throttle.Set. The permit's wait is that for the throttle, without the way to the controller.
func (s *remoteSet) Ask(name string, pass func(throttle.Permit, error)) (withdraw func() bool) {
	p, err := s.remote.queue(request{Op: opPermit, Key: s.key, Name: name}, func(a answer, err error) {
		permit := throttle.Permit{Waited: time.Duration(a.Waited)}
		if a.Slot {
			permit.Release = sync.OnceFunc(func() { s.remote.release(a.ID) })
		}
		pass(permit, err)
	})
	if err != nil {
		pass(throttle.Permit{}, err)
		return func() bool { return false }
	}
	return func() bool { return s.remote.withdraw(p) }
}
