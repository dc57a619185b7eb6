package influxtest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
)

// version is the last InfluxDB that is pure Go and has the v2 write API, InfluxQL and authentication.
const version = "v1.8.10"

// influxd builds the server once and returns its path. It is kept in the folder that LIVELOAD_CACHE names, or in the
// user's cache folder.
var influxd = sync.OnceValues(func() (string, error) {
	cache := os.Getenv("LIVELOAD_CACHE")
	if cache == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return "", err
		}
		cache = filepath.Join(user, "liveload")
	}
	cache, err := filepath.Abs(cache)
	if err != nil {
		return "", err
	}
	path := filepath.Join(cache, "influxd", version, "influxd")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	return path, build(path)
})

// build puts the server in place whole, so that other processes may build it at the same time.
func build(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	staging, err := os.MkdirTemp(filepath.Dir(path), ".staging")
	if err != nil {
		return err
	}
	defer os.RemoveAll(staging)
	install := exec.Command("go", "install", "github.com/influxdata/influxdb/cmd/influxd@"+version)
	install.Env = append(os.Environ(), "GOBIN="+staging, "GOFLAGS=")
	if text, err := install.CombinedOutput(); err != nil {
		return fmt.Errorf("build influxd %s: %w\n%s", version, err, text)
	}
	return os.Rename(filepath.Join(staging, "influxd"), path)
}
