package influxdb

import (
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/liveload/liveload/sinks/destination"
)

const (
	product       = "InfluxDB" // in messages
	defaultServer = "http://127.0.0.1:8086"
	defaultBucket = "liveload"
)

// Names of environment variables: the first that is set counts. They are those of InfluxData's own clients.
var (
	serverVariables   = []string{"INFLUX_URL", "INFLUX_HOST", "INFLUXDB_V2_URL", "INFLUXDB3_HOST_URL"}
	tokenVariables    = []string{"INFLUX_TOKEN", "INFLUXDB_V2_TOKEN", "INFLUXDB3_AUTH_TOKEN"}
	orgVariables      = []string{"INFLUX_ORG", "INFLUXDB_V2_ORG"}
	bucketVariables   = []string{"INFLUX_BUCKET", "INFLUX_BUCKET_NAME", "INFLUX_DATABASE", "INFLUXDB_V2_BUCKET", "INFLUXDB3_DATABASE_NAME"}
	userVariables     = []string{"INFLUX_USERNAME"}
	passwordVariables = []string{"INFLUX_PASSWORD"}
)

// A target is a database, and what it takes to write to it.
type target struct {
	server        string // URL without user, query and bucket
	org, bucket   string
	authorization string // header; it is a secret
	secrets       destination.Secrets
	tls           *tls.Config // nil for the default
	gzip          bool
}

// An address is what was given on the command line, with the environment behind it.
type address struct {
	url   *url.URL
	query url.Values
	env   func(name string) string
	given bool // on the command line
}

// parseTarget reads an address. What it lacks is in the environment, or has a default.
func parseTarget(text string, env func(name string) string) (target, error) {
	a, err := parseAddress(text, env)
	if err != nil {
		return target{}, err
	}
	t := target{org: a.get("org", orgVariables)}
	t.server, t.bucket = a.place()
	if err := t.authorize(a); err != nil {
		return target{}, err
	}
	if t.gzip, err = destination.Flag(product, a.query, "gzip", true); err != nil {
		return target{}, err
	}
	t.tls, err = destination.TLS(product, a.query)
	return t, err
}

// errAddress does not repeat the address, in which there may be a password.
var errAddress = errors.New("the address of InfluxDB cannot be read: write influxdb=http://USER:PASSWORD@HOST:8086/DATABASE for InfluxDB 1, " +
	"influxdb=http://HOST:8086?org=ORG&bucket=BUCKET&token=TOKEN for 2 and 3; " +
	"in names and passwords write %40 for @, %2F for /, %3A for :, %23 for #, %3F for ?, %25 for %")

func parseAddress(text string, env func(name string) string) (address, error) {
	a := address{env: env, given: text != ""}
	if text == "" {
		text = destination.First(env, serverVariables...)
	}
	if text == "" {
		text = defaultServer
	}
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Fragment != "" || strings.Contains(u.Path, "@") {
		return a, errAddress
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return a, fmt.Errorf("the address of InfluxDB begins with %s://: write http:// or https://", u.Scheme)
	}
	a.query, err = destination.Options(product, u.RawQuery, options)
	if errors.Is(err, destination.ErrUnreadable) {
		return a, errAddress
	}
	a.url = u
	return a, err
}

// options may come after the ? in an address.
var options = []string{"org", "bucket", "token", "ca", "insecure", "gzip"}

// get returns a setting of the query, or of the environment.
func (a address) get(name string, variables []string) string {
	if a.query.Has(name) {
		return a.query.Get(name)
	}
	return destination.First(a.env, variables...)
}

// place returns the server and the bucket. The path is the bucket, unless that is named elsewhere: then it belongs to the
// server, such as one behind a proxy.
func (a address) place() (server, bucket string) {
	bare := url.URL{Scheme: a.url.Scheme, Host: a.url.Host}
	path := strings.Trim(a.url.Path, "/")
	bucket, named := a.query.Get("bucket"), a.query.Has("bucket")
	if !named && !a.given {
		bucket = destination.First(a.env, bucketVariables...)
		named = bucket != ""
	}
	switch {
	case named:
		bare.Path = strings.TrimSuffix(a.url.Path, "/")
	case path != "":
		bucket = path
	default:
		bucket = destination.First(a.env, bucketVariables...)
	}
	if bucket == "" {
		bucket = defaultBucket
	}
	return bare.String(), bucket
}

// authorize chooses the credentials: a token before a user, and the address before the environment.
func (t *target) authorize(a address) error {
	user := a.url.User
	token := a.query.Get("token")
	if user == nil && token == "" {
		token = destination.First(a.env, tokenVariables...)
		if name := destination.First(a.env, userVariables...); name != "" && token == "" {
			user = url.UserPassword(name, destination.First(a.env, passwordVariables...))
		}
	}
	switch {
	case token != "":
		t.authorization, t.secrets = "Token "+token, destination.Secrets{token}
		if _, password, ok := strings.Cut(token, ":"); ok { // as InfluxDB 1 takes it
			t.secrets = append(t.secrets, password)
		}
	case user != nil:
		password, ok := user.Password()
		if !ok {
			return errors.New("the address of InfluxDB has a user without a password: write USER:PASSWORD@, or a token as ?token=TOKEN or in INFLUX_TOKEN")
		}
		encoded := base64.StdEncoding.EncodeToString([]byte(user.Username() + ":" + password))
		t.authorization, t.secrets = "Basic "+encoded, destination.Secrets{encoded, password}
	}
	return nil
}

// A Place is a database without the secrets that open it.
type Place struct {
	Server   string // URL
	Database string // or bucket, without a retention policy
	Token    bool   // it is opened by a token
	Password bool   // or by a user and a password
}

// Find returns where an address leads, with the environment behind it.
func Find(address string, env func(name string) string) (Place, error) {
	t, err := parseTarget(address, env)
	database, _, _ := strings.Cut(t.bucket, "/")
	return Place{t.server, database, strings.HasPrefix(t.authorization, "Token "), strings.HasPrefix(t.authorization, "Basic ")}, err
}

// String names the database without secrets.
func (t target) String() string {
	text := t.server + ", bucket " + t.bucket
	if t.org != "" {
		text += " of " + t.org
	}
	return text
}
