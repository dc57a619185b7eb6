package kubetest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
)

// grace is how long containers may take to end, whatever their Pods say: tests do not wait that long.
const grace = 300 * time.Millisecond

// A containerRun is a container that runs: a process, and a folder with its volumes.
type containerRun struct {
	cmd    *exec.Cmd
	folder string
	output bytes.Buffer
	asked  bool // to end
}

// tend does for a Pod what there is to do.
func (c *Cluster) tend(pod *corev1.Pod) {
	running := c.containers[string(pod.UID)]
	switch {
	case pod.DeletionTimestamp != nil && running == nil:
		c.forget(pod)
	case pod.DeletionTimestamp != nil:
		c.terminate(running)
	case running != nil || pod.Status.Phase != corev1.PodPending:
	case c.slow:
		c.unschedulable(pod)
	default:
		c.startContainer(pod)
	}
}

// unschedulable says that no node takes a Pod.
func (c *Cluster) unschedulable(pod *corev1.Pod) {
	if len(pod.Status.Conditions) > 0 {
		return
	}
	message := "0/1 nodes are available: 1 Insufficient cpu."
	pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: corev1.PodReasonUnschedulable, Message: message}}
	c.update(pods, pod)
	c.warn("Pod", pod.ObjectMeta, "FailedScheduling", message)
}

// startContainer starts the process of a Pod, once its volumes are there.
func (c *Cluster) startContainer(pod *corev1.Pod) {
	folder, err := os.MkdirTemp("", "kubetest")
	if err != nil {
		c.t.Errorf("kubetest: %v", err)
		return
	}
	run := &containerRun{folder: folder}
	if !c.mount(pod, folder) {
		os.RemoveAll(folder)
		c.setState(pod, corev1.PodPending, corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "ContainerCreating"}})
		return
	}
	run.cmd = c.command(pod, folder, pod.Spec.Containers[0].Args)
	run.cmd.Stdout, run.cmd.Stderr = &run.output, &run.output
	if err := run.cmd.Start(); err != nil {
		c.t.Errorf("kubetest: %v", err)
		return
	}
	uid := string(pod.UID)
	c.containers[uid] = run
	pod.Status.Conditions = nil
	c.setState(pod, corev1.PodRunning, corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: now()}})
	c.running.Go(func() {
		err := run.cmd.Wait()
		os.RemoveAll(folder)
		c.change(func() { c.exited(uid, run, err) })
	})
}

// mount puts the Secrets of a Pod into a folder, and says whether they are there.
func (c *Cluster) mount(pod *corev1.Pod, folder string) bool {
	for _, volume := range pod.Spec.Volumes {
		if volume.Secret == nil {
			if err := os.Mkdir(filepath.Join(folder, volume.Name), 0o700); err != nil {
				c.t.Errorf("kubetest: %v", err)
			}
			continue
		}
		o, err := c.tracker.Get(secrets.gvr, Namespace, volume.Secret.SecretName)
		if err != nil {
			return false
		}
		for key, text := range o.(*corev1.Secret).Data {
			at := filepath.Join(folder, volume.Name, key)
			if err := errors.Join(os.MkdirAll(filepath.Dir(at), 0o700), os.WriteFile(at, text, 0o600)); err != nil {
				c.t.Errorf("kubetest: %v", err)
			}
		}
	}
	return true
}

// command is a process of a container: Program in place of the image's. Where volumes are mounted, it finds the folder.
func (c *Cluster) command(pod *corev1.Pod, folder string, args []string) *exec.Cmd {
	spec := pod.Spec.Containers[0]
	env := map[string]string{}
	for _, v := range spec.Env {
		env[v.Name] = v.Value
		if v.ValueFrom != nil {
			env[v.Name] = pod.Labels[batchv1.JobCompletionIndexAnnotation]
		}
	}
	args = slices.Clone(args)
	for i, arg := range args {
		for name, value := range env {
			arg = strings.ReplaceAll(arg, "$("+name+")", value)
		}
		args[i] = mounted(spec, folder, arg)
	}
	cmd := exec.Command(c.Program(), args...)
	cmd.Dir = folder
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+mounted(spec, folder, value))
	}
	cmd.Env = append(append(cmd.Env, "GORACE="+os.Getenv("GORACE"), "TMPDIR="+mounted(spec, folder, "/tmp")), c.Env...)
	return cmd
}

// mounted is a path of a container outside of it.
func mounted(spec corev1.Container, folder, path string) string {
	for _, mount := range spec.VolumeMounts {
		if rest, ok := strings.CutPrefix(path+"/", mount.MountPath+"/"); ok {
			return filepath.Join(folder, mount.Name, rest)
		}
	}
	return path
}

// exited takes the end of a process.
func (c *Cluster) exited(uid string, run *containerRun, err error) {
	delete(c.containers, uid)
	for _, pod := range c.Pods() {
		if string(pod.UID) != uid {
			continue
		}
		over := &corev1.ContainerStateTerminated{Reason: "Completed", FinishedAt: now()}
		phase := corev1.PodSucceeded
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			phase, over.Reason, over.Message = corev1.PodFailed, "Error", run.output.String()
			over.ExitCode = int32(exit.ExitCode())
			if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
				over.ExitCode = 128 + int32(status.Signal())
			}
		}
		c.setState(&pod, phase, corev1.ContainerState{Terminated: over})
		index, _ := strconv.Atoi(pod.Labels[batchv1.JobCompletionIndexAnnotation])
		c.end(pod.OwnerReferences[0].UID, index)
	}
}

func (c *Cluster) setState(pod *corev1.Pod, phase corev1.PodPhase, state corev1.ContainerState) {
	pod.Status.Phase = phase
	pod.Status.ContainerStatuses = []corev1.ContainerStatus{{Name: pod.Spec.Containers[0].Name, State: state}}
	c.update(pods, pod)
}

// forget removes a Pod that has no process.
func (c *Cluster) forget(pod *corev1.Pod) {
	index, _ := strconv.Atoi(pod.Labels[batchv1.JobCompletionIndexAnnotation])
	c.end(pod.OwnerReferences[0].UID, index)
	_ = c.tracker.Delete(pods.gvr, Namespace, pod.Name)
	for _, job := range c.Jobs() {
		if job.DeletionTimestamp != nil {
			c.collect(&job)
		}
	}
}

// terminate asks a container to end, and makes it end.
func (c *Cluster) terminate(run *containerRun) {
	if run.asked {
		return
	}
	run.asked = true
	_ = run.cmd.Process.Signal(syscall.SIGTERM) // it may have ended
	time.AfterFunc(grace, func() { _ = run.cmd.Process.Kill() })
}

// Kill ends the process of a machine as the kernel does.
func (c *Cluster) Kill(job string, index int) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, pod := range c.Pods() {
		if run := c.containers[string(pod.UID)]; run != nil && pod.Labels[batchv1.JobNameLabel] == job && pod.Labels[batchv1.JobCompletionIndexAnnotation] == strconv.Itoa(index) {
			return run.cmd.Process.Kill()
		}
	}
	return fmt.Errorf("kubetest: no machine %s-%d runs", job, index)
}

// killAll ends all processes.
func (c *Cluster) killAll() {
	c.mu.Lock()
	for _, run := range c.containers {
		_ = run.cmd.Process.Kill()
	}
	c.mu.Unlock()
	c.running.Wait()
}
