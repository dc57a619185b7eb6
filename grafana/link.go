package grafana

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// ParseURL reads where Grafana is. Its error goes on after the name of a flag, and repeats no secret.
func ParseURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("must be the address of Grafana, such as http://127.0.0.1:3000")
	case u.User != nil:
		return nil, fmt.Errorf("has a user in it, but the link is printed: write %s://%s, and log in to Grafana", u.Scheme, u.Host)
	}
	return u, nil
}

// Link returns the address of a run's dashboard, from a time on until now.
func Link(grafana *url.URL, run string, from time.Time) string {
	link := *grafana
	link.Path = strings.TrimSuffix(link.Path, "/") + "/d/" + RunUID
	query := link.Query()
	query.Set("var-run", run)
	query.Set("from", strconv.FormatInt(from.UnixMilli(), 10))
	query.Set("to", "now")
	link.RawQuery, link.Fragment = query.Encode(), ""
	return link.String()
}
