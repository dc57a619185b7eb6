package pages

import (
	"sync"

	"github.com/liveload/liveload/examples/demo/liveview"
)

// visitors are the connected views of a page. Its methods may be called concurrently.
type visitors struct {
	mu  sync.Mutex
	all map[liveview.Ref]struct{}
}

func newVisitors() *visitors { return &visitors{all: make(map[liveview.Ref]struct{})} }

// come adds a visitor and returns how many there are.
func (v *visitors) come(who liveview.Ref) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.all[who] = struct{}{}
	return len(v.all)
}

func (v *visitors) leave(who liveview.Ref) {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.all, who)
}

func (v *visitors) count() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.all)
}

// tell sends a message to all of them.
func (v *visitors) tell(msg any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for who := range v.all {
		who.Send(msg)
	}
}
