//go:build linux

package image

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/liveload/liveload/e2e/rig"
)

// source is the folder of the repository.
const source = "../.."

// path is what images of Debian begin with.
const path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// An image is a root file system, and how the Dockerfile has it run.
type image struct {
	root       string
	env        []string
	uid        int
	folder     string
	entrypoint []string
}

// build does what `docker build` does, but for compiling: the tested liveload is there already.
func build(t *testing.T) *image {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Fatal("a root file system is made by root alone: run this test as root, as in a container or with sudo")
	}
	i := readDockerfile(t)
	i.root = filepath.Join(t.TempDir(), "root")
	run(t, nil, "mmdebstrap", "--variant=apt", "--quiet", "--dpkgopt=force-unsafe-io", "--dpkgopt=path-exclude=/usr/share/locale/*", suite(t), i.root)
	i.install(t, "/etc/resolv.conf", "etc/resolv.conf")
	i.install(t, source+"/image/steps.sh", "steps.sh")
	// What is mounted here is gone with the command.
	run(t, nil, "unshare", "--mount", "sh", "-c", `mount -t proc proc "$1/proc" && exec chroot "$1" env -i "$2" /steps.sh system`, "sh", i.root, path)
	i.install(t, rig.Liveload(), "usr/local/bin/liveload")
	bin := "PATH=" + filepath.Join(i.root, "usr/local/bin") + ":" + os.Getenv("PATH")
	run(t, []string{bin}, source+"/image/steps.sh", "driver", filepath.Join(i.root, "usr/lib/liveload"))
	return i
}

// install copies a file of this machine.
func (i *image) install(t *testing.T, from, to string) {
	t.Helper()
	run(t, nil, "install", "-D", "-m", "755", from, filepath.Join(i.root, to))
}

func run(t *testing.T, env []string, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v (`make deps` installs what tests need)\n%s", cmd, err, out)
	}
}

func dockerfile(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(source + "/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// suite is the release of Debian below the image.
func suite(t *testing.T) string {
	return instruction(t, `(?m)^ARG DEBIAN=debian:([a-z]+)-\d{8}-slim@sha256:[0-9a-f]{64}$`)
}

// instruction is what an expression finds last in the Dockerfile.
func instruction(t *testing.T, expression string) string {
	t.Helper()
	found := regexp.MustCompile(expression).FindAllStringSubmatch(dockerfile(t), -1)
	if len(found) == 0 {
		t.Fatalf("the Dockerfile has no %s", expression)
	}
	return found[len(found)-1][1]
}

// readDockerfile reads how the image runs.
func readDockerfile(t *testing.T) *image {
	t.Helper()
	i := &image{folder: instruction(t, `(?m)^WORKDIR (.+)$`)}
	i.env = append(strings.Fields(instruction(t, `(?m)^ENV (.+)$`)), path)
	var err error
	if i.uid, err = strconv.Atoi(instruction(t, `(?m)^USER (\d+):\d+$`)); err != nil || i.uid == 0 {
		t.Fatalf("the user of the image is %d, %v", i.uid, err)
	}
	if err := json.Unmarshal([]byte(instruction(t, `(?m)^ENTRYPOINT (.+)$`)), &i.entrypoint); err != nil {
		t.Fatal(err)
	}
	return i
}
