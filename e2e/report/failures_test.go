package report

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/liveload/liveload/e2e/pagetest"
	"github.com/liveload/liveload/report"
	"github.com/liveload/liveload/report/reporttest"
)

// TestPicturesOfFailures: a screenshot is beside its failure, opens large by the keyboard, and closes with Escape; what the
// page and the server said last is there as text.
func TestPicturesOfFailures(t *testing.T) {
	folder := t.TempDir()
	results := reporttest.Market()
	samples := results[0].Global.FailureSamples
	samples["navigation"][0].Evidence = samples["click timeout"][3].Evidence
	samples["navigation"][0].Screenshot = "liveload-results/shop/buy/navigation-1/screenshot.png"
	keep(t, folder, samples["click timeout"][3].Screenshot, picture(t, color.RGBA{200, 60, 40, 255}))
	keep(t, folder, samples["navigation"][0].Screenshot, picture(t, color.RGBA{40, 60, 200, 255}))
	keep(t, folder, samples["click timeout"][3].Frames, []byte("ws://localhost:4000/live\n12:00:19.000 sent 12 bytes  [\"lv:1\",\"event\"]\n"))
	path := filepath.Join(folder, "report.html")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := report.WriteResults(f, results, folder); err != nil {
		t.Fatal(err)
	}
	p := pagetest.Open(t, "file://"+path, pagetest.Options{})
	p.Wait(`document.querySelectorAll('#failures .shot img').length >= 2 && [...document.querySelectorAll('#failures .shot img')].every((i) => i.naturalWidth === 640)`)
	p.Screenshot("report-failures-1440-light")
	if text := p.Text("#failures"); !strings.Contains(text, "shop.js:42:14") || !strings.Contains(text, "liveload-results/shop/buy/click-timeout-1/page.html") {
		t.Errorf("the place in the script or the path of what was kept is missing:\n%s", text)
	}
	p.Click("#failures .kept summary")
	if text := p.Text("#failures .kept pre"); !strings.Contains(text, `["lv:1","event"]`) {
		t.Errorf("the last messages are %q", text)
	}
	p.Eval(`document.querySelector('#failures .shot').focus()`, nil)
	p.Press("Enter")
	p.Wait(`document.querySelector('dialog').open && document.querySelector('dialog img').naturalWidth === 640`)
	first := p.Text("dialog .bar p")
	p.Press("ArrowLeft")
	p.Wait(`document.querySelector('dialog .bar p').innerText !== ` + "`" + first + "`")
	if now := p.Text("dialog .bar p"); !strings.HasPrefix(first, "click timeout") || !strings.HasPrefix(now, "navigation") {
		t.Errorf("the pictures are of %q and %q", first, now)
	}
	p.Press("Escape")
	p.Wait(`!document.querySelector('dialog').open && document.activeElement.className === 'shot'`)
}

func keep(t *testing.T, folder, path string, content []byte) {
	t.Helper()
	path = filepath.Join(folder, path)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

// picture is a PNG of 640 x 360 in one colour.
func picture(t *testing.T, of color.Color) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 640, 360))
	for y := range 360 {
		for x := range 640 {
			img.Set(x, y, of)
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
