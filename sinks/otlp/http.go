package otlp

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"strings"

	collector "go.opentelemetry.io/proto/slim/otlp/collector/metrics/v1"
	rpc "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/liveload/liveload/sinks/destination"
)

const (
	contentType = "application/x-protobuf"
	// mostAnswer is how much of an answer is read, in bytes.
	mostAnswer = 1 << 20
)

type httpTransport struct {
	*settings
	client *http.Client
}

func newHTTP(s *settings) *httpTransport {
	client := destination.Client(s.tls)
	if s.dial != nil {
		client.Transport.(*http.Transport).DialContext = func(ctx context.Context, _, address string) (net.Conn, error) { return s.dial(ctx, address) }
	}
	return &httpTransport{s, client}
}

func (t *httpTransport) export(ctx context.Context, message *collector.ExportMetricsServiceRequest) (*collector.ExportMetricsServiceResponse, error) {
	request, err := t.request(ctx, message)
	if err != nil {
		return nil, err
	}
	response, err := t.client.Do(request)
	if err != nil {
		return nil, noAnswer(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, mostAnswer))
	if err != nil {
		return nil, noAnswer(err)
	}
	if response.StatusCode/100 != 2 {
		return nil, t.refusal(response, body)
	}
	answer := &collector.ExportMetricsServiceResponse{}
	if len(body) == 0 {
		return answer, nil // which some send, though they should name its type
	}
	if found := mediaType(response); found != contentType {
		return nil, &failure{kind: absent, code: statusOf(response), reason: "the answer has the type " + t.secrets.Reason(found)}
	}
	if err := proto.Unmarshal(body, answer); err != nil {
		return nil, &failure{kind: absent, code: statusOf(response), reason: "the answer cannot be read"}
	}
	return answer, nil
}

// noAnswer is a request without an answer.
func noAnswer(err error) *failure {
	return &failure{kind: unanswered, err: destination.NoAnswer(err)}
}

func (t *httpTransport) request(ctx context.Context, message *collector.ExportMetricsServiceRequest) (*http.Request, error) {
	body, err := proto.Marshal(message)
	if err != nil {
		return nil, fmt.Errorf("encode a request for OTLP: %w", err)
	}
	if t.gzip {
		var packed bytes.Buffer
		zip := gzip.NewWriter(&packed)
		_, _ = zip.Write(body) // a buffer takes everything
		_ = zip.Close()
		body = packed.Bytes()
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, t.target, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("make a request to %s: %w", t.server, err)
	}
	request.Header.Set("User-Agent", userAgent)
	for _, header := range t.headers {
		request.Header.Set(header.name, header.value)
	}
	request.Header.Set("Content-Type", contentType)
	if t.gzip {
		request.Header.Set("Content-Encoding", "gzip")
	}
	return request, nil
}

// refusal is what an answer says that is no success.
func (t *httpTransport) refusal(response *http.Response, body []byte) *failure {
	f := &failure{kind: kindOfStatus(response.StatusCode), code: statusOf(response), after: destination.RetryAfter(response.Header)}
	var status rpc.Status
	if mediaType(response) == contentType && proto.Unmarshal(body, &status) == nil {
		f.reason = t.secrets.Reason(status.GetMessage())
	} else {
		f.reason = t.secrets.Reason(string(body))
	}
	if f.kind == elsewhere {
		f.reason, _, _ = strings.Cut(t.secrets.Reason(response.Header.Get("Location")), "?")
	}
	return f
}

// statusOf is the status of an answer, not in the server's own words: they may be anything.
func statusOf(response *http.Response) string {
	return strings.TrimSpace(fmt.Sprint(response.StatusCode, " ", http.StatusText(response.StatusCode)))
}

func kindOfStatus(code int) kind {
	switch code {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return passing
	case http.StatusUnauthorized, http.StatusForbidden:
		return denied
	case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusUnsupportedMediaType:
		return absent
	}
	if code < 400 {
		return elsewhere
	}
	return refused
}

func mediaType(response *http.Response) string {
	text := response.Header.Get("Content-Type")
	if parsed, _, err := mime.ParseMediaType(text); err == nil {
		return parsed
	}
	return text
}

func (t *httpTransport) close() error {
	t.client.CloseIdleConnections()
	return nil
}
