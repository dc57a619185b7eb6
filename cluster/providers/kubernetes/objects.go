package kubernetes

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/labels"
)

const (
	container   = "liveload" // name of the one in a Pod
	tokenFolder = "/var/run/liveload"
	tokenKey    = "token" // in the Secret
	tokenVolume = "token"
	// leaving is how many seconds a worker that was asked to leave may take.
	leaving = 15
	// keepEnded is how many seconds a Job that has ended stays, so that people can see why.
	keepEnded = 600
	// indexVariable is the variable in which a container of an Indexed Job finds its index.
	indexVariable = "JOB_COMPLETION_INDEX"

	// Labels that say what an object is for, as https://kubernetes.io/docs/reference/labels-annotations-taints/ has them.
	nameLabel, componentLabel, managerLabel = "app.kubernetes.io/name", "app.kubernetes.io/component", "app.kubernetes.io/managed-by"
	ours, worker                            = "liveload", "worker"
)

// jobName is the name of the Job of a launch.
func jobName(run string, launch int) string {
	return fmt.Sprintf("liveload-%s-%d", strings.ToLower(run[:min(len(run), 8)]), launch)
}

// machineName is the name of a machine, which is the name of its host too.
func machineName(job string, index int) string { return job + "-" + strconv.Itoa(index) }

// newJob returns the Job that runs n workers. What its template does not say is said by the patches.
func newJob(s settings, home providers.Home, spec providers.Spec, name, namespace string, n int, now time.Time) (*batchv1.Job, error) {
	if s.image == "" {
		return nil, errors.New("which image? Name one with liveload and a browser in it, such as --cluster-opt image=liveload/liveload:VERSION")
	}
	own := home.Machine(spec, Name, name, now)
	marks := map[string]string{nameLabel: ours, componentLabel: worker, managerLabel: ours}
	maps.Copy(marks, labels.Of(own))
	job := &batchv1.Job{
		TypeMeta:   metav1.TypeMeta{APIVersion: batchv1.SchemeGroupVersion.String(), Kind: "Job"},
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: namespace, Labels: with(s.labels, marks), Annotations: s.annotations},
		Spec: batchv1.JobSpec{
			Parallelism: new(int32(n)), Completions: new(int32(n)), CompletionMode: new(batchv1.IndexedCompletion),
			// A machine that ends is not replaced: its load goes to others, or the controller launches again.
			BackoffLimitPerIndex: new(int32(0)), PodReplacementPolicy: new(batchv1.Failed),
			TTLSecondsAfterFinished: new(int32(keepEnded)),
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: with(s.labels, marks), Annotations: s.annotations},
				Spec:       podSpec(s, spec, name),
			},
		},
	}
	if !own.Expires.IsZero() {
		job.Spec.ActiveDeadlineSeconds = new(int64(own.Expires.Sub(now) / time.Second))
	}
	patched, err := s.patch(job)
	if err != nil {
		return nil, err
	}
	// A patch changes anything but what finds the Job again.
	patched.Name, patched.Namespace = name, namespace
	patched.Labels, patched.Spec.Template.Labels = with(patched.Labels, marks), with(patched.Spec.Template.Labels, marks)
	return patched, nil
}

// podSpec is that of a worker.
func podSpec(s settings, spec providers.Spec, job string) corev1.PodSpec {
	size := corev1.ResourceList{corev1.ResourceCPU: s.cpu, corev1.ResourceMemory: s.memory}
	return corev1.PodSpec{
		RestartPolicy: corev1.RestartPolicyNever, TerminationGracePeriodSeconds: new(int64(leaving)),
		ServiceAccountName: s.serviceAccount, AutomountServiceAccountToken: new(false), EnableServiceLinks: new(false),
		ImagePullSecrets: s.pullSecrets, NodeSelector: s.nodeSelector, Tolerations: s.tolerations, Affinity: s.affinity,
		SecurityContext: &corev1.PodSecurityContext{
			RunAsNonRoot: new(true), SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
		},
		Containers: []corev1.Container{{
			Name: container, Image: s.image, WorkingDir: "/tmp", // its entrypoint is liveload
			Args: slices.Concat([]string{
				"worker", "--join", path.Join(tokenFolder, tokenKey), "--name", job + "-$(" + indexVariable + ")",
			}, spec.Args),
			Env:       environment(s, spec.Env),
			Resources: corev1.ResourceRequirements{Requests: size, Limits: size},
			SecurityContext: &corev1.SecurityContext{
				AllowPrivilegeEscalation: new(false), ReadOnlyRootFilesystem: new(true), Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
			},
			// What a worker prints is warnings and errors: it says why one has ended.
			TerminationMessagePolicy: corev1.TerminationMessageFallbackToLogsOnError,
			VolumeMounts: []corev1.VolumeMount{
				{Name: tokenVolume, MountPath: tokenFolder, ReadOnly: true},
				{Name: "tmp", MountPath: "/tmp"},
				{Name: "shm", MountPath: "/dev/shm"},
			},
		}},
		Volumes: []corev1.Volume{
			{Name: tokenVolume, VolumeSource: corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: job, DefaultMode: new(int32(0o444))}}},
			{Name: "tmp", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}},
			{Name: "shm", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{Medium: corev1.StorageMediumMemory}}},
		},
	}
}

// environment is that of a worker. All of its files are in /tmp, since its root file system is read-only.
func environment(s settings, more []string) []corev1.EnvVar {
	all := []corev1.EnvVar{{Name: "HOME", Value: "/tmp"}, {Name: "LIVELOAD_CACHE", Value: "/tmp/liveload"}}
	for _, text := range more {
		name, value, _ := strings.Cut(text, "=")
		all = append(all, corev1.EnvVar{Name: name, Value: value})
	}
	return append(all, s.env...)
}

// newSecret returns the Secret with the token, which Kubernetes removes with the Job.
func newSecret(job *batchv1.Job, token string) *corev1.Secret {
	return &corev1.Secret{
		TypeMeta: metav1.TypeMeta{APIVersion: corev1.SchemeGroupVersion.String(), Kind: "Secret"},
		ObjectMeta: metav1.ObjectMeta{
			Name: job.Name, Namespace: job.Namespace, Labels: job.Labels, Annotations: job.Annotations,
			OwnerReferences: []metav1.OwnerReference{{APIVersion: batchv1.SchemeGroupVersion.String(), Kind: "Job", Name: job.Name, UID: job.UID}},
		},
		Immutable:  new(true),
		Type:       corev1.SecretTypeOpaque,
		StringData: map[string]string{tokenKey: token},
	}
}

// with returns both maps as one, in which those of more count.
func with(some, more map[string]string) map[string]string {
	all := maps.Clone(some)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, more)
	return all
}
