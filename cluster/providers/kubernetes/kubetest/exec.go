package kubetest

import (
	"context"
	"encoding/json"
	"io"
	"net/http"

	"github.com/coder/websocket"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Streams of the protocol v5.channel.k8s.io: the first byte of each message.
const (
	stdin       = 0
	stdout      = 1
	stderr      = 2
	status      = 3
	closing     = 255 // of the stream in the second byte
	websocketV5 = "v5.channel.k8s.io"
)

// exec runs a command in the container of a Pod that runs.
func (c *Cluster) exec(w http.ResponseWriter, r *http.Request, name string) {
	c.mu.Lock()
	o, err := c.tracker.Get(pods.gvr, Namespace, name)
	var run *containerRun
	if err == nil {
		run = c.containers[string(o.(*corev1.Pod).UID)]
	}
	c.mu.Unlock()
	if err == nil && run == nil {
		err = apierrors.NewBadRequest("the container does not run")
	}
	words := r.URL.Query()["command"]
	if err == nil && (len(words) == 0 || words[0] != "liveload" || r.URL.Query().Get("container") == "") {
		err = apierrors.NewBadRequest("the image has liveload only, and the container must be named")
	}
	if err != nil {
		answer(w, nil, err)
		return
	}
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{websocketV5}})
	if err != nil {
		return // it was answered
	}
	defer conn.CloseNow()
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	cmd := c.command(o.(*corev1.Pod), run.folder, words[1:])
	in, err := cmd.StdinPipe()
	if err != nil {
		c.t.Errorf("kubetest: %v", err)
		return
	}
	cmd.Stdout, cmd.Stderr = &stream{ctx, conn, stdout}, &stream{ctx, conn, stderr}
	if err := cmd.Start(); err != nil {
		c.t.Errorf("kubetest: %v", err)
		return
	}
	go func() {
		receive(ctx, conn, in)
		cmd.Process.Kill() // as when a runtime loses who has begun it
	}()
	outcome := metav1.Status{Status: metav1.StatusSuccess}
	if err := cmd.Wait(); err != nil {
		outcome = metav1.Status{Status: metav1.StatusFailure, Message: err.Error()}
	}
	text, _ := json.Marshal(outcome) // texts only
	_, _ = (&stream{ctx, conn, status}).Write(text)
	conn.Close(websocket.StatusNormalClosure, "")
}

// receive writes what comes to the standard input until the connection ends.
func receive(ctx context.Context, conn *websocket.Conn, in io.WriteCloser) {
	conn.SetReadLimit(-1)
	for {
		_, message, err := conn.Read(ctx)
		switch {
		case err != nil:
			return
		case len(message) > 0 && message[0] == stdin:
			if _, err := in.Write(message[1:]); err != nil {
				return
			}
		case len(message) == 2 && message[0] == closing:
			in.Close()
		}
	}
}

// A stream is one of several over a connection.
type stream struct {
	ctx  context.Context
	conn *websocket.Conn
	id   byte
}

// Write implements io.Writer.
func (s *stream) Write(text []byte) (int, error) {
	return len(text), s.conn.Write(s.ctx, websocket.MessageBinary, append([]byte{s.id}, text...))
}
