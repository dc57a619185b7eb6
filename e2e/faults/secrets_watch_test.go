//go:build linux

package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/metrics/journal"
)

// A watcher keeps all that a run shows to others while it goes on.
type watcher struct {
	ctx  context.Context
	stop func()
	over sync.WaitGroup

	mu   sync.Mutex
	seen map[string][]byte
	last map[string][]byte
}

func watch() *watcher {
	ctx, stop := context.WithCancel(context.Background())
	return &watcher{ctx: ctx, stop: stop, seen: map[string][]byte{}, last: map[string][]byte{}}
}

// end returns what was seen.
func (w *watcher) end() map[string][]byte {
	w.stop()
	w.over.Wait()
	return w.seen
}

// note keeps a text that is another one than the last.
func (w *watcher) note(where string, text []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !bytes.Equal(text, w.last[where]) {
		w.last[where] = bytes.Clone(text)
		w.seen[where] = append(w.seen[where], text...)
	}
}

const often = 500 * time.Millisecond // watching takes processors, too

// every does something again and again.
func (w *watcher) every(pause time.Duration, do func()) {
	w.over.Go(func() {
		for w.ctx.Err() == nil {
			do()
			select {
			case <-time.After(pause):
			case <-w.ctx.Done():
			}
		}
	})
}

// get keeps all of an answer, as it comes.
func (w *watcher) get(where, url string, header http.Header) {
	request, err := http.NewRequestWithContext(w.ctx, http.MethodGet, url, nil)
	if err != nil {
		return
	}
	request.Header = header
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return // not yet, or not any more
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	if response.StatusCode == http.StatusOK {
		w.note(where, text)
	}
}

func (w *watcher) poll(pause time.Duration, where, url string, header http.Header) {
	w.every(pause, func() { w.get(where, url, header) })
}

var dashboardAddress = regexp.MustCompile(`Dashboard: (http://[^#\s]+)#(\S+)`)

// dashboard watches that of a run, as its page does.
func (w *watcher) dashboard(c *rig.Command) {
	var once sync.Once
	w.every(often, func() {
		found := dashboardAddress.FindStringSubmatch(c.Output.String())
		if found == nil {
			return
		}
		once.Do(func() {
			header := http.Header{"Authorization": {"Bearer " + found[2]}}
			w.poll(often, "the events of the dashboard", found[1]+"events", header)
			w.poll(4*time.Second, "the report of the dashboard", found[1]+"report.html", header)
			w.poll(often, "the state of the dashboard", found[1]+"v1/run", header)
		})
	})
}

// journal watches that of a run, which is what there would be if the run died just now.
func (w *watcher) journal(folder string) {
	w.every(2*often, func() {
		paths, _ := filepath.Glob(filepath.Join(folder, "*"+journal.Ending))
		for _, path := range paths {
			content, err := os.ReadFile(path)
			if err != nil {
				continue
			}
			w.note("the journal", content)
			if c, err := journal.Read(path); err == nil && c.Running != nil {
				c.Running.Aggregator.Finish()
				text, _ := json.Marshal(c.Running.Aggregator.Results(c.Running.Info.Start))
				w.note("the numbers of the journal", text)
			}
		}
	})
}

// commands watches the command lines of all that a process has started, which every user of the machine can read.
func (w *watcher) commands(pid int) {
	w.every(2*often, func() {
		var all []byte
		for _, child := range descendants(pid) {
			line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", child))
			all = append(append(all, bytes.ReplaceAll(line, []byte{0}, []byte{' '})...), '\n')
		}
		w.note("the command lines", all)
	})
}

// descendants are the processes that a process has started, and those that they have.
func descendants(pid int) (all []int) {
	parents := map[int]int{}
	paths, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range paths {
		stat, _ := os.ReadFile(path)
		_, rest, _ := strings.Cut(string(stat), ") ") // NAME of it may have blanks
		if fields := strings.Fields(rest); len(fields) > 1 {
			child, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			parents[child], _ = strconv.Atoi(fields[1])
		}
	}
	for child := range parents {
		for at := child; at > 1; at = parents[at] {
			if parents[at] == pid {
				all = append(all, child)
				break
			}
		}
	}
	return all
}
