package demo

import (
	"crypto/sha256"
	_ "embed" // app.js and app.css
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
)

// ErrNoClient says that the JavaScript clients are not where ClientDir points.
var ErrNoClient = errors.New("the Phoenix JavaScript clients are missing")

//go:embed static/app.js
var appJS []byte

//go:embed static/app.css
var appCSS []byte

// assets are the files under /assets/. Their URLs carry a digest, so that browsers may keep them
// for ever, as they do with the digested files of a Phoenix release.
type assets struct {
	files         map[string]asset // by path
	clientVersion string           // of phoenix_live_view
}

type asset struct {
	contentType string
	data        []byte
	digest      string
}

// loadClients adds the two npm packages from dir, unmodified.
func (a *assets) loadClients(dir string) error {
	for path, file := range map[string]string{
		"/assets/phoenix.mjs":              "phoenix/priv/static/phoenix.mjs",
		"/assets/phoenix_live_view.esm.js": "phoenix_live_view/priv/static/phoenix_live_view.esm.js",
	} {
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(file)))
		if err != nil {
			return fmt.Errorf("%w: run `liveload install` to fetch them, or point to another folder that holds phoenix and phoenix_live_view: %w", ErrNoClient, err)
		}
		a.add(path, "text/javascript; charset=utf-8", data)
	}
	manifest, err := os.ReadFile(filepath.Join(dir, "phoenix_live_view", "package.json"))
	if err != nil {
		return fmt.Errorf("%w: run `liveload install`: %w", ErrNoClient, err)
	}
	var pkg struct {
		Version string `json:"version"`
	}
	if err := json.Unmarshal(manifest, &pkg); err != nil {
		return fmt.Errorf("read version of phoenix_live_view in %s: %w", dir, err)
	}
	a.clientVersion = pkg.Version
	return nil
}

// newAssets holds the demo's own files.
func newAssets() *assets {
	a := &assets{files: make(map[string]asset)}
	a.add("/assets/app.js", "text/javascript; charset=utf-8", appJS)
	a.add("/assets/app.css", "text/css; charset=utf-8", appCSS)
	return a
}

func (a *assets) add(path, contentType string, data []byte) {
	sum := sha256.Sum256(data)
	a.files[path] = asset{contentType, data, base64.RawURLEncoding.EncodeToString(sum[:9])}
}

// url is the path with the digest of its content.
func (a *assets) url(path string) string {
	return path + "?v=" + a.files[path].digest
}

func (a *assets) serve(w http.ResponseWriter, r *http.Request) {
	file, ok := a.files[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	etag := `"` + file.digest + `"`
	w.Header().Set("ETag", etag)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	if strings.Contains(r.Header.Get("If-None-Match"), etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", file.contentType)
	_, _ = w.Write(file.data) // the browser went away: nobody to tell
}
