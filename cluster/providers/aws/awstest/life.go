package awstest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

const (
	step   = 2 * time.Millisecond  // between two states of a task
	second = 20 * time.Millisecond // of a task that was told to stop
)

// A task goes the way of those on Fargate: PROVISIONING, PENDING, ACTIVATING, RUNNING, DEACTIVATING, STOPPING,
// DEPROVISIONING, STOPPED. Its container is a process of the test program.
type task struct {
	types.Task
	server     *Server
	id         string
	definition *definition
	override   types.ContainerOverride
	tags       []types.Tag
	stopping   chan struct{} // closed when it has to stop
	hurry      bool
	process    *exec.Cmd // while it runs
}

// shown is the task as others see it.
func (t *task) shown(tags bool) types.Task {
	shown := t.Task
	shown.Containers = slices.Clone(t.Containers)
	if tags {
		shown.Tags = t.tags
	}
	return shown
}

// order tells a task to stop. The first order counts. The server is locked.
func (t *task) order(code types.TaskStopCode, why string, atOnce bool) {
	if value(t.DesiredStatus) == "STOPPED" {
		return
	}
	t.DesiredStatus, t.StopCode, t.StoppedReason, t.StoppingAt, t.hurry = new("STOPPED"), code, &why, new(time.Now()), atOnce
	close(t.stopping)
}

// become gives a task its next state a moment later.
func (t *task) become(status string) {
	time.Sleep(step)
	t.server.mu.Lock()
	defer t.server.mu.Unlock()
	t.LastStatus = &status
	switch status {
	case "RUNNING":
		t.StartedAt = new(time.Now())
	case "STOPPED":
		t.StoppedAt = new(time.Now())
	}
}

// live is the life of a task. It has to wait for the gate before it boots.
func (t *task) live(gate chan struct{}) {
	defer func() {
		for _, status := range []string{"DEPROVISIONING", "STOPPED"} {
			t.become(status)
		}
	}()
	if gate != nil {
		select {
		case <-gate:
		case <-t.stopping:
			return
		}
	}
	t.become("PENDING")
	cmd, why := t.prepare()
	if why != "" {
		t.server.mu.Lock()
		t.order(types.TaskStopCodeTaskFailedToStart, why, true)
		t.server.mu.Unlock()
		return
	}
	if cmd == nil {
		t.become("RUNNING")
		<-t.stopping
		return
	}
	t.run(cmd)
}

// run runs the container.
func (t *task) run(cmd *exec.Cmd) {
	out, writer := io.Pipe()
	cmd.Stdout, cmd.Stderr = writer, writer
	written := make(chan struct{})
	go func() { defer close(written); t.keep(out) }()
	select {
	case <-t.stopping:
		writer.Close()
		return
	default:
	}
	if err := cmd.Start(); err != nil {
		panic(err) // the test program itself
	}
	t.server.mu.Lock()
	t.process = cmd
	t.server.mu.Unlock()
	t.become("ACTIVATING")
	t.become("RUNNING")
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		cmd.Wait()
		writer.Close()
		<-written
	}()
	select {
	case <-ended:
	case <-t.stopping:
		t.end(cmd, ended)
	}
	t.server.mu.Lock()
	defer t.server.mu.Unlock()
	t.process = nil
	code := cmd.ProcessState.ExitCode()
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		code = 128 + int(status.Signal())
	}
	t.Containers[0].ExitCode, t.Containers[0].LastStatus = new(int32(code)), new("STOPPED")
	t.order(types.TaskStopCodeEssentialContainerExited, "Essential container in task exited", true)
}

// end ends a container as its stopTimeout says.
func (t *task) end(cmd *exec.Cmd, ended chan struct{}) {
	t.become("DEACTIVATING")
	t.become("STOPPING")
	if !t.hurry {
		cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-ended:
			return
		case <-time.After(second * time.Duration(value(t.definition.ContainerDefinitions[0].StopTimeout))):
		}
	}
	cmd.Process.Kill()
	<-ended
}

// prepare makes the container's command. why says why it cannot start.
func (t *task) prepare() (cmd *exec.Cmd, why string) {
	s, c := t.server, t.definition.ContainerDefinitions[0]
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.unpullable != "" {
		return nil, s.unpullable
	}
	env := []string{"PATH=" + os.Getenv("PATH"), "GORACE=" + os.Getenv("GORACE"), "ECS_CONTAINER_METADATA_URI_V4=" + s.URL + "/v4/" + t.id, "AWS_EXECUTION_ENV=AWS_ECS_FARGATE"}
	for _, pair := range slices.Concat(c.Environment, t.override.Environment) {
		env = append(env, *pair.Name+"="+value(pair.Value))
	}
	for _, wanted := range c.Secrets {
		i := slices.IndexFunc(s.secrets, func(known *secret) bool { return known.arn == *wanted.ValueFrom })
		if i < 0 {
			return nil, "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret " + *wanted.ValueFrom + ": ResourceNotFoundException: Secrets Manager can't find the specified secret."
		}
		env = append(env, *wanted.Name+"="+s.secrets[i].text)
	}
	if c.LogConfiguration != nil && c.LogConfiguration.Options["awslogs-group"] != LogGroup {
		return nil, "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist."
	}
	if s.hollow {
		return nil, ""
	}
	command := c.Command
	if t.override.Command != nil {
		command = t.override.Command
	}
	cmd = exec.Command(os.Args[0], command...)
	cmd.Env = env
	return cmd, ""
}

// keep keeps what a container writes as its log.
func (t *task) keep(out io.Reader) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		t.server.log(t, lines.Text())
	}
	io.Copy(io.Discard, out)
}

// serveMetadata answers a container that asks about itself.
func (s *Server) serveMetadata(w http.ResponseWriter, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.task(id)
	if t == nil {
		http.Error(w, fmt.Sprintf("there is no task %q", id), http.StatusNotFound)
		return
	}
	name, revision, _ := strings.Cut((*t.TaskDefinitionArn)[strings.LastIndex(*t.TaskDefinitionArn, "/")+1:], ":")
	json.NewEncoder(w).Encode(map[string]any{
		"Cluster": *t.ClusterArn, "TaskARN": *t.TaskArn, "Family": name, "Revision": revision, "DesiredStatus": *t.DesiredStatus,
		"KnownStatus": *t.LastStatus, "LaunchType": "FARGATE", "Containers": []any{},
	})
}
