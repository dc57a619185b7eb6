package nomad

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/nomad/api"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/labels"
)

const (
	jobPrefix      = "liveload-"
	variablePrefix = "nomad/jobs/" // below which the tasks of a job may read what has the job's id
	worker         = "worker"      // name of group and task
	tokenFile      = "liveload-token"

	lostAfter = 5 * time.Minute // that a node may be cut off from Nomad while its worker goes on
)

// jobID is that of a machine.
func jobID(run, name string) string {
	return jobPrefix + run + "-" + strings.TrimPrefix(name, Name+"-")
}

// variablePath is where the tasks of a machine's job, and no others, find its token.
func variablePath(m providers.Machine) string { return variablePrefix + jobID(m.Run, m.Name) }

// job describes one machine. It is what Nomad's job specification calls a batch job with one allocation, which nothing starts
// again: what becomes of a lost worker is for the controller to say.
func (o Options) job(m providers.Machine, spec providers.Spec) *api.Job {
	id := jobID(m.Run, m.Name)
	constraints, _ := o.constraints() // checked before
	job := &api.Job{
		ID: &id, Name: &id, Type: new(api.JobTypeBatch), Namespace: &o.Namespace, Datacenters: o.Datacenters,
		Constraints: constraints, Meta: labels.Of(m),
		TaskGroups: []*api.TaskGroup{{
			Name: new(worker), Count: new(1),
			RestartPolicy:    &api.RestartPolicy{Attempts: new(0), Mode: new(api.RestartPolicyModeFail)},
			ReschedulePolicy: &api.ReschedulePolicy{Attempts: new(0), Unlimited: new(false)},
			Disconnect: &api.DisconnectStrategy{
				LostAfter: new(lostAfter), Replace: new(false), Reconcile: new(api.ReconcileOptionKeepOriginal),
			},
			Tasks: []*api.Task{o.task(m, spec)},
		}},
	}
	if len(job.Datacenters) == 0 {
		job.Datacenters = []string{"*"}
	}
	if o.Region != "" {
		job.Region = &o.Region
	}
	if o.NodePool != "" {
		job.NodePool = &o.NodePool
	}
	if o.Priority != 0 {
		job.Priority = &o.Priority
	}
	if !m.Expires.IsZero() {
		job.TaskGroups[0].MaxRunDuration = new(m.Expires.Sub(m.Launched))
	}
	return job
}

// task runs the worker.
func (o Options) task(m providers.Machine, spec providers.Spec) *api.Task {
	env, _ := variables(slices.Concat(spec.Env, o.Env)) // checked before
	permissions := "0600"
	if o.Driver != "raw_exec" || o.User != "" { // another user runs the worker, and nobody else sees its folder of secrets
		permissions = "0644"
	}
	task := &api.Task{
		Name: worker, Driver: o.Driver, User: o.User, Env: env, Config: o.driverConfig(m, spec),
		KillTimeout: &o.leaving, KillSignal: "SIGTERM",
		Resources: &api.Resources{MemoryMB: &o.MemoryMB},
		Templates: []*api.Template{{
			EmbeddedTmpl: new(fmt.Sprintf(`{{ with nomadVar %q }}{{ .token }}{{ end }}`, variablePath(m))),
			DestPath:     new("secrets/" + tokenFile), Perms: &permissions, ChangeMode: new("noop"),
		}},
	}
	if o.Cores > 0 {
		task.Resources.Cores = &o.Cores
	} else {
		task.Resources.CPU = &o.CPU
	}
	if o.MemoryMaxMB > 0 {
		task.Resources.MemoryMaxMB = &o.MemoryMaxMB
	}
	if o.Artifact != "" {
		task.Artifacts = []*api.TaskArtifact{{GetterSource: &o.Artifact, RelativeDest: new("local/")}}
	}
	return task
}

func (o Options) driverConfig(m providers.Machine, spec providers.Spec) map[string]any {
	config, _ := o.config() // checked before
	config["args"] = slices.Concat([]string{"worker", "--join", "${NOMAD_SECRETS_DIR}/" + tokenFile, "--name", m.Name}, spec.Args)
	if o.Driver == "docker" {
		config["image"] = o.Image
	} else {
		config["command"] = o.Binary
	}
	return config
}

// variable holds the token of a machine, and whose it is: so it is found when its job was not made, or is gone.
func (o Options) variable(m providers.Machine, token string) *api.Variable {
	items := api.VariableItems{"token": token}
	maps.Copy(items, labels.Of(m))
	return &api.Variable{Namespace: o.Namespace, Path: variablePath(m), Items: items}
}
