//go:build linux

package faults

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// attacker is what the other user does. It prints where it gets in.
func attacker() {
	var a target
	if err := json.NewDecoder(os.Stdin).Decode(&a); err != nil {
		fmt.Println(err)
	}
	for _, path := range a.Files {
		tryFile(path)
	}
	for _, path := range a.Folders {
		tryFolder(path)
	}
	for _, path := range a.Sockets {
		trySocket(path)
	}
	for _, pid := range a.PIDs {
		tryProcess(pid, a.Secrets)
	}
	for _, address := range a.Ports {
		tryServer(address, a.Secrets)
	}
	tryDemo(a.Demo)
	fmt.Printf("tried %d\n", a.tries())
}

func tryFile(path string) {
	for how, flag := range map[string]int{"reads": os.O_RDONLY, "writes": os.O_WRONLY} {
		if f, err := os.OpenFile(path, flag|syscall.O_NONBLOCK, 0); err == nil {
			fmt.Println(how, f.Name())
		}
	}
}

func tryFolder(path string) {
	if _, err := os.ReadDir(path); err == nil {
		fmt.Println("lists", path)
	}
	if f, err := os.Create(filepath.Join(path, "planted")); err == nil {
		fmt.Println("made", f.Name())
	}
}

func trySocket(path string) {
	for _, network := range []string{"unix", "unixgram", "unixpacket"} {
		if _, err := net.Dial(network, path); err == nil {
			fmt.Println("connected to", path)
		}
	}
}

// tryProcess tries all that /proc has of a process, signals, and to trace it. Its command line is for everybody.
func tryProcess(pid int, secrets []string) {
	process := filepath.Join("/proc", strconv.Itoa(pid))
	for _, name := range []string{"environ", "mem", "maps", "smaps", "auxv", "io", "syscall", "stack", "pagemap", "fd", "map_files", "clear_refs", "cwd/.", "root/.", "exe"} {
		f, err := os.Open(filepath.Join(process, name))
		if err != nil {
			continue
		}
		if _, err := io.ReadFull(f, make([]byte, 1)); err == nil || strings.Contains(err.Error(), "is a directory") {
			fmt.Println("opened", name, "of", pid)
		}
	}
	for fd := range 64 {
		for _, flag := range []int{os.O_RDONLY, os.O_WRONLY} {
			if _, err := os.OpenFile(filepath.Join(process, "fd", strconv.Itoa(fd)), flag|syscall.O_NONBLOCK, 0); err == nil {
				fmt.Println("opened descriptor", fd, "of", pid)
			}
		}
	}
	if syscall.Kill(pid, 0) == nil {
		fmt.Println("may send signals to", pid)
	}
	runtime.LockOSThread()
	if syscall.PtraceAttach(pid) == nil {
		fmt.Println("traces", pid)
	}
	command, _ := os.ReadFile(filepath.Join(process, "cmdline"))
	tell("the command line of "+strconv.Itoa(pid), command, secrets)
}

func tell(where string, content []byte, secrets []string) {
	for _, secret := range secrets {
		if bytes.Contains(content, []byte(secret)) {
			fmt.Println(where, "has", secret)
		}
	}
}

// tryServer speaks what the run's servers speak, without the secret of each and with a wrong one.
func tryServer(address string, secrets []string) {
	broker, err := isBroker(address)
	if err != nil {
		fmt.Println(address, "says nothing:", err)
	}
	if broker {
		tryBroker(address)
		return
	}
	client := http.Client{Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, path := range []string{"/", "/events", "/parts/failures", "/report.html", "/metrics", "/v1/run", "/v1/steer", "/v1/stop", "/debug/pprof/", "/json/version", "/json/list", "/../../etc/passwd"} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			for _, credential := range []string{"", "Bearer", "Bearer AAAAAAAAAAAAAAAAAAAAAAAAAA", "Basic Og=="} {
				request, _ := http.NewRequest(method, "http://"+address+path, strings.NewReader("{}"))
				request.Header.Set("Content-Type", "application/json")
				request.Header.Set("Authorization", credential)
				answer, err := client.Do(request)
				if err != nil {
					fmt.Println(address, path, "breaks:", err)
					continue
				}
				content, _ := io.ReadAll(answer.Body)
				_ = answer.Body.Close()
				if answer.StatusCode < 300 && !(method == http.MethodGet && path == "/") { // the page of the dashboard, without data
					fmt.Println(address, "answers", method, path, "with", answer.Status)
				}
				tell(address+path, content, append(secrets, "/counter", "steady.js"))
			}
		}
	}
}

// isBroker says whether a broker listens: it greets whoever connects, while a server for HTTP answers the request.
func isBroker(address string) (bool, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return false, err
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	if _, err := fmt.Fprint(conn, "HEAD / HTTP/1.0\r\n\r\n"); err != nil {
		return false, err
	}
	line, err := bufio.NewReader(conn).ReadString('\n')
	return strings.HasPrefix(line, "INFO "), err
}

// tryBroker joins the cluster of a broker.
func tryBroker(address string) {
	for _, as := range []string{"{}", `{"user":"controller","pass":""}`, `{"auth_token":"x"}`, `{"jwt":"x","sig":"x","nkey":"x"}`} {
		if said, err := join(address, as); err != nil || !strings.HasPrefix(said, "-ERR 'Authorization Violation'") {
			fmt.Printf("%s says %q to %s, %v\n", address, said, as, err)
		}
	}
}

// join returns what a broker answers to a client with these credentials.
func join(address, as string) (string, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	said := bufio.NewReader(conn)
	if _, err := said.ReadString('\n'); err != nil { // what it tells of itself
		return "", err
	}
	if _, err := fmt.Fprintf(conn, "CONNECT %s\r\nPING\r\nSUB > 1\r\nPUB x 0\r\n\r\n", as); err != nil {
		return "", err
	}
	return said.ReadString('\n')
}

// tryDemo asks the demo, which is open to all, for what is not its own.
func tryDemo(address string) {
	for _, path := range []string{"/../../../../etc/passwd", "/assets/../../../../../etc/passwd", "/assets/..%2f..%2f..%2f..%2fetc/passwd", "/chatty/css/..%2f..%2fetc%2fpasswd", "/debug/pprof/"} {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			fmt.Println("the demo:", err)
			continue
		}
		_ = conn.SetDeadline(time.Now().Add(time.Minute))
		fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", path, address)
		answer, _ := io.ReadAll(conn)
		_ = conn.Close()
		if bytes.Contains(answer, []byte("root:")) || bytes.HasPrefix(answer, []byte("HTTP/1.1 200")) {
			fmt.Printf("the demo answers %s with %.80q\n", path, answer)
		}
	}
}
