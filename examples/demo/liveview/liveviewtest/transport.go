package liveviewtest

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/coder/websocket"
)

// A wire carries frames.
type wire interface {
	send(ctx context.Context, frame []byte, binary bool) error
	receive(ctx context.Context) ([]byte, error)
	close()
}

type socketWire struct{ ws *websocket.Conn }

func (b *Browser) dialWebSocket(ctx context.Context) (wire, error) {
	endpoint := "ws" + strings.TrimPrefix(b.Base, "http") + "/live/websocket?vsn=2.0.0"
	ws, _, err := websocket.Dial(ctx, endpoint, &websocket.DialOptions{HTTPClient: b.HTTP})
	if err != nil {
		return nil, fmt.Errorf("dial %s: %w", endpoint, err)
	}
	ws.SetReadLimit(64 << 20)
	return &socketWire{ws}, nil
}

func (w *socketWire) send(ctx context.Context, frame []byte, binary bool) error {
	kind := websocket.MessageText
	if binary {
		kind = websocket.MessageBinary
	}
	return w.ws.Write(ctx, kind, frame)
}

func (w *socketWire) receive(ctx context.Context) ([]byte, error) {
	_, data, err := w.ws.Read(ctx)
	return data, err
}

func (w *socketWire) close() { _ = w.ws.CloseNow() }

// ErrGone says that the server has ended a long-poll session.
var ErrGone = errors.New("long-poll session is gone")

type pollWire struct {
	http    *http.Client
	url     string
	pending [][]byte
}

type pollAnswer struct {
	Status   int      `json:"status"`
	Token    string   `json:"token"`
	Messages []string `json:"messages"`
}

func (b *Browser) dialLongPoll(ctx context.Context) (wire, error) {
	w := &pollWire{http: b.HTTP, url: b.Base + "/live/longpoll?vsn=2.0.0"}
	answer, err := w.request(ctx, http.MethodGet, nil)
	if err != nil {
		return nil, err
	}
	if answer.Status != 410 || answer.Token == "" {
		return nil, fmt.Errorf("open long-poll session: got status %d and token %q, want 410 and a token", answer.Status, answer.Token)
	}
	w.url += "&token=" + url.QueryEscape(answer.Token)
	return w, nil
}

func (w *pollWire) request(ctx context.Context, method string, body []byte) (pollAnswer, error) {
	var answer pollAnswer
	request, err := http.NewRequestWithContext(ctx, method, w.url, bytes.NewReader(body))
	if err != nil {
		return answer, fmt.Errorf("long-poll: %w", err)
	}
	response, err := w.http.Do(request)
	if err != nil {
		return answer, err // names method and URL
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return answer, fmt.Errorf("decode long-poll answer: %w", err)
	}
	return answer, nil
}

func (w *pollWire) send(ctx context.Context, frame []byte, binary bool) error {
	if binary {
		frame = []byte(base64.StdEncoding.EncodeToString(frame))
	}
	answer, err := w.request(ctx, http.MethodPost, frame)
	switch {
	case err != nil:
		return err
	case answer.Status == 410:
		return ErrGone
	case answer.Status != 200:
		return fmt.Errorf("deliver long-poll batch: status %d", answer.Status)
	}
	return nil
}

func (w *pollWire) receive(ctx context.Context) ([]byte, error) {
	for len(w.pending) == 0 {
		answer, err := w.request(ctx, http.MethodGet, nil)
		if err != nil {
			return nil, err
		}
		switch answer.Status {
		case 200:
			for _, m := range answer.Messages {
				w.pending = append(w.pending, []byte(m))
			}
		case 204:
		case 410:
			return nil, ErrGone
		default:
			return nil, fmt.Errorf("poll: status %d", answer.Status)
		}
	}
	frame := w.pending[0]
	w.pending = w.pending[1:]
	return frame, nil
}

func (w *pollWire) close() {}
