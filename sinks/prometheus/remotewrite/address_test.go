package remotewrite

import (
	"os"
	"strings"
	"testing"
)

func TestAddresses(t *testing.T) {
	tests := []struct {
		address string
		env     string // NAME=value, separated by blanks
		url     string
		header  string // Authorization
		tenant  string
		classic bool
	}{
		{address: "", url: "http://127.0.0.1:9090/api/v1/write"},
		{address: "prom:9090", url: "http://prom:9090/api/v1/write"},
		{address: "https://mimir/api/v1/push?native=false", url: "https://mimir/api/v1/push", classic: true},
		{address: "http://ann:p%40ss@prom", url: "http://prom/api/v1/write", header: "Basic YW5uOnBAc3M="},
		{address: "http://prom?token=abc==&header=X-Scope-OrgID=team", url: "http://prom/api/v1/write", header: "Bearer abc==", tenant: "team"},
		{env: "PROMETHEUS_RW_URL=http://prom/x PROMETHEUS_RW_TOKEN=abc", url: "http://prom/x", header: "Bearer abc"},
		{env: "PROMETHEUS_RW_USERNAME=ann PROMETHEUS_RW_PASSWORD=secret", url: "http://127.0.0.1:9090/api/v1/write", header: "Basic YW5uOnNlY3JldA=="},
		{env: "PROMETHEUS_RW_HEADERS=A=1,X-Scope-OrgID=a%2Cb", url: "http://127.0.0.1:9090/api/v1/write", tenant: "a,b"},
		{env: "PROMETHEUS_RW_HEADERS=Authorization=mine", url: "http://127.0.0.1:9090/api/v1/write", header: "mine"},
		{address: "http://ann:p@prom", env: "PROMETHEUS_RW_TOKEN=other", url: "http://prom/api/v1/write", header: "Basic YW5uOnA="},
	}
	for _, test := range tests {
		env := make(map[string]string)
		for _, pair := range strings.Fields(test.env) {
			name, value, _ := strings.Cut(pair, "=")
			env[name] = value
		}
		got, err := parseTarget(test.address, func(name string) string { return env[name] })
		if err != nil || got.url != test.url || got.headers.Get("Authorization") != test.header || got.headers.Get("X-Scope-OrgID") != test.tenant || got.native == test.classic {
			t.Errorf("%q with %q: %+v, %v", test.address, test.env, got, err)
		}
	}
}

// TestAddressesThatCannotBeRead: no message has a part of a password in it, not even of one that makes it another URL.
func TestAddressesThatCannotBeRead(t *testing.T) {
	tests := []struct{ address, env, want string }{
		{"ftp://prom", "", "begins with ftp://: write http:// or https://"},
		{"http://ann:secret@prom:x", "", "cannot be read: write prometheus-rw=http://HOST"},
		{"http://ann:12/secret@prom", "", "cannot be read"},
		{"http://ann:12#secret@prom", "", "cannot be read"},
		{"http://ann:12?secret@prom", "", "cannot be read"},
		{"http://ann:%zz@prom", "", "cannot be read"},
		{"http://", "", "cannot be read"},
		{"http://ann@prom", "", "a user without a password"},
		{"http://prom?tokn=secret", "", `no option "tokn": did you mean "token"?`},
		{"http://prom?header=secret", "", "write ?header=NAME=VALUE"},
		{"http://prom?header=a:b=secret", "", "write ?header=NAME=VALUE"},
		{"http://prom?header=a=secret%0A", "", ""},
		{"http://prom?header=a=secret%0Ab", "", "write ?header=NAME=VALUE"},
		{"http://prom", "a=%secret", "PROMETHEUS_RW_HEADERS cannot be read"},
		{"http://prom", "secret", "NAME=VALUE,NAME=VALUE in PROMETHEUS_RW_HEADERS"},
		{"http://prom?native=maybe", "", "native=maybe in the address of prometheus-rw: write true or false"},
		{"http://prom?ca=/none.pem", "", "/none.pem"},
		{"http://prom?ca=" + os.DevNull, "", "has none in PEM format"},
	}
	for _, test := range tests {
		_, err := New(test.address, func(name string) string { return map[string]string{headersVariable: test.env}[name] })
		if test.want == "" && err == nil {
			continue
		}
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("New(%q) = %v; want %q", test.address, err, test.want)
		}
	}
}

// FuzzTarget: an address that is taken has a server and no secret in its URL.
func FuzzTarget(f *testing.F) {
	for _, seed := range []string{"", "prom:9090", "http://a:b@c/d?token=e&native=false", "https://[::1]:1?header=a=b&header=c", "http://%41@x", "//x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if got, err := parseTarget(text, noEnv); err == nil && (!strings.HasPrefix(got.url, "http") || strings.ContainsAny(got.url, "@?")) {
			t.Errorf("%q is %q", text, got.url)
		}
	})
}
