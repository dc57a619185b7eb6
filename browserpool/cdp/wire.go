package cdp

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// writeLimit bounds the writing of what is sent in one go. A browser that takes nothing for so long has
// no use for its connection.
const writeLimit = 15 * time.Second

// A wire is the TCP connection under the WebSocket. It can hold back what is written, so that several
// messages leave with one system call.
type wire struct {
	net.Conn

	mu   sync.Mutex
	held []byte
	hold bool
}

// dialSocket opens a WebSocket and returns the wire under it.
func dialSocket(ctx context.Context, address string) (*websocket.Conn, *wire, error) {
	var under *wire
	transport := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		under = &wire{Conn: conn}
		return under, nil
	}}
	socket, _, err := websocket.Dial(ctx, address, &websocket.DialOptions{
		HTTPClient: &http.Client{Transport: transport}, CompressionMode: websocket.CompressionDisabled,
	})
	return socket, under, err
}

// Write sends p, or keeps it until release.
func (w *wire) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.hold {
		w.held = append(w.held, p...)
		return len(p), nil
	}
	return w.send(p)
}

func (w *wire) send(p []byte) (int, error) {
	if err := w.SetWriteDeadline(time.Now().Add(writeLimit)); err != nil {
		return 0, err
	}
	return w.Conn.Write(p)
}

// holdBack keeps what is written from now on until release.
func (w *wire) holdBack() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hold = true
}

// release sends what was held back.
func (w *wire) release() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, err := w.send(w.held)
	w.hold, w.held = false, w.held[:0]
	return err
}
