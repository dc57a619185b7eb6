//go:build linux

package image

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// A container is one run of the image, in the network of this machine.
type container struct {
	args    []string // of liveload
	uid     int      // 0 is the one of the image
	seccomp any      // a profile
	mounts  []mount
}

// A mount is one of the OCI's runtime specification.
type mount struct {
	Destination string   `json:"destination"`
	Type        string   `json:"type"`
	Source      string   `json:"source"`
	Options     []string `json:"options"`
}

// run runs a container to its end, which must be a good one, and returns what it said.
func (i *image) run(t *testing.T, c container) string {
	t.Helper()
	bundle := t.TempDir()
	text, err := json.Marshal(i.specification(c))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(bundle, "config.json"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	id := fmt.Sprintf("liveload-test-%x", rand.Uint64())
	cmd := exec.Command("runc", "run", "--bundle", bundle, id)
	t.Cleanup(func() { exec.Command("runc", "delete", "--force", id).Run() }) // fails when it has ended
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("liveload %v in a container: %v\n%s", c.args, err, out)
	}
	return string(out)
}

type object = map[string]any

// specification has a container run as Docker does with --read-only, --tmpfs /tmp, --cap-drop ALL and no-new-privileges.
func (i *image) specification(c container) object {
	uid := cmp.Or(c.uid, i.uid)
	tmpfs := func(path string, more ...string) mount {
		return mount{path, "tmpfs", "tmpfs", append([]string{"nosuid"}, more...)}
	}
	return object{
		"ociVersion": "1.0.2",
		"root":       object{"path": i.root, "readonly": true},
		"process": object{
			"user": object{"uid": uid, "gid": uid}, "cwd": i.folder, "env": i.env, "args": slices.Concat(i.entrypoint, c.args),
			"capabilities": object{}, "noNewPrivileges": true,
		},
		"mounts": append([]mount{
			{"/proc", "proc", "proc", nil}, tmpfs("/dev", "mode=755"), tmpfs("/dev/shm", "nodev", "mode=1777", "size=64m"), tmpfs("/tmp", "nodev", "mode=1777"),
		}, c.mounts...),
		"linux": object{
			"namespaces": []object{{"type": "pid"}, {"type": "mount"}, {"type": "ipc"}, {"type": "uts"}},
			"seccomp":    c.seccomp,
		},
	}
}

// profile is the one of the image for Chromium's sandbox.
func profile(t *testing.T) (p any) {
	t.Helper()
	text, err := os.ReadFile(source + "/image/seccomp.json")
	if err == nil {
		err = json.Unmarshal(text, &p)
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// withoutNamespaces refuses new namespaces of users, as the usual profile of Docker does.
func withoutNamespaces() any {
	const newUser = 0x10000000
	return object{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": []object{
		{
			"names": []string{"clone", "unshare"}, "action": "SCMP_ACT_ERRNO", "errnoRet": 1,
			"args": []object{{"index": 0, "value": newUser, "valueTwo": newUser, "op": "SCMP_CMP_MASKED_EQ"}},
		},
		{"names": []string{"clone3"}, "action": "SCMP_ACT_ERRNO", "errnoRet": 38},
	}}
}
