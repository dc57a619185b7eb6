package kubernetes

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

func podWith(phase corev1.PodPhase, container corev1.ContainerState, conditions ...corev1.PodCondition) *corev1.Pod {
	return &corev1.Pod{Status: corev1.PodStatus{
		Phase: phase, Conditions: conditions, ContainerStatuses: []corev1.ContainerStatus{{Name: "sidecar"}, {Name: "liveload", State: container}},
	}}
}

func waiting(reason, message string) corev1.ContainerState {
	return corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: message}}
}

func terminated(code int32, reason, message string) corev1.ContainerState {
	return corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: code, Reason: reason, Message: message}}
}

func TestStatesInWords(t *testing.T) {
	evicted := podWith(corev1.PodFailed, corev1.ContainerState{})
	evicted.Status.Reason, evicted.Status.Message = "Evicted", "The node was low on resource: memory."
	preempted := podWith(corev1.PodFailed, terminated(143, "Error", ""), corev1.PodCondition{
		Type: corev1.DisruptionTarget, Status: corev1.ConditionTrue, Reason: "PreemptionByScheduler", Message: "preempting to accommodate a higher priority pod",
	})
	deleted := podWith(corev1.PodRunning, corev1.ContainerState{Running: &corev1.ContainerStateRunning{}})
	deleted.DeletionTimestamp = &metav1.Time{Time: moment}
	for _, test := range []struct {
		name string
		pod  *corev1.Pod
		want state
	}{
		{"new", podWith(corev1.PodPending, corev1.ContainerState{}), state{}},
		{"no node", podWith(corev1.PodPending, corev1.ContainerState{}, corev1.PodCondition{Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: "Unschedulable", Message: "0/3 nodes are available: 3 Insufficient cpu."}),
			state{why: "no node takes it: 0/3 nodes are available: 3 Insufficient cpu."}},
		{"gated", podWith(corev1.PodPending, corev1.ContainerState{}, corev1.PodCondition{Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: "SchedulingGated", Message: "a gate"}),
			state{why: "SchedulingGated: a gate"}},
		{"made", podWith(corev1.PodPending, waiting("ContainerCreating", "")), state{}},
		{"no image yet", podWith(corev1.PodPending, waiting("ErrImagePull", "not found")),
			state{why: "ErrImagePull: not found: check --cluster-opt image, and pull-secret where the registry asks who comes"}},
		{"no image", podWith(corev1.PodPending, waiting("ImagePullBackOff", `Back-off pulling image "x"`)),
			state{ended: true, why: `ImagePullBackOff: Back-off pulling image "x": check --cluster-opt image, and pull-secret where the registry asks who comes`}},
		{"no program", podWith(corev1.PodPending, waiting("RunContainerError", "exec: liveload: not found")),
			state{ended: true, why: "RunContainerError: exec: liveload: not found: check that the image has liveload"}},
		{"runs", podWith(corev1.PodRunning, corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}), state{running: true}},
		{"left", podWith(corev1.PodSucceeded, terminated(0, "Completed", "")), state{ended: true, why: "exit code 0"}},
		{"failed", podWith(corev1.PodFailed, terminated(1, "Error", "Error: no browser\n")), state{ended: true, why: "exit code 1: Error: no browser"}},
		{"killed", podWith(corev1.PodFailed, corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: 137, Signal: 9, Reason: "Error"}}),
			state{ended: true, why: "signal 9 ended it"}},
		{"out of memory", podWith(corev1.PodFailed, terminated(137, "OOMKilled", "")),
			state{ended: true, why: "it needed more memory than it may have: give machines more with --cluster-opt memory="}},
		{"no start", podWith(corev1.PodFailed, terminated(128, "StartError", "no such file")), state{ended: true, why: "StartError, exit code 128: no such file"}},
		{"evicted", evicted, state{ended: true, why: "Evicted: The node was low on resource: memory."}},
		{"preempted", preempted, state{ended: true, why: "exit code 143 (PreemptionByScheduler: preempting to accommodate a higher priority pod)"}},
		{"deleted", deleted, state{ended: true, why: "its Pod was deleted"}},
	} {
		if got := stateOf(test.pod); got != test.want {
			t.Errorf("%s: %+v, want %+v", test.name, got, test.want)
		}
	}
}

func TestEventsInWords(t *testing.T) {
	event := func(uid, kind, reason, message string, after time.Duration) corev1.Event {
		when := metav1.NewTime(moment.Add(after))
		return corev1.Event{InvolvedObject: corev1.ObjectReference{UID: types.UID(uid)}, Type: kind, Reason: reason, Message: message, LastTimestamp: when}
	}
	quota := `Error creating: pods "liveload-1-0-" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=4, limited: pods=4`
	events := []corev1.Event{
		event("a", "Warning", "FailedMount", `secret "liveload-1" not found`, 2*time.Second),
		event("a", "Warning", "FailedScheduling", "0/3 nodes are available", time.Second),
		event("a", "Normal", "Pulled", "it is there", 3*time.Second),
		event("b", "Warning", "FailedCreate", quota, 0),
		event("c", "Warning", "FailedCreate", "Error creating: Timeout", 0),
		event("d", "Warning", "FailedCreate", `Error creating: pods "x" is forbidden: violates PodSecurity "restricted:latest": seccompProfile`, 0),
	}
	for uid, want := range map[string]problem{
		"a": {text: `FailedMount: secret "liveload-1" not found`},
		"b": {text: "FailedCreate: " + quota, final: true},
		"c": {text: "FailedCreate: Error creating: Timeout"},
		"d": {text: `FailedCreate: Error creating: pods "x" is forbidden: violates PodSecurity "restricted:latest": seccompProfile`, final: true},
		"e": {},
	} {
		if got := problemOf(events, types.UID(uid)); got != want {
			t.Errorf("%s: %+v, want %+v", uid, got, want)
		}
	}
}

func TestLongMessagesAreCut(t *testing.T) {
	if got := sentence("Failed", strings.Repeat("x", 3*longestMessage)); len(got) > longestMessage+20 || !strings.HasSuffix(got, "...") {
		t.Errorf("a message of %d bytes", len(got))
	}
}

// TestNoHalfSecret: a secret at a place where a message is cut off is not shown in part.
func TestNoHalfSecret(t *testing.T) {
	const secret = "swordfish-swordfish"
	for name, message := range map[string]string{
		"at the end of what is shown":           strings.Repeat("a", longestMessage-10) + " " + secret,
		"at the end, without a space before it": strings.Repeat("a", longestMessage-10) + secret,
		"at the beginning of what is kept":      secret[5:] + "\n" + strings.Repeat("b", longestLog),
	} {
		if got := without(lastWords(message), secret).Error(); strings.Contains(got, "sword") || strings.Contains(got, "fish") {
			t.Errorf("%s: %s", name, got)
		}
	}
	if got := lastWords("no browser to be found\n"); got != "no browser to be found" {
		t.Errorf("a short message: %q", got)
	}
}
