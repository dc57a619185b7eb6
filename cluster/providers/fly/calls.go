package fly

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/liveload/liveload/cluster/providers/labels"
)

// A machine is one as Fly shows it.
type machine struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	State   string    `json:"state"`
	Region  string    `json:"region"`
	Created time.Time `json:"created_at"`
	Config  struct {
		Metadata map[string]string `json:"metadata"`
	} `json:"config"`
	Events []event `json:"events"`
}

// An event is something that happened to a machine, the newest first.
type event struct {
	Type    string `json:"type"`
	Status  string `json:"status"`
	Request struct {
		Exit *exit `json:"exit_event"`
	} `json:"request"`
}

// An exit is how the program of a machine ended.
type exit struct {
	Code          int  `json:"exit_code"`
	Signal        int  `json:"signal"`
	OutOfMemory   bool `json:"oom_killed"`
	RequestedStop bool `json:"requested_stop"`
}

func app(name string) string { return "/apps/" + url.PathEscape(name) }

func (c *client) create(ctx context.Context, name string, wanted newMachine) (m machine, err error) {
	return m, c.do(ctx, http.MethodPost, app(name)+"/machines", nil, wanted, &m)
}

func (c *client) get(ctx context.Context, name, id string) (m machine, err error) {
	return m, c.do(ctx, http.MethodGet, app(name)+"/machines/"+url.PathEscape(id), nil, nil, &m)
}

// list returns the machines of a run, or all when run is "".
func (c *client) list(ctx context.Context, name, run string, deleted bool) (all []machine, err error) {
	query := url.Values{}
	if run != "" {
		query.Set("metadata."+labels.Run, run)
	}
	if deleted {
		query.Set("include_deleted", "true")
	}
	return all, c.do(ctx, http.MethodGet, app(name)+"/machines", query, nil, &all)
}

// leastWait is the pause where the API does not wait itself.
const leastWait = time.Second

// wait waits until a machine is in a state. It returns after a while in any case, and not at once where the API refuses to
// wait, so that callers may ask again and again.
func (c *client) wait(ctx context.Context, name, id, state string, while time.Duration) error {
	query := url.Values{"state": {state}, "timeout": {strconv.Itoa(max(1, int(while/time.Second)))}}
	soonest := time.After(leastWait)
	err := c.do(ctx, http.MethodGet, app(name)+"/machines/"+url.PathEscape(id)+"/wait", query, nil, nil)
	if code := status(err); code != 0 && code != http.StatusRequestTimeout && code != http.StatusNotFound {
		select {
		case <-soonest:
		case <-ctx.Done():
		}
	}
	return err
}

// delete ends a machine and forgets it.
func (c *client) delete(ctx context.Context, name, id string) error {
	return c.do(ctx, http.MethodDelete, app(name)+"/machines/"+url.PathEscape(id), url.Values{"force": {"true"}}, nil, nil)
}

// setSecret sets a secret, and returns the version from which on it is there.
func (c *client) setSecret(ctx context.Context, name, secret, value string) (version uint64, err error) {
	var answer struct {
		Version uint64 `json:"version"`
	}
	err = c.do(ctx, http.MethodPost, app(name)+"/secrets/"+url.PathEscape(secret), nil, map[string]string{"value": value}, &answer)
	return answer.Version, err
}

func (c *client) secrets(ctx context.Context, name string) (names []string, err error) {
	var answer struct {
		Secrets []struct {
			Name string `json:"name"`
		} `json:"secrets"`
	}
	err = c.do(ctx, http.MethodGet, app(name)+"/secrets", nil, nil, &answer)
	for _, s := range answer.Secrets {
		names = append(names, s.Name)
	}
	return names, err
}

func (c *client) deleteSecret(ctx context.Context, name, secret string) error {
	return c.do(ctx, http.MethodDelete, app(name)+"/secrets/"+url.PathEscape(secret), nil, nil, nil)
}

// organization is the one that an app belongs to.
func (c *client) organization(ctx context.Context, name string) (slug string, err error) {
	var answer struct {
		Organization struct {
			Slug string `json:"slug"`
		} `json:"organization"`
	}
	err = c.do(ctx, http.MethodGet, app(name), nil, nil, &answer)
	return answer.Organization.Slug, err
}

// regions are the codes of those that there are.
func (c *client) regions(ctx context.Context) (codes []string, err error) {
	var answer struct {
		Regions []struct {
			Code       string `json:"code"`
			Deprecated bool   `json:"deprecated"`
		} `json:"regions"`
	}
	err = c.do(ctx, http.MethodGet, "/platform/regions", nil, nil, &answer)
	for _, r := range answer.Regions {
		if !r.Deprecated {
			codes = append(codes, r.Code)
		}
	}
	return codes, err
}

// A placement asks how many machines would find room where.
type placement struct {
	Organization string `json:"org_slug"`
	Compute      guest  `json:"compute"`
	Count        int    `json:"count"`
	Region       string `json:"region,omitempty"` // several with commas
}

// A place is a region, and how many machines would be there.
type place struct {
	Region string `json:"region"`
	Count  int    `json:"count"`
}

func (c *client) placements(ctx context.Context, p placement) ([]place, error) {
	var answer struct {
		Regions []place `json:"regions"`
	}
	err := c.do(ctx, http.MethodPost, "/platform/placements", nil, p, &answer)
	return answer.Regions, err
}
