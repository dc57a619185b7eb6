package broker

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"
)

// toldEvery is how often the same kind of trouble is told.
const toldEvery = 5 * time.Second

// A serverLog passes on what the server says: warnings are for who tries what is forbidden, the rest is for debugging.
type serverLog struct {
	log *slog.Logger

	mu     sync.Mutex
	next   time.Time // when trouble is told again
	untold int
}

// Noticef implements server.Logger.
func (l *serverLog) Noticef(format string, v ...any) { l.debug(format, v...) }

// Debugf implements server.Logger.
func (l *serverLog) Debugf(format string, v ...any) { l.debug(format, v...) }

// Tracef implements server.Logger.
func (l *serverLog) Tracef(format string, v ...any) { l.debug(format, v...) }

// Warnf implements server.Logger.
func (l *serverLog) Warnf(format string, v ...any) { l.trouble(fmt.Sprintf(format, v...)) }

// Errorf implements server.Logger.
func (l *serverLog) Errorf(format string, v ...any) { l.trouble(fmt.Sprintf(format, v...)) }

// Fatalf implements server.Logger.
func (l *serverLog) Fatalf(format string, v ...any) { l.trouble(fmt.Sprintf(format, v...)) }

func (l *serverLog) debug(format string, v ...any) {
	l.log.Debug("server for workers: " + fmt.Sprintf(format, v...))
}

// trouble warns about workers that are refused something.
func (l *serverLog) trouble(text string) {
	what := ""
	switch {
	case strings.Contains(text, "Violation"):
		what = "a worker was refused what is not its own to send or to hear"
	case strings.Contains(text, "authentication error"), strings.Contains(text, "Authorization"):
		what = "a connection was refused, since it has not the token of this run"
	case strings.Contains(text, "maximum payload"), strings.Contains(strings.ToLower(text), "slow consumer"):
		what = "a worker sends or holds back more than it may, and was disconnected"
	default:
		l.log.Debug("server for workers: " + text)
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if now.Before(l.next) {
		l.untold++
		return
	}
	l.next = now.Add(toldEvery)
	l.log.Warn(what, "details", text, "more", l.untold)
	l.untold = 0
}
