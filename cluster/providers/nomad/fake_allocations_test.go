package nomad

import (
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
	"text/template"
	"time"

	"github.com/google/uuid"
	"github.com/hashicorp/nomad/api"
)

// An allocation is a job on the only node.
type allocation struct {
	*api.Allocation
	job    *api.Job
	folder string
	cmd    *exec.Cmd // nil until it runs
	timer  *time.Timer
}

// schedule decides where a job runs, and runs it.
func (f *fake) schedule(evaluation *api.Evaluation, job *api.Job) {
	var a *allocation
	f.change(func() {
		evaluation.Status = api.EvalStatusComplete
		switch why := f.refusal(); {
		case *job.Status == "dead":
		case why != nil:
			evaluation.FailedTGAllocs = map[string]*api.AllocationMetric{*job.TaskGroups[0].Name: why}
			evaluation.BlockedEval = uuid.NewString()
		default:
			id := uuid.NewString()
			a = &allocation{job: job, folder: filepath.Join(f.folder, id), Allocation: &api.Allocation{
				ID: id, EvalID: evaluation.ID, JobID: *job.ID, Namespace: *job.Namespace, Name: *job.ID + ".worker[0]", NodeName: "client-1", TaskGroup: *job.TaskGroups[0].Name,
				DesiredStatus: "run", ClientStatus: api.AllocClientStatusPending, TaskStates: map[string]*api.TaskState{},
			}}
			a.event(api.TaskReceived, "Task received by client")
			f.allocations[id] = a
		}
	})
	if a != nil {
		f.boot(a)
	}
}

// refusal is why the next machine finds no node; nil when it finds one.
func (f *fake) refusal() *api.AllocationMetric {
	if len(f.refusals) > 0 {
		why := f.refusals[0]
		f.refusals = f.refusals[1:]
		return why
	}
	running := 0
	for _, a := range f.allocations {
		if !over(a.ClientStatus) {
			running++
		}
	}
	if f.room > 0 && running >= f.room {
		return full(0)
	}
	return nil
}

// boot is what a client does with an allocation.
func (f *fake) boot(a *allocation) {
	f.mu.Lock()
	slow := f.slow
	f.mu.Unlock()
	if slow != nil {
		<-slow
	}
	task := a.job.TaskGroups[0].Tasks[0]
	err := a.render(f, task)
	f.change(func() {
		if a.DesiredStatus == "stop" { // since it began to boot
			os.RemoveAll(filepath.Join(a.folder, "secrets"))
			return
		}
		if err == nil {
			err = a.start(task)
		}
		if err != nil {
			a.end(api.TaskDriverFailure, err)
			return
		}
		a.ClientStatus = api.AllocClientStatusRunning
		a.event(api.TaskStarted, "Task started by client")
		f.done.Go(func() {
			err := a.cmd.Wait()
			f.change(func() { a.end(api.TaskTerminated, err) })
		})
	})
}

// render writes the file of a template. A task may read the variables of its own job only.
func (a *allocation) render(f *fake, task *api.Task) error {
	t := task.Templates[0]
	functions := template.FuncMap{"nomadVar": func(path string) (map[string]string, error) {
		f.mu.Lock()
		defer f.mu.Unlock()
		if !slices.Contains([]string{"nomad/jobs", "nomad/jobs/" + a.JobID, "nomad/jobs/" + a.JobID + "/" + a.TaskGroup, "nomad/jobs/" + a.JobID + "/" + a.TaskGroup + "/" + task.Name}, path) {
			return nil, fmt.Errorf("%s: Permission denied", path)
		}
		v := f.variables[a.Namespace+"/"+path]
		if v == nil {
			return nil, fmt.Errorf("Missing: nomad.var.block(%s)", path)
		}
		return v.Items, nil
	}}
	parsed, err := template.New("").Funcs(functions).Parse(*t.EmbeddedTmpl)
	if err != nil {
		return err
	}
	var text strings.Builder
	if err := parsed.Execute(&text, nil); err != nil {
		return err
	}
	permissions, err := strconv.ParseUint(*t.Perms, 8, 32)
	if err != nil {
		return err
	}
	file := filepath.Join(a.folder, *t.DestPath)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(text.String()), os.FileMode(permissions))
}

// start runs the task as raw_exec does.
func (a *allocation) start(task *api.Task) error {
	command, _ := task.Config["command"].(string)
	var args []string
	for _, arg := range task.Config["args"].([]any) {
		args = append(args, strings.ReplaceAll(arg.(string), "${NOMAD_SECRETS_DIR}", filepath.Join(a.folder, "secrets")))
	}
	log, err := os.Create(filepath.Join(a.folder, "stderr"))
	if err != nil {
		return err
	}
	defer log.Close()
	a.cmd = exec.Command(command, args...)
	a.cmd.Env = append(os.Environ(), "NOMAD_ALLOC_ID="+a.ID)
	for name, value := range task.Env {
		a.cmd.Env = append(a.cmd.Env, name+"="+value)
	}
	a.cmd.Stderr = log
	a.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return a.cmd.Start()
}

// end is what the client reports when a task has ended.
func (a *allocation) end(event string, err error) {
	if a.timer != nil {
		a.timer.Stop()
	}
	if over(a.ClientStatus) {
		return
	}
	a.ClientStatus = api.AllocClientStatusComplete
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		a.event(event, fmt.Sprintf("Exit Code: %d", exit.ExitCode()))
	case err != nil:
		a.event(event, err.Error())
	}
	if err != nil && a.DesiredStatus != "stop" {
		a.ClientStatus = api.AllocClientStatusFailed
		a.event(api.TaskNotRestarting, "Policy allows no restarts")
	}
	a.job.Status = new("dead")
	os.RemoveAll(filepath.Join(a.folder, "secrets"))
}

func (a *allocation) event(kind, text string) {
	state := a.TaskStates[worker]
	if state == nil {
		state = &api.TaskState{}
		a.TaskStates[worker] = state
	}
	state.Events = append(state.Events, &api.TaskEvent{Type: kind, Time: time.Now().UnixNano(), DisplayMessage: text})
}

// stop asks the task to leave, and kills it after its time. One that still waits for its files or its image never runs.
func (a *allocation) stop() {
	if a.cmd == nil {
		a.end("", nil)
	}
	if over(a.ClientStatus) || a.timer != nil {
		return
	}
	syscall.Kill(-a.cmd.Process.Pid, syscall.SIGTERM)
	a.timer = time.AfterFunc(*a.job.TaskGroups[0].Tasks[0].KillTimeout, a.kill)
}

func (a *allocation) kill() {
	if a.cmd != nil {
		syscall.Kill(-a.cmd.Process.Pid, syscall.SIGKILL)
	}
}

func (f *fake) logs(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	a := f.allocations[r.PathValue("id")]
	f.mu.Unlock()
	query := r.URL.Query()
	if query.Get("task") != worker || query.Get("origin") != "end" || query.Get("plain") != "true" {
		f.refuse(w, 400, "these are no parameters for logs: %v", query)
		return
	}
	if a == nil {
		http.Error(w, "alloc not found", http.StatusNotFound)
		return
	}
	http.ServeFile(w, r, filepath.Join(a.folder, query.Get("type")))
}
