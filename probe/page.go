package probe

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"mime"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/destination"
)

// A page is the page of one target, with what was read of it so far. One goroutine uses it.
type page struct {
	target  Target
	header  http.Header
	client  *http.Client
	wanted  matcher
	history *history
	most    int64 // bytes that are read
	log     *slog.Logger

	decided  map[string]bool // whether a name is wanted
	failing  bool            // the newest reading failed
	unbegun  bool            // no reading worked since users were to start
	reported bool            // that series are left out
	shown    []string        // names on the page when it was read last
}

// read reads the page within a time. A base, which the first reading that works is too, only notes the values of counters. When it
// fails, the reading says no more than that.
func (p *page) read(ctx context.Context, within time.Duration, base bool) (*metrics.Reading, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	at := time.Now()
	families, cut, err := p.fetch(ctx)
	if err != nil {
		if errors.Is(err, context.DeadlineExceeded) || os.IsTimeout(err) {
			err = fmt.Errorf("it did not answer in full within %v", within)
		}
		return p.outcome(&metrics.Reading{At: at}, 1), err
	}
	if p.unbegun && !base {
		base = true
		p.log.Warn(fmt.Sprintf("the %s metrics of %s begin only now: what it counted before is not known", metrics.ServerPrefix, p.target))
	}
	p.unbegun = false
	reading, leftOut := p.history.take(families, at, cut > 0, base)
	if leftOut += cut; leftOut > 0 {
		reading.Series = append(reading.Series, metrics.Series{
			Metric: metrics.SamplesDropped.Name, Labels: metrics.SamplesDropped.With("too many " + metrics.ServerPrefix + " series"), Count: int64(leftOut),
		})
		p.reportLeftOut(leftOut)
	}
	return p.outcome(reading, 0), nil
}

// outcome adds to a reading whether it failed.
func (p *page) outcome(r *metrics.Reading, failures int64) *metrics.Reading {
	m := metrics.ServerProbeFailures
	r.Series = append(r.Series, metrics.Series{Metric: m.Name, Labels: m.With(p.target.name), Count: failures})
	return r
}

// reportLeftOut says once that series are left out.
func (p *page) reportLeftOut(leftOut int) {
	if !p.reported {
		p.reported = true
		p.log.Warn(fmt.Sprintf("%s has more than liveload keeps: %d of its series are left out. At most %d series are kept of one application, with %d labels each",
			p.target, leftOut, mostSeries, mostLabels))
	}
}

// fetch asks for the page. cut is how many lines about wanted metrics were too many.
func (p *page) fetch(ctx context.Context) (families map[string]*dto.MetricFamily, cut int, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.address(), nil)
	if err != nil {
		return nil, 0, errors.New("it has an address that cannot be asked for")
	}
	request.Header = p.header.Clone()
	if user := p.target.url.User; user != nil {
		password, _ := user.Password()
		request.SetBasicAuth(user.Username(), password)
	}
	response, err := p.client.Do(request)
	if err != nil {
		return nil, 0, unanswered(err)
	}
	defer response.Body.Close()
	if err := refusal(response, p.target); err != nil {
		return nil, 0, err
	}
	selected, err := selectLines(response.Body, p.most, p.wants)
	if err != nil {
		return nil, 0, err
	}
	p.shown = selected.names
	parser := expfmt.NewTextParser(model.UTF8Validation)
	if families, err = parser.TextToMetricFamilies(bytes.NewReader(selected.text)); err != nil {
		return nil, 0, fmt.Errorf("it is not in the text format of Prometheus: %.300s", err.Error()) // it repeats what it cannot read
	}
	for name := range families {
		if !p.wants(name) { // it looked like a part of one that is
			delete(families, name)
		}
	}
	return families, selected.leftOut, nil
}

// wants says whether a metric is read. It remembers its answers, since the same names come each second.
func (p *page) wants(name string) bool {
	wanted, known := p.decided[name]
	if !known {
		if len(p.decided) >= mostLines {
			clear(p.decided)
		}
		wanted = p.wanted.matches(name)
		if len(name) <= mostName {
			p.decided[strings.Clone(name)] = wanted
		}
	}
	return wanted
}

// client returns one for a target, whose idle connections the caller closes. It follows no redirect.
func (t Target) client() (*http.Client, error) {
	config, err := destination.TLS("the application", t.trust)
	if err != nil {
		return nil, err
	}
	return &http.Client{
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, MaxResponseHeaderBytes: mostLine, TLSHandshakeTimeout: firstPatience, TLSClientConfig: config,
			ForceAttemptHTTP2: true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}

// address is the URL without user and password, which no error shows then.
func (p *page) address() string {
	public := *p.target.url
	public.User = nil
	return public.String()
}

// unanswered says why there was no answer. Errors of package http have the address in front, with its query.
func unanswered(err error) error {
	var of *url.Error
	if errors.As(err, &of) {
		err = of.Err
	}
	var unknown *net.DNSError
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return errors.New("nothing listens there (connection refused): is the application running, and is this its port?")
	case errors.As(err, &unknown) && unknown.IsNotFound:
		return fmt.Errorf("there is no host %s", unknown.Name)
	}
	return fmt.Errorf("no answer: %w%s", err, destination.Unreachable(context.Background(), "the application", err))
}

// refusal says what is wrong with an answer that is no page of metrics.
func refusal(response *http.Response, target Target) error {
	kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	status := strings.TrimSpace(fmt.Sprint(response.StatusCode, " ", http.StatusText(response.StatusCode))) // not the application's own words
	switch code := response.StatusCode; {
	case code == http.StatusUnauthorized || code == http.StatusForbidden:
		return fmt.Errorf("it answers %s: give a user and password, --probe prometheus=%s://USER:PASSWORD@%s%s, or a token, --probe-header 'Authorization: Bearer TOKEN'",
			status, target.url.Scheme, target.url.Host, target.url.Path)
	case code == http.StatusNotFound:
		return fmt.Errorf("it answers %s: is %s where the application shows its metrics?", status, target.url.Path)
	case code >= 300 && code < 400:
		return fmt.Errorf("it answers %s, and redirects are not followed: give the address that it leads to", status)
	case code != http.StatusOK:
		return fmt.Errorf("it answers %s", status)
	case kind == "text/html" || kind == "application/json":
		return fmt.Errorf("it answers with %s, but metrics in the text format of Prometheus are needed: is %s where the application shows them?", kind, target.url.Path)
	}
	return nil
}
