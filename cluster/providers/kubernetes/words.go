package kubernetes

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
)

const (
	// longestMessage bounds what is shown of an event or of a worker's last words, in bytes.
	longestMessage = 1000
	// longestLog is how much Kubernetes keeps of what a container that failed has written, in bytes.
	longestLog = 2048
)

// A state is where a Pod is on its way.
type state struct {
	running bool
	ended   bool   // it does not run any more, or never will
	why     string // it does not run
}

// stateOf reads the state of a Pod.
func stateOf(pod *corev1.Pod) state {
	own := own(pod)
	switch {
	case pod.Status.Phase == corev1.PodFailed || pod.Status.Phase == corev1.PodSucceeded || own.State.Terminated != nil:
		return state{ended: true, why: whyEnded(pod, own)}
	case pod.DeletionTimestamp != nil:
		return state{ended: true, why: "its Pod was deleted" + disrupted(pod)}
	case own.State.Running != nil:
		return state{running: true}
	}
	why, final := whyPending(pod, own)
	return state{ended: final, why: why}
}

// own is the status of our container.
func own(pod *corev1.Pod) corev1.ContainerStatus {
	i := slices.IndexFunc(pod.Status.ContainerStatuses, func(c corev1.ContainerStatus) bool { return c.Name == container })
	if i < 0 {
		return corev1.ContainerStatus{}
	}
	return pod.Status.ContainerStatuses[i]
}

// whyEnded says why a Pod has ended, with what its worker said last.
func whyEnded(pod *corev1.Pod, own corev1.ContainerStatus) string {
	var parts []string
	if text := sentence(pod.Status.Reason, pod.Status.Message); text != "" {
		parts = append(parts, text)
	}
	if over := own.State.Terminated; over != nil {
		switch {
		case over.Reason == "OOMKilled":
			parts = append(parts, "it needed more memory than it may have: give machines more with --cluster-opt memory=")
		case over.Signal != 0:
			parts = append(parts, fmt.Sprintf("signal %d ended it", over.Signal))
		case over.Reason != "Error" && over.Reason != "Completed":
			parts = append(parts, fmt.Sprintf("%s, exit code %d", over.Reason, over.ExitCode))
		default:
			parts = append(parts, fmt.Sprintf("exit code %d", over.ExitCode))
		}
		if text := lastWords(over.Message); text != "" {
			parts = append(parts, text)
		}
	}
	if len(parts) == 0 {
		parts = append(parts, "its Pod has ended")
	}
	return strings.Join(parts, ": ") + disrupted(pod)
}

// lastWords is what is shown of a message with which a container ended. When Kubernetes has kept the end of a log only, the first line may
// have lost its beginning, and with it the one of a secret.
func lastWords(message string) string {
	if len(message) >= longestLog {
		_, message, _ = strings.Cut(message, "\n")
	}
	return shorten(strings.TrimSpace(message))
}

// disrupted says which part of Kubernetes has ended a Pod.
func disrupted(pod *corev1.Pod) string {
	if c := condition(pod, corev1.DisruptionTarget); c != nil && c.Status == corev1.ConditionTrue {
		return " (" + sentence(c.Reason, c.Message) + ")"
	}
	return ""
}

// waits are the reasons for which a container waits, and what to do. What is final does not change by itself.
var waits = map[string]struct {
	final bool
	fix   string
}{
	"ErrImagePull":               {fix: "check --cluster-opt image, and pull-secret where the registry asks who comes"},
	"ImagePullBackOff":           {true, "check --cluster-opt image, and pull-secret where the registry asks who comes"},
	"InvalidImageName":           {true, "check --cluster-opt image"},
	"ErrImageNeverPull":          {true, "the nodes do not have it, and may not pull it"},
	"CreateContainerConfigError": {fix: "check what --cluster-opt and its patches name"},
	"CreateContainerError":       {true, "check --cluster-opt image and the patches"},
	"RunContainerError":          {true, "check that the image has liveload"},
}

// whyPending says what a Pod waits for; "" when it has only just begun. final says that waiting is of no use.
func whyPending(pod *corev1.Pod, own corev1.ContainerStatus) (why string, final bool) {
	if c := condition(pod, corev1.PodScheduled); c != nil && c.Status == corev1.ConditionFalse {
		why = "no node takes it: " + sentence("", c.Message)
		if c.Reason != corev1.PodReasonUnschedulable {
			why = sentence(c.Reason, c.Message)
		}
		return why, false // nodes may be added
	}
	waiting := own.State.Waiting
	if waiting == nil {
		return "", false
	}
	known, ok := waits[waiting.Reason]
	if !ok {
		return sentence("", waiting.Message), false
	}
	return sentence(waiting.Reason, waiting.Message) + ": " + known.fix, known.final
}

func condition(pod *corev1.Pod, kind corev1.PodConditionType) *corev1.PodCondition {
	i := slices.IndexFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool { return c.Type == kind })
	if i < 0 {
		return nil
	}
	return &pod.Status.Conditions[i]
}

// A problem is what events tell about an object that is not as far as it should be.
type problem struct {
	text  string
	final bool // nothing changes before somebody does something
}

// problemOf is the newest warning about an object.
func problemOf(events []corev1.Event, uid types.UID) (p problem) {
	var newest corev1.Event
	for _, e := range events {
		if e.InvolvedObject.UID == uid && e.Type == corev1.EventTypeWarning && !seen(newest).After(seen(e)) {
			newest = e
		}
	}
	if newest.Reason == "" {
		return problem{}
	}
	final := newest.Reason == "FailedCreate" && (strings.Contains(newest.Message, "exceeded quota") ||
		strings.Contains(newest.Message, "violates PodSecurity") || strings.Contains(newest.Message, "serviceaccount"))
	return problem{text: sentence(newest.Reason, newest.Message), final: final}
}

// seen is when an event was seen last.
func seen(e corev1.Event) (when time.Time) {
	for _, one := range []time.Time{e.FirstTimestamp.Time, e.LastTimestamp.Time, e.EventTime.Time} {
		if one.After(when) {
			when = one
		}
	}
	if e.Series != nil && e.Series.LastObservedTime.After(when) {
		when = e.Series.LastObservedTime.Time
	}
	return when
}

// jobProblem says why a Job makes no more Pods; "" when it does.
func jobProblem(job *batchv1.Job) string {
	for _, c := range job.Status.Conditions {
		if c.Type == batchv1.JobFailed && c.Status == corev1.ConditionTrue {
			return sentence(c.Reason, c.Message)
		}
	}
	return ""
}

// sentence puts a reason and a message together.
func sentence(reason, message string) string {
	message = shorten(strings.TrimSpace(message))
	if reason == "" || message == "" {
		return reason + message
	}
	return reason + ": " + message
}

// shorten ends a long text between two words: half a secret would not be found any more.
func shorten(text string) string {
	if len(text) <= longestMessage {
		return text
	}
	return text[:max(0, strings.LastIndexAny(text[:longestMessage], " \n"))] + "..."
}

// without returns an error of a text that has no secret.
func without(text, secret string) error {
	if secret != "" {
		text = strings.ReplaceAll(text, secret, "(the token)")
	}
	return errors.New(text)
}
