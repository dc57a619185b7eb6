package objects

import (
	"fmt"
	"io"
	"os"
	"reflect"
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

// savingDownload keeps what was downloaded.
func savingDownload(o object, in []reflect.Value, _ time.Duration, _ func() (any, error)) (any, error) {
	download := o.value.(pw.Download)
	if err := download.Failure(); err != nil {
		return nil, o.hub.downloadError(o, err)
	}
	path, err := download.Path()
	if err != nil {
		return nil, err
	}
	return nil, o.hub.write(in[0].String(), func(out io.Writer) error {
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		defer file.Close()
		_, err = io.Copy(out, file)
		return err
	})
}

// notingDownload lets the script upload what it has downloaded.
func notingDownload(o object, _ []reflect.Value, _ time.Duration, run func() (any, error)) (any, error) {
	if err := o.value.(pw.Download).Failure(); err != nil { // then playwright-go takes the missing path for a text
		return nil, o.hub.downloadError(o, err)
	}
	value, err := run()
	if path, ok := value.(string); ok && err == nil {
		o.hub.note(path, path)
	}
	return value, err
}
