package objects

import (
	"fmt"
	"time"

	pw "github.com/playwright-community/playwright-go"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/playwright/calls"
)

// watchInterval is how often a download is looked at while it goes on.
const watchInterval = 250 * time.Millisecond

// bound cancels a download that goes on when the run has had its share of the disk. It does not block.
func (h *Hub) bound(download pw.Download) {
	if h.disk.Space == nil {
		return
	}
	ended := calls.Async(func() (struct{}, error) { return struct{}{}, download.Failure() }) // at the latest with its session
	go func() {
		look := time.NewTicker(watchInterval)
		defer look.Stop()
		for !h.disk.Space.Full() {
			select {
			case <-ended:
				return
			case <-look.C:
			}
		}
		h.leftMu.Lock()
		if h.left.cancelled == nil {
			h.left.cancelled = map[pw.Download]bool{}
		}
		h.left.cancelled[download] = true
		h.leftMu.Unlock()
		h.disk.Dropped()
		_ = download.Cancel() // unless it has just ended
	}()
}

// downloadError says why a download was cancelled.
func (h *Hub) downloadError(o object, err error) error {
	download, ok := o.value.(pw.Download)
	h.leftMu.Lock()
	defer h.leftMu.Unlock()
	if err == nil || !ok || !h.left.cancelled[download] {
		return err
	}
	return &browserpool.PageError{Message: fmt.Sprintf("the download %.100q was cancelled: %v", download.SuggestedFilename(), h.disk.Space.Refusal())}
}
