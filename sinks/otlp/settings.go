package otlp

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/liveload/liveload/sinks/destination"
)

// Names that come behind OTEL_EXPORTER_OTLP_, or OTEL_EXPORTER_OTLP_METRICS_, which comes first.
const (
	protocolVariable    = "PROTOCOL"
	endpointVariable    = "ENDPOINT"
	insecureVariable    = "INSECURE"
	headersVariable     = "HEADERS"
	timeoutVariable     = "TIMEOUT"
	compressionVariable = "COMPRESSION"
	caVariable          = "CERTIFICATE"
	certificateVariable = "CLIENT_CERTIFICATE"
	keyVariable         = "CLIENT_KEY"
	temporalityName     = "TEMPORALITY_PREFERENCE"
)

const userAgent = "liveload"

// defaultTimeout is how long a receiver may take to answer.
const defaultTimeout = 10 * time.Second

// settings are a receiver, and what it takes to write to it.
type settings struct {
	endpoint
	headers  []pair
	secrets  destination.Secrets
	timeout  time.Duration
	gzip     bool
	tls      *tls.Config // nil without TLS
	delta    bool        // points are what was added since those before; otherwise the run so far
	resource []pair      // that the environment asks for
	dial     dialer      // nil for the usual one
}

// A dialer opens connections.
type dialer func(ctx context.Context, address string) (net.Conn, error)

// An environment is the variables of the process.
type environment func(name string) string

// get returns the value of a variable for metrics, or that for all signals, and its name. An empty one is not set.
func (env environment) get(name string) (value, variable string) {
	for _, variable = range []string{"OTEL_EXPORTER_OTLP_METRICS_" + name, "OTEL_EXPORTER_OTLP_" + name} {
		if value = strings.TrimSpace(env(variable)); value != "" {
			return value, variable
		}
	}
	return "", variable
}

// choose returns which of some words a variable has, "" when it is not set.
func (env environment) choose(name string, words ...string) (string, error) {
	value, variable := env.get(name)
	if value == "" {
		return "", nil
	}
	for _, word := range words {
		if strings.EqualFold(value, word) {
			return word, nil
		}
	}
	return "", fmt.Errorf("%s is %q, but must be %s", variable, value, strings.Join(words, " or "))
}

// parseSettings reads an address. What it lacks is in the environment, or has a default.
func parseSettings(address string, env environment) (s settings, err error) {
	if s.endpoint, err = parseEndpoint(address, env); err != nil {
		return s, err
	}
	text, variable := env.get(headersVariable)
	if s.headers, err = parseHeaders(variable, text); err != nil {
		return s, err
	}
	s.secrets = s.secretsOf()
	if s.timeout, err = env.timeout(); err != nil {
		return s, err
	}
	compression, err := env.choose(compressionVariable, "gzip", "none")
	if err != nil {
		return s, err
	}
	s.gzip = compression != "none"
	temporality, err := env.choose(temporalityName, "cumulative", "delta", "lowmemory")
	if err != nil {
		return s, err
	}
	s.delta = temporality == "delta" || temporality == "lowmemory" // which is delta for what only grows
	if s.resource, err = parsePairs("OTEL_RESOURCE_ATTRIBUTES", env("OTEL_RESOURCE_ATTRIBUTES")); err != nil {
		return s, err
	}
	if name := strings.TrimSpace(env("OTEL_SERVICE_NAME")); name != "" {
		s.resource = with(s.resource, pair{serviceName, name})
	}
	if s.secure {
		s.tls, err = env.tls()
	}
	return s, err
}

func (env environment) timeout() (time.Duration, error) {
	value, variable := env.get(timeoutVariable)
	if value == "" {
		return defaultTimeout, nil
	}
	milliseconds, err := strconv.ParseUint(value, 10, 31)
	switch {
	case err != nil:
		return 0, fmt.Errorf("%s is %q, but must be milliseconds, such as 10000", variable, value)
	case milliseconds == 0: // no limit, but that of the pump
		return time.Hour, nil
	}
	return time.Duration(milliseconds) * time.Millisecond, nil
}

// secretsOf are the values of headers, tokens in them, and what a URL has behind its path.
func (s *settings) secretsOf() (all destination.Secrets) {
	add := func(secret string) {
		if len(secret) > 3 { // shorter ones are in every text
			all = append(all, secret)
		}
	}
	for _, header := range s.headers {
		add(header.value)
		if _, token, ok := strings.Cut(header.value, " "); ok { // Bearer TOKEN
			add(token)
		}
	}
	for _, values := range s.query {
		for _, value := range values {
			add(value)
		}
	}
	return all
}
