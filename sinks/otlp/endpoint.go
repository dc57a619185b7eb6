package otlp

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
)

const (
	grpcProtocol = "grpc"
	httpProtocol = "http/protobuf"

	grpcPort    = "4317"
	defaultGRPC = "http://localhost:" + grpcPort
	defaultHTTP = "http://localhost:4318"
	metricsPath = "/v1/metrics"
)

// An endpoint is where a receiver listens.
type endpoint struct {
	grpc   bool
	secure bool       // it speaks TLS
	target string     // host and port for gRPC, a URL for HTTP
	server string     // for messages, without a query
	query  url.Values // of the URL
}

// parseEndpoint reads the address of the command line. Without one it is in the environment, or the default.
func parseEndpoint(address string, env environment) (endpoint, error) {
	protocol, err := env.choose(protocolVariable, grpcProtocol, httpProtocol)
	if err != nil {
		return endpoint{}, err
	}
	text, where, whole := address, "the address", false
	if text == "" {
		text, where = env.get(endpointVariable)
		whole = where == "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"
	}
	if text == "" {
		text = defaultHTTP
		if protocol == grpcProtocol {
			text = defaultGRPC
		}
	}
	if !strings.Contains(text, "://") {
		text = env.scheme(protocol) + "://" + text
	}
	u, err := parseURL(where, text)
	if err != nil {
		return endpoint{}, err
	}
	// What is on the command line says by itself which protocol it is.
	if strings.HasPrefix(u.Scheme, "grpc") || address == "" && protocol == grpcProtocol {
		return grpcEndpoint(where, u)
	}
	return httpEndpoint(u, whole), nil
}

// scheme is that of an address that has none.
func (env environment) scheme(protocol string) string {
	insecure, _ := env.get(insecureVariable)
	switch {
	case protocol != grpcProtocol:
		return "http"
	case strings.EqualFold(insecure, "true"):
		return "grpc"
	}
	return "grpcs"
}

// parseURL does not repeat the text in an error: there may be a password in it.
func parseURL(where, text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err == nil && u.User != nil || strings.Contains(text, "@"):
		return nil, fmt.Errorf("%s has a user in it: put credentials into OTEL_EXPORTER_OTLP_HEADERS, as in Authorization=Bearer%%20TOKEN", where)
	case err != nil || u.Hostname() == "" || u.Fragment != "":
		return nil, fmt.Errorf("%s cannot be read: write http://HOST:4318 for OTLP over HTTP, grpc://HOST:4317 for OTLP over gRPC, https:// or grpcs:// for TLS", where)
	case u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "grpc" && u.Scheme != "grpcs":
		return nil, fmt.Errorf("%s begins with %s://: write http:// or https:// for OTLP over HTTP, grpc:// or grpcs:// for OTLP over gRPC", where, u.Scheme)
	}
	if _, err := url.ParseQuery(u.RawQuery); err != nil {
		return nil, errors.New(where + " has something behind its ? that cannot be read")
	}
	return u, nil
}

func grpcEndpoint(where string, u *url.URL) (endpoint, error) {
	if strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return endpoint{}, fmt.Errorf("%s has something behind host and port, but gRPC has no paths: leave it out, or write http:// for OTLP over HTTP", where)
	}
	e := endpoint{grpc: true, secure: u.Scheme == "grpcs" || u.Scheme == "https"}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443", "grpc": grpcPort, "grpcs": grpcPort}[u.Scheme]
	}
	e.target = net.JoinHostPort(u.Hostname(), port)
	e.server = "grpc://" + e.target
	if e.secure {
		e.server = "grpcs://" + e.target
	}
	return e, nil
}

// httpEndpoint adds the path of metrics to a URL that is not whole.
func httpEndpoint(u *url.URL, whole bool) endpoint {
	switch {
	case whole && u.Path == "":
		u.Path = "/"
	case !whole && !strings.HasSuffix(strings.TrimSuffix(u.Path, "/"), metricsPath):
		u = u.JoinPath(metricsPath)
	}
	e := endpoint{secure: u.Scheme == "https", target: u.String(), query: u.Query()}
	shown := *u
	shown.RawQuery = ""
	e.server = shown.String()
	return e
}
