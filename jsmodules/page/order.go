package page

import (
	"context"
	"slices"
	"sync/atomic"

	"github.com/liveload/liveload/browserpool"
)

// An order knows what the script has set up through objects and the browser may not know yet. Objects speak to the
// browser through Playwright's driver, and operations go straight to it: these would come first. It belongs to the VM's
// goroutine.
type order struct {
	heard  *atomic.Bool      // whether driver and browser know all listeners; nil when there was none
	setUps []<-chan struct{} // each closed when a call that sets something up has returned
}

// listened notes a listener.
func (o *order) listened() { o.heard = new(atomic.Bool) }

// setUp notes a call that sets something up, and returns what ends it.
func (o *order) setUp() (done func()) {
	ended := make(chan struct{})
	o.setUps = append(o.settingUp(), ended)
	return func() { close(ended) }
}

func (o *order) settingUp() []<-chan struct{} {
	return slices.DeleteFunc(o.setUps, func(ended <-chan struct{}) bool { return browserpool.Closed(ended) })
}

// Before returns what an operation that the script begins now has to wait for, on any goroutine, so that it does not
// overtake what the script has set up before; nil is nothing.
func (b *Binding) Before() func(ctx context.Context) error {
	b.order.setUps = b.order.settingUp()
	heard, setUps, session := b.order.heard, slices.Clone(b.order.setUps), b.session
	if len(setUps) == 0 && (heard == nil || heard.Load()) {
		return nil
	}
	return func(ctx context.Context) error {
		for _, ended := range setUps {
			select {
			case <-ended:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		if heard == nil || heard.Load() {
			return nil
		}
		err := session.Acknowledge(ctx)
		if err == nil {
			heard.Store(true)
		}
		return err
	}
}
