package table

import (
	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/kubernetes"
)

func kubernetesOptions() []Option {
	return []Option{
		{"image", "run workers from this `IMAGE`, such as liveload/liveload:VERSION"},
		{"kubeconfig", "find the cluster in this `FILE` ($KUBECONFIG, ~/.kube/config, or the cluster that this process runs in)"},
		{"context", "use the context `NAME` of the kubeconfig (its current one)"},
		{"namespace", "use the namespace `NAME` (that of the context)"},
		{"cpu", "give each machine `N` cores (2)"},
		{"memory", "give each machine `SIZE` of memory (4Gi)"},
		{"node-selector", "only on nodes with the label `KEY=VALUE`; may be repeated"},
		{"toleration", "also on nodes with the taint `KEY=VALUE:EFFECT`; VALUE and EFFECT may be left out; may be repeated"},
		{"affinity", "choose nodes by the affinity in `FILE`, YAML or JSON"},
		{"service-account", "run workers as the service account `NAME` (default)"},
		{"label", "a label `KEY=VALUE` for all objects; may be repeated"},
		{"annotation", "an annotation `KEY=VALUE` for all objects; may be repeated"},
		{"pull-secret", "pull the image with the Secret `NAME`; may be repeated"},
		{"env", "`NAME=VALUE` for the workers; may be repeated"},
		{"controller-account", "run a controller in the cluster as the service account `NAME`, which has the role (liveload)"},
		{"controller-cpu", "give it `N` cores (1)"},
		{"controller-memory", "give it `SIZE` of memory (1Gi)"},
		{"patch", "change the Job by the strategic merge patch in `FILE`, YAML or JSON"},
		{"merge-patch", "change the Job by the JSON merge patch in `FILE`, after patch"},
	}
}

func openKubernetes(home providers.Home, v Values) (providers.Provider, error) {
	p, err := kubernetes.New(home, kubernetes.Options{
		Kubeconfig: v.Last("kubeconfig"), Context: v.Last("context"), Namespace: v.Last("namespace"),
		Image: v.Last("image"), CPU: v.Last("cpu"), Memory: v.Last("memory"), NodeSelector: v["node-selector"], Tolerations: v["toleration"],
		Affinity: v.Last("affinity"), ServiceAccount: v.Last("service-account"), Labels: v["label"], Annotations: v["annotation"],
		PullSecrets: v["pull-secret"], Env: v["env"], Patch: v.Last("patch"), MergePatch: v.Last("merge-patch"),
		ControllerAccount: v.Last("controller-account"), ControllerCPU: v.Last("controller-cpu"), ControllerMemory: v.Last("controller-memory"),
	})
	if err != nil {
		return nil, err // not a nil of another type
	}
	return p, nil
}
