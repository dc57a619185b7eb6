package fly

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A vm is a machine: a process.
type vm struct {
	ID       string           `json:"id"`
	Name     string           `json:"name"`
	State    string           `json:"state"`
	Region   string           `json:"region"`
	Instance string           `json:"instance_id"`
	Created  time.Time        `json:"created_at"`
	Config   *publishedConfig `json:"config"`
	Events   []map[string]any `json:"events"`

	cmd       *exec.Cmd // nil until it runs
	destroyed bool      // somebody has asked for it
}

func (f *fake) create(w http.ResponseWriter, r *http.Request) {
	var body publishedMachine
	if !f.read(w, r, &body) {
		return
	}
	f.mu.Lock()
	err := body.valid(f.secrets)
	known := body.Region == "" || slices.Contains(f.regions, body.Region)
	version := f.version
	f.mu.Unlock()
	switch {
	case err != nil:
		f.wrong(w, "%v", err)
	case !known:
		f.refusal(w, http.StatusUnprocessableEntity, "region "+body.Region+" not found", "")
	case body.MinSecretsVersion > version:
		f.refusal(w, http.StatusPreconditionFailed, "minimum secrets version not met", "")
	default:
		f.boot(w, body)
	}
}

// boot creates a machine and starts it, when its region has room.
func (f *fake) boot(w http.ResponseWriter, body publishedMachine) {
	region := body.Region
	if region == "" {
		region = f.regions[0]
	}
	var m *vm
	taken := false
	f.change(func() {
		for _, other := range f.machines {
			taken = taken || other.Name == body.Name && other.State != "destroyed"
		}
		if room, bounded := f.room[region]; bounded && room == 0 || taken {
			return
		} else if bounded {
			f.room[region]--
		}
		f.ids++
		m = &vm{ID: fmt.Sprintf("148e%08x", f.ids), Name: body.Name, State: "created", Region: region, Instance: "01HEPA330HZ37A78TK080NAK1M", Created: time.Now(), Config: body.Config}
		m.event("launch", "created", nil)
		f.machines[m.ID] = m
	})
	switch {
	case taken:
		f.refusal(w, http.StatusConflict, "already_exists: unique machine name violation", "")
	case m == nil:
		f.refusal(w, http.StatusUnprocessableEntity, "insufficient resources available to fulfill request in "+region, "insufficient_capacity")
	default:
		f.mu.Lock()
		f.answer(w, 200, m)
		f.mu.Unlock()
		f.done.Go(func() { f.start(m) })
	}
}

func (f *fake) start(m *vm) {
	f.mu.Lock()
	slow := f.slow
	f.mu.Unlock()
	if slow != nil {
		<-slow
	}
	f.change(func() {
		if m.destroyed {
			return
		}
		cmd, err := f.command(m)
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			f.Errorf("a machine does not start: %v", err)
			m.State = "failed"
			return
		}
		m.cmd, m.State = cmd, "started"
		m.event("start", "started", nil)
		f.done.Go(func() { f.exited(m, cmd.Wait()) })
	})
}

// command is the program of a machine, with the files and the environment that Fly gives it.
func (f *fake) command(m *vm) (*exec.Cmd, error) {
	root := filepath.Join(f.folder, m.ID)
	words := slices.Concat(m.Config.Init.Entrypoint, m.Config.Init.Cmd)
	for _, file := range m.Config.Files {
		content, err := base64.StdEncoding.DecodeString(f.secrets[file.SecretName])
		if err != nil {
			return nil, err
		}
		path := filepath.Join(root, file.GuestPath)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, content, os.FileMode(file.Mode))); err != nil {
			return nil, err
		}
		for i := range words {
			words[i] = strings.ReplaceAll(words[i], file.GuestPath, path)
		}
	}
	program, err := exec.LookPath(words[0]) // of the system, since the image has one too
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(program, words[1:]...)
	cmd.Env = append(os.Environ(), "FLY_MACHINE_ID="+m.ID, "PATH="+filepath.Join(f.folder, "bin")+":"+os.Getenv("PATH"))
	for _, values := range []map[string]string{f.secrets, m.Config.Env} {
		for name, value := range values {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd, nil
}

// exited is what becomes of a machine whose program has ended.
func (f *fake) exited(m *vm, err error) {
	f.change(func() {
		exit := map[string]any{"exit_code": m.cmd.ProcessState.ExitCode(), "requested_stop": m.destroyed, "oom_killed": false}
		if status, ok := m.cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			exit["exit_code"], exit["signal"] = 128+int(status.Signal()), int(status.Signal())
		}
		m.event("exit", "stopped", exit)
		m.State = "stopped"
		if m.Config.AutoDestroy || m.destroyed {
			m.State = "destroyed"
			m.event("destroy", "destroyed", nil)
		}
		os.RemoveAll(filepath.Join(f.folder, m.ID))
	})
}

// event is the newest one of a machine.
func (m *vm) event(kind, status string, exit map[string]any) {
	e := map[string]any{"type": kind, "status": status, "source": "flyd", "timestamp": time.Now().UnixMilli()}
	if exit != nil {
		e["request"] = map[string]any{"exit_event": exit}
	}
	m.Events = append([]map[string]any{e}, m.Events...)
}

func (m *vm) kill() {
	if m.cmd != nil {
		syscall.Kill(-m.cmd.Process.Pid, syscall.SIGKILL)
	}
}

func (f *fake) list(w http.ResponseWriter, r *http.Request) {
	all := []*vm{}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.unlisted > 0 {
		f.unlisted--
		f.answer(w, 200, all)
		return
	}
	for _, m := range f.machines {
		wanted := m.State != "destroyed" || r.URL.Query().Get("include_deleted") == "true"
		for name, values := range r.URL.Query() {
			if key, ok := strings.CutPrefix(name, "metadata."); ok && m.Config.Metadata[key] != values[0] {
				wanted = false
			}
		}
		if wanted {
			all = append(all, m)
		}
	}
	f.answer(w, 200, all)
}

func (f *fake) show(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	m := f.machines[r.PathValue("id")]
	if m == nil {
		f.refusal(w, http.StatusNotFound, "machine not found", "")
		return
	}
	f.answer(w, 200, m)
}

func (f *fake) delete(w http.ResponseWriter, r *http.Request) {
	status, text := 200, ""
	f.change(func() {
		m := f.machines[r.PathValue("id")]
		switch {
		case m == nil || m.State == "destroyed":
			status, text = http.StatusNotFound, "machine not found"
		case m.State == "started" && r.URL.Query().Get("force") != "true":
			status, text = http.StatusPreconditionFailed, "failed_precondition: unable to destroy machine, not currently stopped"
		case m.cmd == nil:
			m.destroyed, m.State = true, "destroyed"
		default:
			m.destroyed, m.State = true, "destroying"
			m.kill()
		}
	})
	if text != "" {
		f.refusal(w, status, text, "")
		return
	}
	f.answer(w, 200, map[string]bool{"ok": true})
}

func (f *fake) wait(w http.ResponseWriter, r *http.Request) {
	seconds, err := strconv.Atoi(r.URL.Query().Get("timeout"))
	state := r.URL.Query().Get("state")
	if err != nil || seconds < 1 || seconds > 60 || !slices.Contains([]string{"started", "stopped", "suspended", "destroyed", "failed", "settled"}, state) {
		f.wrong(w, "these are no parameters for waiting: %v", r.URL.Query())
		return
	}
	over := time.After(time.Duration(seconds) * time.Second)
	for {
		f.mu.Lock()
		m, changed := f.machines[r.PathValue("id")], f.changed
		now := ""
		if m != nil {
			now = m.State
		}
		f.mu.Unlock()
		switch {
		case m == nil:
			f.refusal(w, http.StatusNotFound, "machine not found", "")
			return
		case now == state:
			f.answer(w, 200, map[string]any{"ok": true, "state": now})
			return
		case now == "destroyed" || now == "failed":
			f.refusal(w, http.StatusBadRequest, "machine is "+now+" and will not be "+state, "")
			return
		}
		select {
		case <-changed:
		case <-over:
			f.refusal(w, http.StatusRequestTimeout, "deadline_exceeded: machine failed to reach desired state, "+state, "")
			return
		case <-r.Context().Done():
			return
		}
	}
}
