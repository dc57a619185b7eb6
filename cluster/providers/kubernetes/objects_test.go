package kubernetes

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/liveload/liveload/cluster/providers"
)

var update = flag.Bool("update", false, "rewrite golden files")

// moment is when the objects of tests are made.
var moment = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// everything sets all options.
func everything(t *testing.T) Options {
	return Options{
		Image: "registry.example/liveload:1.2.3", CPU: "3500m", Memory: "6Gi", NodeSelector: []string{"pool=load", "zone=a"},
		Tolerations: []string{"dedicated=load:NoSchedule", "spot"}, ServiceAccount: "worker", Labels: []string{"team=checkout"},
		Annotations: []string{"example.com/cost-centre=42: load tests"}, PullSecrets: []string{"registry"}, Env: []string{"TZ=Europe/Berlin"},
		Affinity: file(t, "podAntiAffinity:\n  preferredDuringSchedulingIgnoredDuringExecution:\n  - weight: 1\n    podAffinityTerm: {topologyKey: kubernetes.io/hostname}\n"),
		Patch: file(t, `
spec:
  template:
    spec:
      priorityClassName: load
      containers:
      - name: liveload
        resources: {limits: {cpu: null}}
        volumeMounts: [{name: more, mountPath: /more}]
      volumes: [{name: more, emptyDir: {}}]
`),
		MergePatch: file(t, `{"spec": {"ttlSecondsAfterFinished": 60, "template": {"spec": {"securityContext": {"seccompProfile": {"type": "Localhost", "localhostProfile": "chromium.json"}}}}}}`),
	}
}

func file(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "part.yaml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestObjects compares whole objects with files in testdata.
func TestObjects(t *testing.T) {
	here := providers.Home{Owner: "ada-laptop-0badcafe"}
	spec := providers.Spec{
		Run: "7c9e6679-7425-40de-944b-e07fc1f90ae7", Token: "liveload-secret", Lifetime: time.Hour,
		Args: []string{"--log-level", "warn", "--lifetime", "1h0m0s"}, Env: []string{"LIVELOAD_NO_SANDBOX=if-needed"},
	}
	for name, options := range map[string]Options{"least": {Image: "liveload/liveload:1.2.3"}, "everything": everything(t)} {
		t.Run(name, func(t *testing.T) {
			s, err := options.read()
			if err != nil {
				t.Fatal(err)
			}
			job, err := newJob(s, here, spec, jobName(spec.Run, 2), "load", 40, moment)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, name+"-job.yaml", job)
			controller, err := newControllerJob(s, here, providers.Spec{Run: spec.Run, Lifetime: 2 * time.Hour, Args: []string{"cluster", "host"}}, "load", moment)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, name+"-controller.yaml", controller)
			job.UID = "5d1b8d6e-0000-0000-0000-000000000000"
			compare(t, name+"-secret.yaml", newSecret(job, spec.Token))
		})
	}
}

// TestImageIsNeeded: but not by those who only look at machines.
func TestImageIsNeeded(t *testing.T) {
	s, err := Options{}.read()
	if err != nil {
		t.Fatal(err)
	}
	_, err = newJob(s, providers.Home{}, providers.Spec{Run: "run"}, "liveload-run-1", "load", 2, moment)
	if err == nil || err.Error() != "which image? Name one with liveload and a browser in it, such as --cluster-opt image=liveload/liveload:VERSION" {
		t.Errorf("a Job without an image: %v", err)
	}
}

func compare(t *testing.T, name string, o any) {
	t.Helper()
	got, err := yaml.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("%s differs; -update rewrites it\n%s", golden, got)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for _, test := range []struct {
		change func(o *Options)
		want   string
	}{
		{func(o *Options) { o.ControllerMemory = "much" }, "--cluster-opt controller-memory=much: it must be"},
		{func(o *Options) { o.CPU = "two" }, "--cluster-opt cpu=two: it must be a quantity of Kubernetes, such as 2, 1500m or 4Gi"},
		{func(o *Options) { o.Memory = "-1Gi" }, "--cluster-opt memory=-1Gi: it must be"},
		{func(o *Options) { o.NodeSelector = []string{"pool"} }, "--cluster-opt node-selector=pool: it must be KEY=VALUE"},
		{func(o *Options) { o.Labels = []string{"team=a b"} }, "--cluster-opt label=team=a b: a valid label must be"},
		{func(o *Options) { o.Annotations = []string{"a b=c"} }, "--cluster-opt annotation=a b=c: name part must consist of"},
		{func(o *Options) { o.Tolerations = []string{"spot:NoExecution"} }, "EFFECT is NoSchedule, PreferNoSchedule or NoExecute"},
		{func(o *Options) { o.ServiceAccount = "Worker" }, "--cluster-opt service-account=Worker: it must be the name of an object"},
		{func(o *Options) { o.PullSecrets = []string{"a_b"} }, "--cluster-opt pull-secret=a_b: it must be"},
		{func(o *Options) { o.Env = []string{"TZ"} }, "--cluster-opt env=TZ: it must be NAME=VALUE"},
		{func(o *Options) { o.Affinity = "none.yaml" }, "--cluster-opt affinity=none.yaml: open none.yaml"},
		{func(o *Options) { o.Affinity = file(t, "podAfinity: {}") }, `unknown field "podAfinity"`},
		{func(o *Options) { o.Patch = file(t, "- a list") }, "--cluster-opt patch="},
	} {
		o := Options{Image: "liveload"}
		test.change(&o)
		if _, err := o.read(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("read(%+v) = %v, want %s", o, err, test.want)
		}
	}
}

func TestPatchesAreChecked(t *testing.T) {
	for _, test := range []struct{ patch, merge, want string }{
		{"spec: {template: {spec: {containres: []}}}", "", `the patches of --cluster-opt leave no Job: error unmarshaling JSON: while decoding JSON: json: unknown field "containres"`},
		{"", "spec: {parallelism: 3}", "the patches of --cluster-opt change how many machines a Job has: --nodes says that"},
		{"spec: {completions: null}", "", "the patches of --cluster-opt change how many machines"},
		{"spec: {template: 7}", "", "the patches of --cluster-opt leave no Job"},
	} {
		o := Options{Image: "liveload"}
		if test.patch != "" {
			o.Patch = file(t, test.patch)
		}
		if test.merge != "" {
			o.MergePatch = file(t, test.merge)
		}
		s, err := o.read()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := newJob(s, providers.Home{}, providers.Spec{Run: "r"}, "liveload-r-1", "load", 2, moment); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q, %q: %v, want %s", test.patch, test.merge, err, test.want)
		}
	}
}

// TestPatchesKeepWhatFindsAJobAgain: a patch changes no label by which the run is found.
func TestPatchesKeepWhatFindsAJobAgain(t *testing.T) {
	s, err := Options{Image: "liveload", MergePatch: file(t, `{"metadata": {"name": "mine", "labels": {"liveload-run": "other", "team": "a"}}, "spec": {"template": {"metadata": {"labels": null}}}}`)}.read()
	if err != nil {
		t.Fatal(err)
	}
	job, err := newJob(s, providers.Home{}, providers.Spec{Run: "run"}, "liveload-run-1", "load", 2, moment)
	if err != nil {
		t.Fatal(err)
	}
	if job.Name != "liveload-run-1" || job.Labels["liveload-run"] != "run" || job.Labels["team"] != "a" || job.Spec.Template.Labels["liveload-run"] != "run" {
		t.Errorf("the Job is %s with %v, its Pods have %v", job.Name, job.Labels, job.Spec.Template.Labels)
	}
}
