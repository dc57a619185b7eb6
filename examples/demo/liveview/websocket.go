package liveview

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"
)

const (
	maxFrame     = 8 << 20          // bytes that a client may send at once
	idleTimeout  = 75 * time.Second // clients send a heartbeat every 30 s
	writeTimeout = 30 * time.Second
	maxQueued    = 16 << 20 // bytes waiting for a client that does not read
)

// ServeWebSocket upgrades the request and serves the socket until its end.
func (e *Endpoint) ServeWebSocket(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Get("vsn") != "2.0.0" {
		http.Error(w, "This server speaks channel protocol vsn=2.0.0 only.", http.StatusForbidden)
		return
	}
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{CompressionMode: websocket.CompressionDisabled})
	if err != nil {
		e.logger.Debug("websocket refused", "error", err)
		return
	}
	ws.SetReadLimit(maxFrame)
	c := newConn(e, "websocket", &socketOutlet{ws: ws})
	if !e.open(c) {
		_ = ws.CloseNow()
		return
	}
	defer c.close()
	idle := time.AfterFunc(idleTimeout, c.out.abort)
	defer idle.Stop()
	for {
		kind, data, err := ws.Read(context.Background()) // ends when the outlet aborts or the client leaves
		if err != nil {
			_ = ws.CloseNow()
			return
		}
		idle.Reset(idleTimeout)
		if err := c.receive(data, kind == websocket.MessageBinary); err != nil {
			e.logger.Warn("websocket closed: client breaks the protocol", "error", err)
			_ = ws.Close(websocket.StatusInvalidFramePayloadData, "not a channel frame")
			return
		}
	}
}

// A socketOutlet writes frames in order. A goroutine exists only while there is something to write.
type socketOutlet struct {
	ws *websocket.Conn

	mu      sync.Mutex
	queue   [][]byte
	queued  int // bytes
	writing bool
	dead    bool
}

func (o *socketOutlet) send(frame []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.dead {
		return
	}
	o.queue = append(o.queue, frame)
	o.queued += len(frame)
	if o.queued > maxQueued {
		o.dead = true
		go o.closeNow()
		return
	}
	if !o.writing {
		o.writing = true
		go o.write()
	}
}

func (o *socketOutlet) write() {
	for {
		o.mu.Lock()
		batch := o.queue
		o.queue, o.queued = nil, 0
		if len(batch) == 0 || o.dead {
			o.writing = false
			o.mu.Unlock()
			return
		}
		o.mu.Unlock()
		if err := o.writeAll(batch); err != nil {
			o.abort()
		}
	}
}

func (o *socketOutlet) writeAll(batch [][]byte) error {
	ctx, cancel := context.WithTimeout(context.Background(), writeTimeout)
	defer cancel()
	for _, frame := range batch {
		if err := o.ws.Write(ctx, websocket.MessageText, frame); err != nil {
			return err
		}
	}
	return nil
}

// abort closes without a handshake: the reader's Read fails and ends the connection.
func (o *socketOutlet) abort() {
	o.mu.Lock()
	o.dead = true
	o.mu.Unlock()
	o.closeNow()
}

func (o *socketOutlet) closeNow() { _ = o.ws.CloseNow() }
