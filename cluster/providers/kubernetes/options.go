package kubernetes

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation"
	"sigs.k8s.io/yaml"
)

// Options say where workers run and how large they are.
type Options struct {
	Kubeconfig string // file; "" is what KUBECONFIG says, or ~/.kube/config, or the cluster in which this process runs
	Context    string // of the kubeconfig; "" is its current one
	Namespace  string // "" is that of the context

	Image          string
	CPU, Memory    string   // of a machine, as Kubernetes writes them; "" is the default
	NodeSelector   []string // KEY=VALUE each
	Tolerations    []string // KEY=VALUE:EFFECT each, of which VALUE and EFFECT may be left out
	Affinity       string   // file
	ServiceAccount string
	Labels         []string // KEY=VALUE each, of Jobs, Secrets and Pods
	Annotations    []string // KEY=VALUE each, of them too
	PullSecrets    []string // names
	Env            []string // of workers: NAME=value
	Patch          string   // file with a strategic merge patch of the Job
	MergePatch     string   // file with a JSON merge patch of the Job, after Patch

	// Of a controller that runs in the cluster; "" is the default.
	ControllerAccount, ControllerCPU, ControllerMemory string
}

const (
	defaultCPU    = "2"
	defaultMemory = "4Gi"
)

// settings are options that were read.
type settings struct {
	image                string
	cpu, memory          resource.Quantity
	nodeSelector         map[string]string
	tolerations          []corev1.Toleration
	affinity             *corev1.Affinity
	serviceAccount       string
	labels, annotations  map[string]string
	pullSecrets          []corev1.LocalObjectReference
	env                  []corev1.EnvVar
	strategic, mergeJSON []byte // patches; nil for none

	controllerAccount               string
	controllerCPU, controllerMemory resource.Quantity
}

// read checks options. Its errors name the option.
func (o Options) read() (s settings, err error) {
	s.image, s.serviceAccount = o.Image, o.ServiceAccount
	r := reader{}
	s.cpu, s.memory = r.quantity("cpu", o.CPU, defaultCPU), r.quantity("memory", o.Memory, defaultMemory)
	s.nodeSelector = r.pairs("node-selector", o.NodeSelector, validation.IsValidLabelValue)
	s.labels = r.pairs("label", o.Labels, validation.IsValidLabelValue)
	s.annotations = r.pairs("annotation", o.Annotations, nil)
	for _, text := range o.Tolerations {
		s.tolerations = append(s.tolerations, r.toleration(text))
	}
	for _, name := range o.PullSecrets {
		r.name("pull-secret", name)
		s.pullSecrets = append(s.pullSecrets, corev1.LocalObjectReference{Name: name})
	}
	if o.ServiceAccount != "" {
		r.name("service-account", o.ServiceAccount)
	}
	s.controllerAccount = cmp.Or(o.ControllerAccount, defaultAccount)
	r.name("controller-account", s.controllerAccount)
	s.controllerCPU = r.quantity("controller-cpu", o.ControllerCPU, controllerCPU)
	s.controllerMemory = r.quantity("controller-memory", o.ControllerMemory, controllerMemory)
	for _, text := range o.Env {
		name, value, ok := strings.Cut(text, "=")
		r.check("env", name, ok && name != "", "NAME=VALUE") // what follows a name may be a secret
		s.env = append(s.env, corev1.EnvVar{Name: name, Value: value})
	}
	if text := r.file("affinity", o.Affinity); text != nil {
		s.affinity = &corev1.Affinity{}
		r.keep("affinity", o.Affinity, yaml.UnmarshalStrict(text, s.affinity))
	}
	s.strategic, s.mergeJSON = r.patch("patch", o.Patch), r.patch("merge-patch", o.MergePatch)
	return s, r.err
}

// A reader reads texts and keeps the first error.
type reader struct{ err error }

func (r *reader) check(option, text string, good bool, form string) {
	if !good {
		r.keep(option, text, errors.New("it must be "+form))
	}
}

func (r *reader) keep(option, text string, err error) {
	if err != nil && r.err == nil {
		r.err = fmt.Errorf("--cluster-opt %s=%s: %w", option, text, err)
	}
}

func (r *reader) quantity(option, text, fallback string) resource.Quantity {
	if text == "" {
		text = fallback
	}
	q, err := resource.ParseQuantity(text)
	r.check(option, text, err == nil && q.Sign() > 0, "a quantity of Kubernetes, such as 2, 1500m or 4Gi")
	return q
}

func (r *reader) name(option, text string) {
	r.check(option, text, len(validation.IsDNS1123Subdomain(text)) == 0, "the name of an object: small letters, digits, dashes and dots")
}

// pairs reads KEY=VALUE. A nil check takes every value.
func (r *reader) pairs(option string, texts []string, check func(value string) []string) map[string]string {
	if len(texts) == 0 {
		return nil
	}
	pairs := map[string]string{}
	for _, text := range texts {
		key, value, ok := strings.Cut(text, "=")
		r.check(option, text, ok, "KEY=VALUE")
		wrong := validation.IsQualifiedName(key)
		if check != nil {
			wrong = append(wrong, check(value)...)
		}
		if len(wrong) > 0 {
			r.keep(option, text, errors.New(strings.Join(wrong, "; ")))
		}
		pairs[key] = value
	}
	return pairs
}

// effects are what a taint can do.
var effects = map[string]bool{"": true, string(corev1.TaintEffectNoSchedule): true, string(corev1.TaintEffectPreferNoSchedule): true, string(corev1.TaintEffectNoExecute): true}

// toleration reads KEY=VALUE:EFFECT.
func (r *reader) toleration(text string) corev1.Toleration {
	before, effect, _ := strings.Cut(text, ":")
	key, value, hasValue := strings.Cut(before, "=")
	r.check("toleration", text, key != "" && effects[effect], "KEY=VALUE:EFFECT, where VALUE and EFFECT may be left out, and EFFECT is NoSchedule, PreferNoSchedule or NoExecute")
	t := corev1.Toleration{Key: key, Value: value, Operator: corev1.TolerationOpEqual, Effect: corev1.TaintEffect(effect)}
	if !hasValue {
		t.Operator = corev1.TolerationOpExists
	}
	return t
}

// file reads a file; nil for none.
func (r *reader) file(option, path string) []byte {
	if path == "" {
		return nil
	}
	text, err := os.ReadFile(path)
	r.keep(option, path, err)
	return text
}

// patch reads a patch, YAML or JSON, as JSON.
func (r *reader) patch(option, path string) []byte {
	text := r.file(option, path)
	if text == nil {
		return nil
	}
	var parts map[string]any
	r.keep(option, path, yaml.UnmarshalStrict(text, &parts))
	packed, err := yaml.YAMLToJSON(text)
	r.keep(option, path, err)
	return packed
}
