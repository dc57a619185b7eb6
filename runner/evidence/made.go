package evidence

import "sync"

// Made are files that a script has made and may still read. Safe for concurrent use.
type Made struct {
	mu   sync.Mutex
	done []func()
}

// Add takes what Save returns for a file.
func (m *Made) Add(done func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.done = append(m.done, done)
}

// Release says that the script reads none of them any more.
func (m *Made) Release() {
	m.mu.Lock()
	all := m.done
	m.done = nil
	m.mu.Unlock()
	for _, done := range all {
		done()
	}
}
