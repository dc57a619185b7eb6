// Package link makes the address of a run's dashboard in somebody's Grafana.
package link

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Dashboard is the uid of the dashboard that is linked to.
const Dashboard = "liveload-run"

// Parse reads where Grafana is. Its error follows the name of a flag, and repeats no secret.
func Parse(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("must be the address of Grafana, such as http://127.0.0.1:3000")
	case u.User != nil:
		return nil, fmt.Errorf("has a user in it, but the link is printed: write %s://%s, and log in to Grafana", u.Scheme, u.Host)
	case !printable(u.RawQuery):
		return nil, fmt.Errorf("has more behind its ? than orgId=NUMBER, but the link is printed: write %s://%s%s, and log in to Grafana", u.Scheme, u.Host, u.Path)
	}
	return u, nil
}

// printable says whether there is nothing in a query but the number of an organization. Anything else may be a secret, such as
// auth_token.
func printable(query string) bool {
	values, err := url.ParseQuery(query)
	if err != nil {
		return false
	}
	if _, err := strconv.Atoi(values.Get("orgId")); err == nil && len(values["orgId"]) == 1 {
		values.Del("orgId")
	}
	return len(values) == 0
}

// Of returns the address of a run's dashboard, from a time on until now.
func Of(grafana *url.URL, run string, from time.Time) string {
	link := *grafana
	link.Path = strings.TrimSuffix(link.Path, "/") + "/d/" + Dashboard
	query := link.Query()
	query.Set("var-run", run)
	query.Set("from", strconv.FormatInt(from.UnixMilli(), 10))
	query.Set("to", "now")
	link.RawQuery, link.Fragment = query.Encode(), ""
	return link.String()
}
