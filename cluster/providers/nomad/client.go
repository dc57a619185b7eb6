package nomad

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/nomad/api"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/process"
	"github.com/liveload/liveload/cluster/providers/retry"
)

// longestQuery is how long one question may wait for its answer to change.
const longestQuery = 30 * time.Second

// A client speaks to the Nomad that the environment names.
type client struct {
	api       *api.Client
	address   string
	namespace string
}

// connect makes a client, and completes the options with what the environment says. First is the pause before a request is
// repeated.
func connect(o *Options, first time.Duration) (*client, error) {
	config := api.DefaultConfig()
	if o.Region != "" {
		config.Region = o.Region
	}
	if o.Namespace == "" {
		o.Namespace = config.Namespace
	}
	if o.Namespace == "" {
		o.Namespace = api.DefaultNamespace
	}
	config.Namespace, o.Region = o.Namespace, config.Region
	if !strings.HasPrefix(config.Address, "unix:") { // for a socket the library has a transport of its own
		base := http.DefaultTransport.(*http.Transport).Clone()
		base.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
		base.MaxIdleConnsPerHost = atOnce
		if err := api.ConfigureTLS(&http.Client{Transport: base}, config.TLSConfig); err != nil {
			return nil, fmt.Errorf("read the certificates that NOMAD_CACERT, NOMAD_CAPATH, NOMAD_CLIENT_CERT and NOMAD_CLIENT_KEY name: %w", err)
		}
		config.HttpClient = retry.Client(base, first)
	}
	c, err := api.NewClient(config)
	if err != nil {
		return nil, fmt.Errorf("NOMAD_ADDR: %w", err)
	}
	return &client{api: c, address: config.Address, namespace: o.Namespace}, nil
}

func (c *client) query(ctx context.Context) *api.QueryOptions {
	return (&api.QueryOptions{Namespace: c.namespace, WaitTime: longestQuery}).WithContext(ctx)
}

func (c *client) write(ctx context.Context) *api.WriteOptions {
	return (&api.WriteOptions{Namespace: c.namespace}).WithContext(ctx)
}

// evaluated waits until Nomad has decided where a job runs. Its error is as Nomad gives it.
func (c *client) evaluated(ctx context.Context, id string) (*api.Evaluation, error) {
	for options := c.query(ctx); ; {
		evaluation, meta, err := c.api.Evaluations().Info(id, options)
		if err != nil {
			return nil, err
		}
		switch evaluation.Status {
		case api.EvalStatusComplete, api.EvalStatusFailed, api.EvalStatusCancelled:
			return evaluation, nil
		}
		options.WaitIndex = meta.LastIndex
	}
}

// await looks at the allocations of a machine whenever they change, until look is done, whose error it returns. When that takes
// too long, it returns what late says.
func (c *client) await(
	ctx context.Context, m providers.Machine, most time.Duration, look func([]*api.AllocationListStub) (done bool, err error), late func() error,
) error {
	bounded, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	for options := c.query(bounded); ; {
		allocations, meta, err := c.api.Jobs().Allocations(jobID(m.Run, m.Name), false, options)
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case bounded.Err() != nil:
			return late()
		case err != nil:
			return c.explain("see whether it runs", err)
		}
		if done, err := look(allocations); done {
			return err
		}
		options.WaitIndex = meta.LastIndex
	}
}

// ended waits until an allocation runs no more. One that Nomad has forgotten has ended.
func (c *client) ended(ctx context.Context, id string) error {
	for options := c.query(ctx); ; {
		allocation, meta, err := c.api.Allocations().Info(id, options)
		if status(err) == http.StatusNotFound {
			return nil
		}
		if err != nil {
			return c.explain("see whether a worker has ended", err)
		}
		if over(allocation.ClientStatus) {
			return nil
		}
		options.WaitIndex = meta.LastIndex
	}
}

// over says whether an allocation runs no more, and will not again.
func over(clientStatus string) bool {
	return slices.Contains([]string{api.AllocClientStatusComplete, api.AllocClientStatusFailed, api.AllocClientStatusLost}, clientStatus)
}

// said returns the last lines that a worker wrote, without the secret. It asks for more than an Output keeps, which leaves out a first line
// that may have lost its beginning.
func (c *client) said(ctx context.Context, allocation, secret string) string {
	options := c.query(ctx)
	options.Params = map[string]string{"task": worker, "type": "stderr", "origin": "end", "offset": "8192", "plain": "true"}
	log, err := c.api.Raw().Response("/v1/client/fs/logs/"+allocation, options)
	if err != nil {
		return "" // it may have been deleted, or we may not read it
	}
	defer log.Close()
	var output process.Output
	if _, err := io.Copy(&output, log); err != nil {
		return ""
	}
	return output.Said(10, secret)
}

// status is that of the answer; 0 when there was none.
func status(err error) int {
	var answer api.UnexpectedResponseError
	if errors.As(err, &answer) {
		return answer.StatusCode()
	}
	return 0
}

// explain says what was tried, what Nomad answered, and what to do about it.
func (c *client) explain(tried string, err error) error {
	var answer api.UnexpectedResponseError
	var dial *net.OpError
	switch {
	case errors.As(err, &answer) && answer.StatusCode() == http.StatusForbidden:
		return fmt.Errorf("%s: Nomad refuses it (%s). NOMAD_TOKEN needs a token with the policy of `liveload docs clouds/nomad` for the namespace %s", tried, answer.Body(), c.namespace)
	case errors.As(err, &answer) && strings.Contains(answer.Body(), "No path to region"):
		return fmt.Errorf("%s: Nomad knows no such region (%s): --cluster-opt region=NAME names another one", tried, answer.Body())
	case errors.As(err, &answer) && answer.StatusCode() == http.StatusTooManyRequests:
		return fmt.Errorf("%s: Nomad has too much to do (%s): try again, or with fewer --nodes", tried, answer.Body())
	case errors.As(err, &answer):
		return fmt.Errorf("%s: Nomad answers %d: %s", tried, answer.StatusCode(), answer.Body())
	case errors.As(err, &dial):
		return fmt.Errorf("%s: Nomad is not reached at %s: NOMAD_ADDR says where it is (%w)", tried, c.address, dial)
	}
	return fmt.Errorf("%s: %w", tried, err)
}
