//go:build linux

package faults

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/liveload/liveload/e2e/rig"
)

// planted are variables that would break or change a run if drivers and browsers saw them.
var planted = map[string]string{
	"PWDEBUG": "1", "NODE_OPTIONS": "--bad", "DEBUG": "pw:*", "LD_PRELOAD": "/nowhere/planted.so", "PLANTED_TOKEN": "planted-secret",
}

// TestAnotherUser tries, as another user of the machine, to get at a run that goes on: through everything that listens, its
// folder, and its processes. Whatever liveload's environment has, drivers and browsers have their own.
func TestAnotherUser(t *testing.T) {
	a, home := rig.StartApp(t), rig.NewHome(t)
	for name, value := range planted {
		t.Setenv(name, value)
	}
	c := home.Start(t, "testdata/steady.js", a, "--config", "pause=100ms")
	rig.WaitUntil(t, "some iterations", func() bool { return a.Stats().EventsTotal >= 4 })

	target := target{Folder: filepath.Join(home.Cache, "runs", home.Status().ID), PIDs: []int{c.Process.Pid}}
	for _, p := range home.Processes(t) {
		target.PIDs = append(target.PIDs, p.PID)
		if strings.Contains(p.Command, "run-driver") || strings.Contains(p.Command, "--liveload-browser=") {
			madeForIt(t, p)
		}
	}
	target.look(t)
	for _, socket := range target.Sockets {
		if strings.HasPrefix(socket, "@") || !strings.HasPrefix(socket, target.Folder) {
			t.Errorf("the run listens on %s, which is not in its folder", socket)
		}
	}
	target.attack(t, home.Cache)

	c.Interrupt(t)
	c.EndsWith(t, 130)
	if r := c.Read(t); r.Global.Users.Failed != 0 {
		t.Errorf("%d users failed", r.Global.Users.Failed)
	}
	home.IsClean(t)
}

// madeForIt fails the test when a driver or a browser sees what was planted.
func madeForIt(t *testing.T, p rig.Process) {
	t.Helper()
	environment, _ := os.ReadFile(fmt.Sprintf("/proc/%d/environ", p.PID))
	for name, value := range planted {
		if bytes.Contains(append([]byte{0}, environment...), []byte("\x00"+name+"=")) || len(value) > 4 && strings.Contains(p.Command, value) {
			t.Errorf("%s of liveload's environment is seen by %.200s", name, p.Command)
		}
	}
}

// A target is what another user tries to get at.
type target struct {
	Folder  string
	Files   []string
	PIDs    []int
	Sockets []string // on which the processes listen
}

// look finds what there is. That nothing listens on TCP fails no attack, so that it is checked here.
func (a *target) look(t *testing.T) {
	t.Helper()
	err := filepath.WalkDir(a.Folder, func(path string, _ fs.DirEntry, err error) error {
		a.Files = append(a.Files, path)
		return nil // what a browser has removed meanwhile is no error
	})
	if err != nil {
		t.Fatal(err)
	}
	own := map[string]bool{}
	for _, pid := range a.PIDs {
		descriptors, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
		for _, d := range descriptors {
			to, _ := os.Readlink(d)
			own[strings.TrimSuffix(strings.TrimPrefix(to, "socket:["), "]")] = true
		}
	}
	for _, table := range []string{"tcp", "tcp6"} {
		for _, f := range rows(t, table) {
			if len(f) > 9 && f[3] == "0A" && own[f[9]] {
				t.Errorf("a process of the run listens on %s %s", table, f[1])
			}
		}
	}
	for _, f := range rows(t, "unix") {
		if len(f) > 7 && f[3] == "00010000" && own[f[6]] {
			a.Sockets = append(a.Sockets, f[7])
		}
	}
	if len(a.Sockets) == 0 || len(a.Files) < 5 || len(a.PIDs) < 3 {
		t.Errorf("this test shows nothing: %+v", a)
	}
}

func rows(t *testing.T, table string) (rows [][]string) {
	t.Helper()
	content, err := os.ReadFile("/proc/self/net/" + table)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(content)) {
		rows = append(rows, strings.Fields(line))
	}
	return rows
}

// attackVariable tells this program that it is the attacker.
const attackVariable = "LIVELOAD_TEST_ATTACK"

// nobody is another user.
const nobody = 65534

// attack runs a copy of this program as another user, who may enter every folder above that of the run.
func (a *target) attack(t *testing.T, open string) {
	t.Helper()
	if os.Geteuid() != 0 {
		return // only root can be somebody else; CI is
	}
	for ; open != os.TempDir() && open != "/"; open = filepath.Dir(open) {
		if err := os.Chmod(open, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	program := filepath.Join(filepath.Dir(filepath.Dir(a.Folder)), "attacker")
	self, err := os.ReadFile("/proc/self/exe")
	if err == nil {
		err = os.WriteFile(program, self, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer os.Remove(program)
	what, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program)
	cmd.Dir = "/"
	cmd.Stdin = bytes.NewReader(what)
	cmd.Env = []string{attackVariable + "=1"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	said, err := cmd.CombinedOutput()
	if want := fmt.Sprintf("tried %d\n", a.tries()); err != nil || string(said) != want {
		t.Errorf("another user gets in (%v):\n%s", err, said)
	}
}

func (a *target) tries() int { return len(a.Files) + len(a.Sockets) + len(a.PIDs) }

// attacker is what the other user does.
func attacker() {
	var a target
	if err := json.NewDecoder(os.Stdin).Decode(&a); err != nil {
		fmt.Println(err)
	}
	for _, path := range a.Files {
		if f, err := os.Open(path); err == nil {
			fmt.Println("opened", f.Name())
		}
	}
	for _, path := range a.Sockets {
		if _, err := net.Dial("unix", path); err == nil {
			fmt.Println("connected to", path)
		}
	}
	for _, pid := range a.PIDs {
		process := filepath.Join("/proc", strconv.Itoa(pid))
		for _, name := range []string{"environ", "mem", "maps", "fd/3"} {
			if _, err := os.Open(filepath.Join(process, name)); err == nil {
				fmt.Println("opened", name, "of", pid)
			}
		}
		if syscall.Kill(pid, 0) == nil {
			fmt.Println("may send signals to", pid)
		}
	}
	fmt.Printf("tried %d\n", a.tries())
}
