package nomad

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/hashicorp/nomad/api"
)

// readJob reads and checks the job of a request, which has these other fields.
func (f *fake) readJob(w http.ResponseWriter, r *http.Request, others ...string) (job *api.Job, ok bool) {
	var body map[string]any
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		f.refuse(w, 400, "the body is no JSON: %v", err)
		return nil, false
	}
	wrong := problems("Job", "Job", body["Job"])
	for name, value := range body {
		if name != "Job" && !slices.Contains(others, name) && !zero(value) {
			wrong = append(wrong, name+" is no field of the request")
		}
	}
	if len(wrong) > 0 {
		f.refuse(w, 400, "%s", strings.Join(wrong, "; "))
		return nil, false
	}
	text, err := json.Marshal(body["Job"])
	if err == nil {
		err = json.Unmarshal(text, &job)
	}
	if err == nil {
		err = valid(job)
	}
	if err != nil {
		f.refuse(w, 500, "the job is not valid: %v", err)
		return nil, false
	}
	if *job.Namespace != r.URL.Query().Get("namespace") {
		f.refuse(w, 400, "the job is for the namespace %q, and the request for %q", *job.Namespace, r.URL.Query().Get("namespace"))
		return nil, false
	}
	return job, true
}

// valid is what Nomad checks beyond the fields that there are.
func valid(job *api.Job) error {
	group := job.TaskGroups[0]
	task := group.Tasks[0]
	switch {
	case *job.Type != "batch":
		return fmt.Errorf("job type %q", *job.Type)
	case strings.ContainsAny(*job.ID, " \x00"):
		return fmt.Errorf("job ID %q contains a space", *job.ID)
	case !slices.Contains([]string{"raw_exec", "exec2", "docker"}, task.Driver):
		return fmt.Errorf("no driver %q", task.Driver)
	case *group.RestartPolicy.Mode != "fail" && *group.RestartPolicy.Mode != "delay":
		return fmt.Errorf("unsupported restart mode: %q", *group.RestartPolicy.Mode)
	case task.Resources.CPU != nil && *task.Resources.CPU > 0 && task.Resources.Cores != nil && *task.Resources.Cores > 0:
		return fmt.Errorf("task can only ask for 'cpu' or 'cores' resource, not both")
	case task.Resources.MemoryMB == nil || *task.Resources.MemoryMB < 10:
		return fmt.Errorf("minimum MemoryMB value is 10")
	case !strings.HasPrefix(*task.Templates[0].DestPath, "secrets/"):
		return fmt.Errorf("the template does not go to the secrets")
	case task.KillSignal != "SIGTERM" && task.KillSignal != "SIGINT":
		return fmt.Errorf("kill signal %q", task.KillSignal)
	}
	return nil
}

func (f *fake) register(w http.ResponseWriter, r *http.Request) {
	job, ok := f.readJob(w, r)
	if !ok {
		return
	}
	evaluation := &api.Evaluation{ID: uuid.NewString(), JobID: *job.ID, Namespace: *job.Namespace, Type: "batch", TriggeredBy: "job-register", Status: api.EvalStatusPending}
	f.change(func() {
		key := *job.Namespace + "/" + *job.ID
		if f.jobs[key] == nil {
			f.done.Go(func() { f.schedule(evaluation, job) })
		} else { // the same job again changes nothing
			evaluation.Status = api.EvalStatusComplete
		}
		job.Status, job.SubmitTime = new("pending"), new(time.Now().UnixNano())
		f.jobs[key], f.evaluations[evaluation.ID] = job, evaluation
	})
	f.answer(w, api.JobRegisterResponse{EvalID: evaluation.ID, EvalCreateIndex: 1, JobModifyIndex: 1})
}

func (f *fake) plan(w http.ResponseWriter, r *http.Request) {
	job, ok := f.readJob(w, r, "Diff")
	if !ok {
		return
	}
	var plan api.JobPlanResponse
	f.mu.Lock()
	defer f.mu.Unlock()
	if n := *job.TaskGroups[0].Count; f.room > 0 && n > f.room {
		plan.FailedTGAllocs = map[string]*api.AllocationMetric{*job.TaskGroups[0].Name: full(n - f.room - 1)}
	}
	f.answer(w, plan)
}

func (f *fake) listJobs(r *http.Request) (any, bool) {
	query := r.URL.Query()
	stubs := []*api.JobListStub{}
	for _, job := range f.jobs {
		if strings.HasPrefix(*job.Namespace+"/"+*job.ID, namespaced(query, query.Get("prefix"))) {
			stub := &api.JobListStub{ID: *job.ID, Name: *job.Name, Namespace: *job.Namespace, Type: *job.Type, Status: *job.Status, SubmitTime: *job.SubmitTime}
			if query.Get("meta") == "true" {
				stub.Meta = job.Meta
			}
			stubs = append(stubs, stub)
		}
	}
	return stubs, true
}

func (f *fake) deregister(w http.ResponseWriter, r *http.Request) {
	key := namespaced(r.URL.Query(), r.PathValue("id"))
	evaluation := &api.Evaluation{ID: uuid.NewString(), JobID: r.PathValue("id"), Type: "batch", TriggeredBy: "job-deregister", Status: api.EvalStatusComplete}
	found := false
	f.change(func() {
		job := f.jobs[key]
		if found = job != nil; !found {
			return
		}
		f.evaluations[evaluation.ID] = evaluation
		job.Status = new("dead")
		if r.URL.Query().Get("purge") == "true" {
			delete(f.jobs, key)
		}
		for _, a := range f.allocations {
			if a.job == job {
				a.DesiredStatus = "stop"
				a.stop()
			}
		}
	})
	if !found {
		http.Error(w, "job not found", http.StatusNotFound)
		return
	}
	f.answer(w, api.JobDeregisterResponse{EvalID: evaluation.ID})
}

func (f *fake) evaluation(r *http.Request) (any, bool) {
	evaluation, ok := f.evaluations[r.PathValue("id")]
	return evaluation, ok
}

func (f *fake) jobAllocations(r *http.Request) (any, bool) {
	return f.stubs(func(a *allocation) bool {
		return a.Namespace+"/"+a.JobID == namespaced(r.URL.Query(), r.PathValue("id"))
	}), true
}

// filterPattern is of the only filter that the fake understands.
var filterPattern = regexp.MustCompile(`^JobID matches "(.*)"$`)

func (f *fake) listAllocations(r *http.Request) (any, bool) {
	parts := filterPattern.FindStringSubmatch(r.URL.Query().Get("filter"))
	if parts == nil {
		f.Errorf("failed to read filter expression %q", r.URL.Query().Get("filter"))
		return nil, false
	}
	pattern := regexp.MustCompile(parts[1])
	return f.stubs(func(a *allocation) bool { return pattern.MatchString(a.JobID) }), true
}

func (f *fake) stubs(wanted func(a *allocation) bool) []*api.AllocationListStub {
	stubs := []*api.AllocationListStub{}
	for _, a := range f.allocations {
		if wanted(a) {
			stubs = append(stubs, a.Stub())
		}
	}
	return stubs
}

func (f *fake) allocation(r *http.Request) (any, bool) {
	a, ok := f.allocations[r.PathValue("id")]
	if !ok {
		return nil, false
	}
	return a.Allocation, true
}

// full is why the nodes have no memory left for one more machine, and others.
func full(others int) *api.AllocationMetric {
	return &api.AllocationMetric{
		NodesEvaluated: 3, NodesExhausted: 3, NodesAvailable: map[string]int{"dc1": 3},
		DimensionExhausted: map[string]int{"memory": 3}, CoalescedFailures: others,
	}
}
