// Command picture draws the dashboards with the data of a real run, for docs/grafana.md. There is no Grafana: a page
// draws them with the components that Grafana publishes for npm, and Chromium takes the pictures.
//
//	cd grafana/picture/page && npm install && cd ../../..
//	liveload grafana/picture/scenario.js --users 8 --duration 2m --out influxdb=http://127.0.0.1:8086/load --probe prometheus=127.0.0.1:4000
//	go run ./grafana/picture -influxdb http://127.0.0.1:8086 -database load
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/liveload/liveload/grafana"
)

// heights are those of the pictures: what is below is cut off.
var heights = map[string]int{
	grafana.RunUID: 1235, "liveload-liveview": 1046, "liveload-requests": 704, "liveload-application": 1080, "liveload-generators": 895, "liveload-compare": 1350,
}

const (
	page  = "grafana/picture/page"
	width = 1416
)

func main() {
	db := database{}
	flag.StringVar(&db.url, "influxdb", "http://127.0.0.1:8086", "InfluxDB 1.8 without users")
	flag.StringVar(&db.name, "database", "load", "database in it; the newest run is drawn, and compared with the one before")
	browser := flag.String("browser", "chromium-headless-shell", "Chromium")
	out := flag.String("out", "docs/pictures", "folder for the pictures")
	flag.Parse()
	if err := draw(db, *browser, *out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func draw(db database, browser, out string) error {
	work, err := os.MkdirTemp("", "liveload-picture")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	if err := bundle(work); err != nil {
		return err
	}
	look, err := db.newestRun()
	if err != nil {
		return err
	}
	all, err := grafana.Dashboards()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	for _, d := range all {
		if heights[d.UID] == 0 { // it is not over InfluxDB
			continue
		}
		content, err := db.html(d, look)
		if err != nil {
			return fmt.Errorf("%s: %w", d.UID, err)
		}
		file := filepath.Join(work, d.UID+".html")
		if err := os.WriteFile(file, content, 0o600); err != nil {
			return err
		}
		picture, err := filepath.Abs(filepath.Join(out, d.UID+".png"))
		if err != nil {
			return err
		}
		if err := shoot(browser, file, picture, heights[d.UID]); err != nil {
			return fmt.Errorf("%s: %w", d.UID, err)
		}
	}
	return nil
}

// bundle makes page.js and page.css.
func bundle(work string) error {
	esbuild := exec.Command("node", "node_modules/esbuild/bin/esbuild", "page.jsx", "--bundle", "--minify", "--jsx=automatic", "--log-level=warning", "--loader:.ttf=empty",
		"--alias:@grafana/ui=./node_modules/@grafana/ui/dist/cjs/index.cjs", "--alias:@grafana/data=./node_modules/@grafana/data/dist/cjs/index.cjs",
		`--define:process.env.NODE_ENV="production"`, "--outfile="+filepath.Join(work, "page.js"))
	esbuild.Dir, esbuild.Stderr = page, os.Stderr
	if err := esbuild.Run(); err != nil {
		return fmt.Errorf("bundle %s: %w (npm install there makes what it needs)", page, err)
	}
	return nil
}

// shoot takes a picture of a page.
func shoot(browser, file, picture string, height int) error {
	chromium := exec.Command(browser, "--no-sandbox", "--hide-scrollbars", "--disable-gpu", "--disable-background-networking", "--allow-file-access-from-files",
		fmt.Sprintf("--window-size=%d,%d", width, height), "--virtual-time-budget=20000", "--screenshot="+picture, "file://"+file)
	if text, err := chromium.CombinedOutput(); err != nil {
		return fmt.Errorf("take the picture: %w\n%s", err, text)
	}
	return shrink(picture)
}
