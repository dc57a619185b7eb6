package process

import (
	"strings"
	"sync"
)

// mostOutput is how much an Output keeps, in bytes.
const mostOutput = 4 << 10

// An Output keeps the last lines that a program wrote, for error messages. It is an io.Writer that never fails. Its
// methods may be called concurrently.
type Output struct {
	mu   sync.Mutex
	last []byte
	cut  bool // something was dropped
}

// Write implements io.Writer.
func (o *Output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.last = append(o.last, p...)
	if extra := len(o.last) - mostOutput; extra > 0 {
		o.last, o.cut = append([]byte(nil), o.last[extra:]...), true
	}
	return len(p), nil
}

// Said returns the last lines, at most n, without the secrets.
func (o *Output) Said(n int, secrets ...string) string {
	o.mu.Lock()
	text := string(o.last)
	if o.cut { // the first line may have lost its beginning, and with it the one of a secret
		_, text, _ = strings.Cut(text, "\n")
	}
	o.mu.Unlock()
	lines := strings.Split(strings.TrimSpace(mask(text, secrets...)), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// mask replaces secrets in a text.
func mask(text string, secrets ...string) string {
	for _, secret := range secrets {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "[secret]")
		}
	}
	return text
}
