//go:build linux

package cluster

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/metrics"
)

// smallDisk mounts a disk at a folder. It needs root, as a test in CI has it.
func smallDisk(t *testing.T, folder string) {
	t.Helper()
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=256m", "tmpfs", folder).CombinedOutput(); err != nil {
		t.Fatalf("mount a small disk, as root: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", folder).CombinedOutput(); err != nil {
			t.Errorf("umount: %v: %s", err, out)
		}
	})
}

// fill leaves no space on the disk of a folder.
func fill(t *testing.T, folder string) {
	t.Helper()
	file, err := os.Create(filepath.Join(folder, "full"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for block := make([]byte, 64<<10); err == nil; {
		_, err = file.Write(block)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("fill the disk: %v", err)
	}
}

// TestFullDisk: workers whose disk is full say which evidence they cannot keep, and go on. All is counted.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	a, home := rig.StartApp(t), rig.NewHome(t)
	runs := filepath.Join(home.Cache, "runs")
	smallDisk(t, runs)
	c := home.Start(t, "testdata/late.js", a, "--cluster", "local", "--nodes", "2", "--users", "2", "--iterations-per-user", "50", "--config", "pause=100ms", "--worker-logs", "warn")
	rig.WaitUntil(t, "the first seconds", func() bool { return a.Stats().EventsTotal >= 12 })
	fill(t, runs)
	c.EndsWith(t, 0)
	r := c.Read(t)
	rig.SameMap(t, "iterations", rig.Counter(r, metrics.Iterations).By, map[string]int64{"ok": 94, "failed": 6})
	if said := c.Output.String(); !strings.Contains(said, "no space left on device") || !strings.Contains(said, "could not keep evidence of a failure") {
		t.Errorf("nobody says that the disk is full:\n%s", said)
	}
	noted(t, r, "came near its limit of disk (100 % taken)")
	rig.Compare(t, r, a.Settled(t, rig.Counter(r, metrics.HTTPRequests).Aggregate), 0)
	home.IsClean(t)
}

// shop is a script whose setup and users make files, and use them again; half of the iterations fail.
const shop = `
	export const options = { onFailure: 'continue', iterationTimeout: '1m' };
	export const config = (opts) => opts;
	async function picture(user) {
		try {
			await user.page.screenshot({ path: 'page.png' });
		} catch (error) {
			if (!error.message.includes('--max-disk')) throw error;
			return false;
		}
		return true;
	}
	export async function setup(config, user) {
		await user.navigate('about:blank').evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))); // before, a busy browser has no picture
		await picture(user);
	}
	export default async function (user, { baseURL, bytes }) {
		await user.navigate(baseURL + '/counter').waitForLiveView().click('#inc').waitForText('#count', '1');
		if (await picture(user)) {
			await new Promise((later) => setTimeout(later, 500)); // it may have been sent
			await user.evaluate(() => { document.body.innerHTML = '<input type="file" id="file">' });
			await user.page.setInputFiles('#file', 'page.png');
			const size = await user.evaluate(() => document.querySelector('#file').files[0].size);
			if (size < 500) user.fail('the picture has ' + size + ' bytes');
		}
		if (user.iteration === 2) user.fail('late');
	}`

// TestFilesOfWorkers: what scripts make on workers can be used there until the iteration ends, and comes to the results of the run, with
// the evidence of failures. When the run may keep nothing (--max-disk), that costs these files only: they are counted, and the numbers
// are those of the application.
func TestFilesOfWorkers(t *testing.T) {
	t.Parallel()
	for _, limit := range []string{"1GB", "1kB"} {
		t.Run(limit, func(t *testing.T) {
			t.Parallel()
			a, home := rig.StartApp(t), rig.NewHome(t)
			results := filepath.Join(home.Folder, "results")
			c := home.Start(t, write(t, shop), a, "--cluster", "local", "--nodes", "2", "--users", "2", "--iterations-per-user", "2", "--max-failures", "off",
				"--max-disk", limit, "--evidence-dir", results)
			c.EndsWith(t, 0)
			r := c.Read(t)
			rig.SameMap(t, "iterations", rig.Counter(r, metrics.Iterations).By, map[string]int64{"ok": 2, "failed": 2})
			rig.Compare(t, r, a.Settled(t, rig.Counter(r, metrics.HTTPRequests).Aggregate), 0)
			made, _ := filepath.Glob(filepath.Join(results, "*", "files", "*", "page.png"))
			evidence, _ := filepath.Glob(filepath.Join(results, "script", "*", "page.html"))
			dropped := rig.Counter(r, metrics.FilesDropped).By
			if limit == "1GB" {
				rig.None(t, r, metrics.FilesDropped)
				if len(made) != 5 || len(evidence) != 2 {
					t.Errorf("the results have the pictures %v and the pages %v", made, evidence)
				}
			} else if len(made)+len(evidence) > 0 || dropped["file"] != 4 || dropped["evidence"] < 2 {
				t.Errorf("the results have %v and %v, and %v were dropped", made, evidence, dropped)
			}
			home.IsClean(t)
		})
	}
}
