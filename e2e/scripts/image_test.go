package scripts

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestMakeImage: what `make image` needs and lacks is said in one sentence; what it has docker do is what the documentation says.
func TestMakeImage(t *testing.T) {
	const builds = "buildx build --platform linux/amd64,linux/arm64 --tag liveload/liveload:v1 --output type=oci,dest=dist/liveload-v1-image.tar,rewrite-timestamp=true --build-arg VERSION=v1"
	for _, test := range []struct {
		name, docker string // a shell script; "" is none
		env          string
		code         int
		want         string
	}{
		{"no docker", "", "", 1, "There is no docker on this machine"},
		{"no buildx", "[ $1 != buildx ]", "", 1, "This docker has no buildx"},
		{"no engine", "[ $1 != info ]", "", 1, "No Docker engine answers"},
		{"two platforms cannot be loaded", "true", "OUTPUT=load", 2, "OUTPUT=load takes one platform"},
		{"a mistake", "true", "OUTPUT=x", 2, `OUTPUT is "x"`},
		{"a file", `echo "$@"`, "", 0, builds},
		{"a registry", `echo "$@"`, "OUTPUT=push", 0, "--output type=registry,"},
		{"another name", `echo "$@"`, "IMAGE=registry.test/me/load:7", 0, "--tag registry.test/me/load:7"},
	} {
		t.Run(test.name, func(t *testing.T) {
			said, code := makeImage(t, test.docker, test.env)
			if code != test.code || !strings.Contains(said, test.want) {
				t.Errorf("exit code %d, want %d, and it says %q, want %q", code, test.code, said, test.want)
			}
		})
	}
}

// makeImage runs the script of `make image` on a PATH with this docker.
func makeImage(t *testing.T, docker, env string) (said string, code int) {
	t.Helper()
	bin := t.TempDir()
	for _, name := range []string{"bash", "dirname", "git", "mkdir"} {
		path, err := exec.LookPath(name)
		if err == nil {
			err = os.Symlink(path, filepath.Join(bin, name))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if docker != "" {
		if err := os.WriteFile(filepath.Join(bin, "docker"), []byte("#!/bin/sh\n"+docker+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("bash", "scripts/image.sh", "v1")
	cmd.Dir = "../.."
	cmd.Env = []string{"PATH=" + bin, "HOME=" + os.Getenv("HOME"), env}
	out, _ := cmd.CombinedOutput()
	return string(out), cmd.ProcessState.ExitCode()
}
