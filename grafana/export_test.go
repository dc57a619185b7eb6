package grafana

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/liveload/liveload/metrics/metricstest"
)

const example = "../examples/grafana"

// TestExampleIsCurrent: examples/grafana has what an export writes.
func TestExampleIsCurrent(t *testing.T) {
	files, err := Files(Database{"http://influxdb:8086", "liveload", Token}, "/etc/grafana/liveload")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		metricstest.Golden(t, filepath.Join(example, filepath.FromSlash(f.Name)), f.Content)
	}
}

// TestExampleListensOnLoopback: nobody else sees what anonymous people may see.
func TestExampleListensOnLoopback(t *testing.T) {
	content, err := os.ReadFile(filepath.Join(example, "compose.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	ports := regexp.MustCompile(`ports: .*`).FindAllString(string(content), -1)
	for _, one := range ports {
		if !regexp.MustCompile(`^ports: \["127\.0\.0\.1:\d+:\d+"\]$`).MatchString(one) {
			t.Errorf("%s is not on loopback", one)
		}
	}
	if len(ports) != 2 {
		t.Errorf("%d services have ports", len(ports))
	}
}

// TestProvisioning: each way to be known to InfluxDB has its lines, with a variable in the place of a secret.
func TestProvisioning(t *testing.T) {
	for auth, want := range map[Auth]string{
		NoAuth:   "dbName: \"load$$1\"\n      timeInterval: 1s\n",
		Token:    "httpHeaderName1: Authorization\n    secureJsonData:\n      httpHeaderValue1: Token $INFLUX_TOKEN\n",
		Password: "timeInterval: 1s\n    secureJsonData:\n      password: $INFLUX_PASSWORD\n",
	} {
		files, err := Files(Database{"http://db:8086", "load$1", auth}, "/mounted")
		if err != nil {
			t.Fatal(err)
		}
		var text strings.Builder
		for _, f := range files {
			if strings.HasPrefix(f.Name, ProvisioningFolder) {
				text.Write(f.Content)
			}
		}
		for _, part := range []string{want, `url: "http://db:8086"`, `path: "/mounted/dashboards"`} {
			if !strings.Contains(text.String(), part) {
				t.Errorf("%v: %q is not in\n%s", auth, part, text.String())
			}
		}
		if strings.Contains(text.String(), "user: $INFLUX_USERNAME") != (auth == Password) {
			t.Errorf("%v:\n%s", auth, text.String())
		}
	}
}

// TestWrite: an export replaces the one before, and nothing else.
func TestWrite(t *testing.T) {
	for _, name := range []string{"dashboards/liveload-run.json", "provisioning/datasources/liveload.yaml"} {
		folder := t.TempDir()
		old, err := Files(Database{URL: "http://old"}, folder)
		if err != nil {
			t.Fatal(err)
		}
		files, err := Files(Database{URL: "http://new"}, folder)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(Write(folder, old), Write(folder, files)); err != nil {
			t.Fatal(err)
		}
		source := filepath.Join(folder, "provisioning/datasources/liveload.yaml")
		if content, err := os.ReadFile(source); err != nil || !strings.Contains(string(content), "http://new") {
			t.Errorf("%s, %v", content, err)
		}
		foreign := filepath.Join(folder, name)
		if err := os.WriteFile(foreign, []byte(`{"uid": "mine"}`), 0o600); err != nil {
			t.Fatal(err)
		}
		var refused *ForeignError
		if err := Write(folder, old); !errors.As(err, &refused) || refused.Path != foreign {
			t.Errorf("Write = %v", err)
		}
		if content, _ := os.ReadFile(foreign); string(content) != `{"uid": "mine"}` {
			t.Errorf("%s was overwritten", name)
		}
		if content, _ := os.ReadFile(source); strings.Contains(string(content), "http://old") {
			t.Error("something was written beside a foreign file")
		}
	}
}
