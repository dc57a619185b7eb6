package influxdb

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/liveload/liveload/suggest"
)

const (
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
	authorization string      // header; it is a secret
	secrets       []string    // that no text may contain
	tls           *tls.Config // nil for the default
	gzip          bool
}

// An address is what was given on the command line, with the environment behind it.
type address struct {
	url   *url.URL
	query map[string]string
	env   func(name string) string
	given bool // on the command line
}

// parseTarget reads an address. What it lacks is in the environment, or has a default.
func parseTarget(text string, env func(name string) string) (target, error) {
	a, err := parseAddress(text, env)
	if err != nil {
		return target{}, err
	}
	t := target{org: a.get("org", orgVariables), gzip: true}
	t.server, t.bucket = a.place()
	if err := t.authorize(a); err != nil {
		return target{}, err
	}
	insecure := false
	for name, to := range map[string]*bool{"gzip": &t.gzip, "insecure": &insecure} {
		if value, ok := a.query[name]; ok {
			if *to, err = strconv.ParseBool(value); err != nil {
				return target{}, fmt.Errorf("%s=%s in the address of InfluxDB: write true or false", name, value)
			}
		}
	}
	t.tls, err = tlsConfig(a.query["ca"], insecure)
	return t, err
}

// errAddress does not repeat the address, in which there may be a password.
var errAddress = errors.New("the address of InfluxDB cannot be read: write influxdb=http://USER:PASSWORD@HOST:8086/DATABASE for InfluxDB 1, " +
	"influxdb=http://HOST:8086?org=ORG&bucket=BUCKET&token=TOKEN for 2 and 3; " +
	"in names and passwords write %40 for @, %2F for /, %3A for :, %23 for #, %3F for ?, %25 for %")

func parseAddress(text string, env func(name string) string) (address, error) {
	a := address{env: env, given: text != "", query: make(map[string]string)}
	if text == "" {
		text = first(env, serverVariables)
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
	values, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return a, errAddress
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if strings.ContainsAny(name, "@:/") {
			return a, errAddress
		}
		if !slices.Contains(options, name) {
			return a, unknownOption(name)
		}
		a.query[name] = values.Get(name)
	}
	a.url = u
	return a, nil
}

// options may stand behind the ? of an address.
var options = []string{"org", "bucket", "token", "ca", "insecure", "gzip"}

func unknownOption(name string) error {
	if likely := suggest.Closest(name, options); likely != "" {
		return fmt.Errorf("the address of InfluxDB has no option %q: did you mean %q?", name, likely)
	}
	return fmt.Errorf("the address of InfluxDB has no option %q: it has %s", name, strings.Join(options, ", "))
}

// get returns a setting of the query, or of the environment.
func (a address) get(name string, variables []string) string {
	if value, ok := a.query[name]; ok {
		return value
	}
	return first(a.env, variables)
}

func first(env func(name string) string, variables []string) string {
	for _, name := range variables {
		if value := strings.TrimSpace(env(name)); value != "" {
			return value
		}
	}
	return ""
}

// place returns the server and the bucket. The path is the bucket, unless that is named elsewhere: then it belongs to the
// server, such as one behind a proxy.
func (a address) place() (server, bucket string) {
	bare := url.URL{Scheme: a.url.Scheme, Host: a.url.Host}
	path := strings.Trim(a.url.Path, "/")
	bucket, named := a.query["bucket"]
	if !named && !a.given {
		bucket = first(a.env, bucketVariables)
		named = bucket != ""
	}
	switch {
	case named:
		bare.Path = strings.TrimSuffix(a.url.Path, "/")
	case path != "":
		bucket = path
	default:
		bucket = first(a.env, bucketVariables)
	}
	if bucket == "" {
		bucket = defaultBucket
	}
	return bare.String(), bucket
}

// authorize chooses the credentials: a token before a user, and the address before the environment.
func (t *target) authorize(a address) error {
	user := a.url.User
	token := a.query["token"]
	if user == nil && token == "" {
		token = first(a.env, tokenVariables)
		if name := first(a.env, userVariables); name != "" && token == "" {
			user = url.UserPassword(name, first(a.env, passwordVariables))
		}
	}
	switch {
	case token != "":
		t.authorization, t.secrets = "Token "+token, []string{token}
		if _, password, ok := strings.Cut(token, ":"); ok { // as InfluxDB 1 takes it
			t.secrets = append(t.secrets, password)
		}
	case user != nil:
		password, ok := user.Password()
		if !ok {
			return errors.New("the address of InfluxDB has a user without a password: write USER:PASSWORD@, or a token as ?token=TOKEN or in INFLUX_TOKEN")
		}
		encoded := base64.StdEncoding.EncodeToString([]byte(user.Username() + ":" + password))
		t.authorization, t.secrets = "Basic "+encoded, []string{encoded, password}
	}
	return nil
}

func tlsConfig(ca string, insecure bool) (*tls.Config, error) {
	config := &tls.Config{InsecureSkipVerify: insecure}
	if ca == "" {
		return config, nil
	}
	pem, err := os.ReadFile(ca)
	if err != nil {
		return nil, fmt.Errorf("read the certificates of InfluxDB: %w", err)
	}
	config.RootCAs = x509.NewCertPool()
	if !config.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("read the certificates of InfluxDB: %s has none in PEM format", ca)
	}
	return config, nil
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

// hide takes the secrets out of a text of others.
func (t target) hide(text string) string {
	for _, secret := range t.secrets {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "***")
		}
	}
	return text
}
