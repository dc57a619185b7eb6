package driver

import (
	"log/slog"
	"time"

	"github.com/liveload/liveload/browserpool/playwright/calls"
	"github.com/liveload/liveload/metrics"
)

// ask has the driver answer what it can without a browser. The channel gets something when it has.
func (d *driver) ask() <-chan calls.Answer[struct{}] {
	return calls.Async(func() (struct{}, error) {
		opened, err := d.api.Request.NewContext()
		if err == nil {
			err = opened.Dispose()
		}
		return struct{}{}, err
	})
}

// watchStalls tells when the driver stands still, until it has ended. One that goes on later was no hang: nobody else notices.
func (d *driver) watchStalls() {
	watchStalls(d.opts, metrics.ProcessDriver, d.pid, d.ask, d.log.ended)
}

// watchStalls tells when the browser stands still, until it is gone.
func (b *Browser) watchStalls() {
	watchStalls(b.driver.opts, metrics.ProcessBrowser, b.pid, func() <-chan calls.Answer[struct{}] {
		return calls.Async(func() (none struct{}, err error) {
			answer, err := b.direct.Start("", "Browser.getVersion", struct{}{})
			if err == nil {
				<-answer
			}
			return none, err
		})
	}, b.done)
}

// watchStalls asks a process again and again, until over is closed.
func watchStalls(opts Options, process string, pid int, ask func() <-chan calls.Answer[struct{}], over <-chan struct{}) {
	ticker := time.NewTicker(opts.StallLimit)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-over:
			return
		}
		asked, answered := time.Now(), ask()
		select {
		case <-answered:
			continue
		case <-over:
			return
		case <-time.After(opts.StallLimit):
		}
		opts.OnStall(process)
		select {
		case <-answered:
			opts.Logger.Warn("a "+process+" stood still", slog.Int("pid", pid), slog.Duration("for", time.Since(asked).Round(time.Second)))
		case <-over:
			return
		}
	}
}
