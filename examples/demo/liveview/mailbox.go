package liveview

import (
	"sync"
	"time"
)

// A mailbox runs the messages of one view one after the other, in the order of their arrival. It
// needs a goroutine only while it runs one; a message that has to wait first costs a timer, and
// those behind it wait too, as they would behind a sleeping LiveView process.
type mailbox struct {
	mu      sync.Mutex
	queue   []message
	running bool        // a goroutine drains the queue, or timer will start one
	timer   *time.Timer // set while the first message waits
	closed  bool
}

type message struct {
	wait func() time.Duration // nil: none
	run  func()
}

// post queues run, to be started as long after its turn has come as wait says then (nil: at once).
// wait must not block. post reports false when the mailbox is closed.
func (m *mailbox) post(wait func() time.Duration, run func()) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return false
	}
	m.queue = append(m.queue, message{wait, run})
	if !m.running {
		m.running = true
		go m.drain()
	}
	return true
}

// close drops what is queued, and runs last after the message that is running. Only the first
// close counts; it reports whether this was it.
func (m *mailbox) close(last func()) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return false
	}
	m.closed = true
	m.queue = []message{{run: last}}
	if m.timer != nil && m.timer.Stop() {
		m.timer = nil
		go m.drain()
	} else if !m.running {
		m.running = true
		go m.drain()
	}
	return true
}

func (m *mailbox) drain() {
	for {
		m.mu.Lock()
		m.timer = nil
		if len(m.queue) == 0 {
			m.running = false
			m.mu.Unlock()
			return
		}
		if m.delayed() {
			m.mu.Unlock()
			return
		}
		run := m.queue[0].run
		n := copy(m.queue, m.queue[1:])
		m.queue[n] = message{}
		m.queue = m.queue[:n]
		m.mu.Unlock()
		run()
	}
}

// delayed starts the wait of the first message, if it has one; drain continues after it.
func (m *mailbox) delayed() bool {
	wait := m.queue[0].wait
	if wait == nil {
		return false
	}
	m.queue[0].wait = nil
	d := wait()
	if d <= 0 {
		return false
	}
	m.timer = time.AfterFunc(d, m.drain)
	return true
}
