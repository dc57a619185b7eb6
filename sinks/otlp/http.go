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
	"strconv"
	"strings"
	"time"

	collector "go.opentelemetry.io/proto/slim/otlp/collector/metrics/v1"
	rpc "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/proto"
)

const (
	contentType = "application/x-protobuf"
	// mostAnswer is how much of an answer is read, in bytes.
	mostAnswer = 1 << 20
	dialTime   = 10 * time.Second
)

type httpTransport struct {
	*settings
	client *http.Client
}

func newHTTP(s *settings) *httpTransport {
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: (&net.Dialer{Timeout: dialTime}).DialContext,
		TLSClientConfig: s.tls, TLSHandshakeTimeout: dialTime, ForceAttemptHTTP2: true, IdleConnTimeout: time.Minute,
	}
	if s.dial != nil {
		transport.DialContext = func(ctx context.Context, _, address string) (net.Conn, error) { return s.dial(ctx, address) }
	}
	return &httpTransport{s, &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse // a redirected write would become a read
	}}}
}

func (t *httpTransport) export(ctx context.Context, message *collector.ExportMetricsServiceRequest) (*collector.ExportMetricsServiceResponse, error) {
	request, err := t.request(ctx, message)
	if err != nil {
		return nil, err
	}
	response, err := t.client.Do(request)
	if err != nil {
		return nil, t.noAnswer(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, mostAnswer))
	if err != nil {
		return nil, t.noAnswer(err)
	}
	if response.StatusCode/100 != 2 {
		return nil, t.refusal(response, body)
	}
	answer := &collector.ExportMetricsServiceResponse{}
	if len(body) == 0 {
		return answer, nil // which some send, though they should name its type
	}
	if found := mediaType(response); found != contentType {
		return nil, &failure{kind: absent, code: response.Status, reason: "the answer has the type " + t.shorten(found)}
	}
	if err := proto.Unmarshal(body, answer); err != nil {
		return nil, &failure{kind: absent, code: response.Status, reason: "the answer cannot be read"}
	}
	return answer, nil
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
	f := &failure{kind: kindOfStatus(response.StatusCode), code: response.Status, after: retryAfter(response)}
	var status rpc.Status
	if mediaType(response) == contentType && proto.Unmarshal(body, &status) == nil {
		f.reason = t.shorten(status.GetMessage())
	} else {
		f.reason = t.shorten(string(body))
	}
	if f.kind == elsewhere {
		f.reason, _, _ = strings.Cut(t.shorten(response.Header.Get("Location")), "?")
	}
	return f
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

// retryAfter is how long a receiver asks to wait, 0 when it does not say.
func retryAfter(response *http.Response) time.Duration {
	text := response.Header.Get("Retry-After")
	if seconds, err := strconv.Atoi(text); err == nil {
		return max(time.Duration(seconds)*time.Second, 0)
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(time.Until(at), 0)
	}
	return 0
}

func (t *httpTransport) close() error {
	t.client.CloseIdleConnections()
	return nil
}
