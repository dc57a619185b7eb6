//go:build linux

package faults

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/liveload/liveload/e2e/rig"
)

// planted are variables that would break or change a run if drivers and browsers saw them.
var planted = map[string]string{
	"PWDEBUG": "1", "NODE_OPTIONS": "--bad", "DEBUG": "pw:*", "LD_PRELOAD": "/nowhere/planted.so", "PLANTED_TOKEN": "planted-secret",
	"LIVELOAD_CONFIG_PASSWORD": "planted-password", "PROMETHEUS_TOKEN": "planted-scrape",
}

// servers are what a run with all of them listens with: dashboard, Prometheus, and the broker of a cluster.
const servers = 3

// TestAnotherUser tries, as another user of the machine, to get at a run that goes on, with workers and all that can serve: through
// what listens, what it has written and opened, and its processes. The umask of its shell protects nothing. Whatever liveload's
// environment has, drivers and browsers have their own.
func TestAnotherUser(t *testing.T) {
	a, home := rig.StartApp(t), rig.NewHome(t)
	temporary := t.TempDir()
	for name, value := range planted {
		t.Setenv(name, value)
	}
	t.Setenv("TMPDIR", temporary)
	netlog := filepath.Join(home.Folder, "netlog")
	umask := syscall.Umask(0)
	c := home.Start(t, "testdata/steady.js", a, "--config", "pause=100ms", "--config-secret", "password", "--dashboard", "--out", "prometheus=127.0.0.1:0", "--out-timeout", "1s",
		"--cluster", "local", "--nodes", "1", "--browser-arg=--log-net-log="+netlog)
	syscall.Umask(umask)
	rig.WaitUntil(t, "some iterations", func() bool { return a.Stats().EventsTotal >= 4 })

	target := target{Demo: strings.TrimPrefix(a.URL, "http://")}
	pids, workers := []int{c.Process.Pid}, 0
	for _, p := range home.Processes(t) {
		pids = append(pids, p.PID)
		if strings.Contains(p.Command, "run-driver") || strings.Contains(p.Command, "--liveload-browser=") {
			madeForIt(t, p)
		}
		if strings.Contains(p.Command, " worker --join ") {
			workers++
		}
	}
	target.addFamily(pids...)
	for _, value := range planted {
		if strings.HasPrefix(value, "planted-") {
			target.Secrets = append(target.Secrets, value)
		}
	}
	target.look(t, home.Cache, home.Folder, temporary)
	if len(target.Ports) != servers || workers != 1 || len(target.Sockets) == 0 || len(target.Files) < 20 || len(target.PIDs) < 8 {
		t.Errorf("this test shows too little: %d workers, %d files, processes %v, ports %v, sockets %v", workers, len(target.Files), target.PIDs, target.Ports, target.Sockets)
	}
	target.attack(t, home.Cache, home.Folder, temporary)

	c.Interrupt(t)
	c.EndsWith(t, 130)
	if r := c.Read(t); r.Global.Users.Failed != 0 {
		t.Errorf("%d users failed", r.Global.Users.Failed)
	}
	onlyTheApp(t, netlog, a.URL)
	home.IsClean(t)
	if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
		t.Errorf("the run has left %v in TMPDIR, %v", left, err)
	}
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

// onlyTheApp fails the test when a browser has asked anybody but the application, be it for itself: its own log of the network has all.
func onlyTheApp(t *testing.T, netlog, app string) {
	t.Helper()
	log, err := os.ReadFile(netlog)
	if err != nil {
		t.Fatal(err)
	}
	asked, others := 0, map[string]bool{}
	for _, found := range regexp.MustCompile(`"(?:url|host|hostname|domain|proxy_server)":"(?:\w+://)?([^"/:]*)[^"]*"`).FindAllStringSubmatch(string(log), -1) {
		if asked++; !strings.Contains(app, "://"+found[1]) { // also where none is named
			others[found[1]] = true
		}
	}
	if len(others) > 0 {
		t.Errorf("the browser has asked others: %v", slices.Sorted(maps.Keys(others)))
	}
	if asked < 4 {
		t.Errorf("the log of the network has only %d requests: this test shows nothing", asked)
	}
}

// A target is what another user tries to get at.
type target struct {
	Files, Folders []string
	PIDs           []int
	Sockets        []string // with names, that the processes have
	Ports          []string // addresses at which the processes listen
	Demo           string   // address of the application, which is open to all
	Secrets        []string
}

// addFamily adds processes and all that they have started: those of pages have no mark.
func (a *target) addFamily(pids ...int) {
	parents := map[int]int{}
	all, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range all {
		stat, _ := os.ReadFile(path) // it may have ended
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:])); len(fields) > 1 {
			parents[pid], _ = strconv.Atoi(fields[1])
		}
	}
	for pid := range parents {
		for of := pid; of > 1; of = parents[of] {
			if slices.Contains(pids, of) {
				a.PIDs = append(a.PIDs, pid)
				break
			}
		}
	}
}

// look finds what there is: all below some folders and all that processes have open for writing, their sockets, and their ports.
func (a *target) look(t *testing.T, folders ...string) {
	t.Helper()
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil || entry.Type()&fs.ModeSymlink != 0: // such as what is installed
			case entry.IsDir():
				a.Folders = append(a.Folders, path)
			default:
				a.Files = append(a.Files, path)
			}
			return nil // what a browser has removed meanwhile is no error
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	own := map[string]bool{}
	for _, pid := range a.PIDs {
		descriptors, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
		for _, d := range descriptors {
			to, _ := os.Readlink(d)
			if number, ok := strings.CutPrefix(to, "socket:["); ok {
				own[strings.TrimSuffix(number, "]")] = true
			}
			info, err := os.Lstat(d)
			regular := strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "/dev/") && !strings.HasSuffix(to, " (deleted)")
			if err == nil && regular && info.Mode()&0o200 != 0 && !slices.Contains(a.Files, to) {
				a.Files = append(a.Files, to)
			}
		}
	}
	for _, table := range []string{"tcp", "tcp6", "udp", "udp6", "raw", "raw6", "packet"} {
		for _, f := range rows(t, table) {
			switch {
			case len(f) < 10 || !own[f[9]] || f[3] != "0A" && f[3] != "07":
			case f[3] == "0A" && strings.HasPrefix(f[1], "0100007F:"):
				port, _ := strconv.ParseUint(f[1][9:], 16, 16)
				a.Ports = append(a.Ports, fmt.Sprintf("127.0.0.1:%d", port))
			default:
				t.Errorf("a process of the run listens on %s %s", table, f[1])
			}
		}
	}
	for _, f := range rows(t, "unix") {
		if len(f) < 8 || !own[f[6]] || slices.Contains(a.Sockets, f[7]) {
			continue
		}
		a.Sockets = append(a.Sockets, f[7])
		connected := strings.HasPrefix(f[7], "@") && f[5] == "03" // a pair to which the kernel has given a name
		if !connected && !strings.HasPrefix(f[7], folders[0]) {
			t.Errorf("the run has the socket %s, which is not in its folder", f[7])
		}
	}
}

func rows(t *testing.T, table string) (rows [][]string) {
	t.Helper()
	content, err := os.ReadFile("/proc/self/net/" + table)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
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

// attack runs a copy of this program as another user, who may enter the given folders and those above them.
func (a *target) attack(t *testing.T, open ...string) {
	t.Helper()
	if os.Geteuid() != 0 {
		return // only root can be somebody else; CI is
	}
	for _, folder := range open {
		if err := errors.Join(os.Chmod(folder, 0o755), os.Chmod(filepath.Dir(folder), 0o755)); err != nil {
			t.Fatal(err)
		}
	}
	program := filepath.Join(open[0], "attacker")
	self, err := os.ReadFile("/proc/self/exe")
	if err == nil {
		err = os.WriteFile(program, self, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer os.Remove(program)
	a.Folders = slices.DeleteFunc(a.Folders, func(folder string) bool { return slices.Contains(open, folder) }) // they were opened
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

func (a *target) tries() int {
	return len(a.Files) + len(a.Folders) + len(a.Sockets) + len(a.Ports) + len(a.PIDs)
}
