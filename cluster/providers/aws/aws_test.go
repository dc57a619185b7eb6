package aws

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/aws/awstest"
	"github.com/liveload/liveload/cluster/providers/aws/ecstask"
	"github.com/liveload/liveload/cluster/providers/labels"
	"github.com/liveload/liveload/cluster/providers/providertest"
)

func TestMain(m *testing.M) { providertest.Main(m, open) }

// A place is what controllers of one test have in common.
type place struct {
	Cache   string
	Options Options
}

// valid are options that awstest knows.
func valid() Options {
	return Options{
		Cluster: awstest.Cluster, Subnets: []string{awstest.Subnet}, SecurityGroups: []string{awstest.SecurityGroup}, Image: "liveload/liveload:1.0",
		CPU: "1", Memory: "2GB", ExecutionRole: awstest.ExecutionRole, LogGroup: awstest.LogGroup,
	}
}

// open begins a run. The environment says where AWS is.
func open(config, run string) (providers.Provider, func() error, error) {
	var where place
	if err := json.Unmarshal([]byte(config), &where); err != nil {
		return nil, nil, err
	}
	here, end, err := providertest.Begin(where.Cache, run)
	if err != nil {
		return nil, nil, err
	}
	p, err := New(here, where.Options)
	if err != nil {
		return nil, nil, err
	}
	p.look, p.watch.Pause, p.longest = 5*time.Millisecond, 10*time.Millisecond, 20*time.Millisecond
	return p, end, nil
}

// policy is the one of the documentation.
func policy(t *testing.T) awstest.Policy {
	t.Helper()
	content, err := os.ReadFile("../../../docs/clouds/aws.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(content), "```json\n")
	text, _, _ = strings.Cut(text, "```")
	p, err := awstest.ReadPolicy(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// start starts an AWS, to which the environment leads.
func start(t *testing.T, allowed awstest.Policy) *awstest.Server {
	t.Helper()
	s := awstest.Start(t, allowed)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": s.URL, "AWS_REGION": awstest.Region, "AWS_ACCESS_KEY_ID": awstest.KeyID, "AWS_SECRET_ACCESS_KEY": awstest.Key,
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_EC2_METADATA_DISABLED": "true", "AWS_PROFILE": "", "AWS_SESSION_TOKEN": "",
	} {
		t.Setenv(name, value)
	}
	return s
}

func configOf(t *testing.T, o Options) string {
	t.Helper()
	text, err := json.Marshal(place{t.TempDir(), o})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestProvider(t *testing.T) {
	providertest.RunCloud(t, open, func(t *testing.T) providertest.Rig {
		s := start(t, policy(t))
		return providertest.Rig{
			Config: configOf(t, valid()), Listen: "127.0.0.1:0", Machines: 5,
			Fail: func() string { s.FailOne("RESOURCE:ENI"); return "no address left" },
			Kill: func(m providers.Machine) error { return s.Kill(m.ID) },
			Left: func() ([]string, error) { return s.Left(), nil },
			Sent: &s.Sent, Keeps: "secretsmanager.CreateSecret",
			Visible: func() (string, error) {
				text, err := s.Visible()
				return regexp.MustCompile(`arn:aws:ecs:[^"]*:task/[^"]*`).ReplaceAllStringFunc(text, func(arn string) string { return arn + " " + ecstask.Name(arn) }), err
			},
			Cloud: providertest.Cloud{
				Other: configOf(t, valid()), Slow: s.Slow,
				Stumble: func(what providertest.Request) {
					for i, action := range requests[what] {
						s.Next(action, passing[i%len(passing)])
					}
				},
				Refuse: func(what providertest.Request) func() {
					return s.Refuse(&awstest.Fault{Status: 400, Code: "AccessDeniedException", Message: "not today"}, requests[what]...)
				},
				Expire: func(run string) {
					s.Retag(labels.Run, run, labels.Expires, strconv.FormatInt(time.Now().Add(-time.Minute).Unix(), 10))
				},
			},
		}
	})
}

// requests are the actions of each kind.
var requests = map[providertest.Request][]string{
	providertest.Create: {"ecs:RunTask", "secretsmanager:CreateSecret", "ecs:RegisterTaskDefinition"},
	providertest.List:   {"ecs:ListTasks", "ecs:DescribeTasks", "secretsmanager:ListSecrets", "ecs:ListTaskDefinitions"},
	providertest.Delete: {"ecs:StopTask", "secretsmanager:DeleteSecret", "ecs:DeregisterTaskDefinition", "ecs:DeleteTaskDefinitions"},
}

// passing are faults that pass.
var passing = []*awstest.Fault{
	{Status: 400, Code: "ThrottlingException", Message: "Rate exceeded", RetryAfter: 10 * time.Millisecond},
	{Status: 500, Code: "ServerException", Message: "Service Unavailable. Please try again later."},
	{Status: 503, Code: "ServiceUnavailable", Message: "busy"},
}

// provider begins a run with options.
func provider(t *testing.T, o Options) *Provider {
	t.Helper()
	p, end, err := open(configOf(t, o), t.Name())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := end(); err != nil {
			t.Error(err)
		}
	})
	return p.(*Provider)
}

func specOf(t *testing.T) providers.Spec {
	return providers.Spec{Run: strings.ReplaceAll(t.Name(), "/", "-"), Token: "liveload-secret", Args: []string{"--log-level", "warn"}, Lifetime: time.Hour}
}

// TestManyMachines: requests are as large as ECS allows, and no larger.
func TestManyMachines(t *testing.T) {
	s := start(t, policy(t))
	s.Hollow()
	p := provider(t, valid())
	c, err := p.connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c.runs, c.stops = rate.NewLimiter(rate.Inf, 100), rate.NewLimiter(rate.Inf, 100)
	machines, err := p.Launch(t.Context(), 255, specOf(t))
	if err != nil || len(machines) != 255 {
		t.Fatalf("Launch = %d machines, %v", len(machines), err)
	}
	if calls := s.Calls()["ecs:RunTask"]; calls != 26 || s.Largest("RunTask") != 10 || s.Largest("DescribeTasks") != 100 {
		t.Errorf("%d requests to run tasks, the largest of which had %d, and %d tasks were looked at", calls, s.Largest("RunTask"), s.Largest("DescribeTasks"))
	}
	if listed, err := p.List(t.Context()); err != nil || len(listed) != 255 {
		t.Errorf("List has %d machines, %v", len(listed), err)
	}
	if err := p.Destroy(t.Context(), machines); err != nil {
		t.Error(err)
	}
	if left, err := p.List(t.Context()); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

// TestTooSlow: a launch whose time is too short for the rate of AWS says so, and has the machines that it started.
func TestTooSlow(t *testing.T) {
	s := start(t, policy(t))
	s.Hollow()
	p := provider(t, valid())
	c, err := p.connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c.runs = rate.NewLimiter(rate.Every(time.Hour), mostRun)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	machines, err := p.Launch(ctx, 3*mostRun, specOf(t))
	if len(machines) != mostRun || !errors.Is(err, errTooSlow) {
		t.Errorf("Launch = %d machines, %v", len(machines), err)
	}
	if err := p.Destroy(t.Context(), machines); err != nil {
		t.Error(err)
	}
}

// TestSpot: what Spot lacks is run on demand, if the options say so.
func TestSpot(t *testing.T) {
	for _, test := range []struct {
		spot         string
		has, want    int
		launched, in string // kinds of the machines, and what the error says
	}{
		{"yes", 5, 5, "5 spot", ""},
		{"yes", 2, 5, "2 spot, 3 on demand", ""},
		{"yes", 0, 5, "5 on demand", ""},
		{"only", 2, 5, "2 spot", "3 machines were not started: Capacity is unavailable"},
		{"no", 5, 5, "5 on demand", ""},
	} {
		t.Run(fmt.Sprint(test.spot, " ", test.has), func(t *testing.T) {
			s := start(t, policy(t))
			s.Hollow()
			s.Spot(test.has)
			o := valid()
			o.Spot = test.spot
			p := provider(t, o)
			machines, err := p.Launch(t.Context(), test.want, specOf(t))
			if (err == nil) != (test.in == "") || err != nil && !strings.Contains(err.Error(), test.in) {
				t.Errorf("Launch = %v, want %q", err, test.in)
			}
			if kinds := kindsOf(t, p, machines); kinds != test.launched {
				t.Errorf("launched %s, want %s", kinds, test.launched)
			}
			if err := p.Destroy(t.Context(), machines); err != nil {
				t.Error(err)
			}
		})
	}
}

func kindsOf(t *testing.T, p *Provider, machines []providers.Machine) string {
	t.Helper()
	var arns []string
	for _, m := range machines {
		arns = append(arns, m.ID)
	}
	tasks, err := p.cloud.describe(t.Context(), awstest.Cluster, arns)
	if err != nil {
		t.Fatal(err)
	}
	spot := 0
	for _, task := range tasks {
		if value(task.CapacityProviderName) == spotProvider {
			spot++
		}
	}
	var kinds []string
	if spot > 0 {
		kinds = append(kinds, fmt.Sprint(spot, " spot"))
	}
	if rest := len(tasks) - spot; rest > 0 {
		kinds = append(kinds, fmt.Sprint(rest, " on demand"))
	}
	return strings.Join(kinds, ", ")
}

// TestSpotInterruption: who has lost a machine learns that AWS took it.
func TestSpotInterruption(t *testing.T) {
	s := start(t, policy(t))
	s.Hollow()
	o := valid()
	o.Spot = "only"
	p := provider(t, o)
	spec, ended := specOf(t), make(chan string, 1)
	spec.Ended = func(m providers.Machine, why error) { ended <- m.Name + ": " + why.Error() }
	machines, err := p.Launch(t.Context(), 2, spec)
	if err != nil {
		t.Fatal(err)
	}
	s.Interrupt(machines[0].ID)
	select {
	case why := <-ended:
		if !strings.Contains(why, machines[0].Name) || !strings.Contains(why, "AWS has taken the Spot machine back") {
			t.Errorf("told %q", why)
		}
	case <-time.After(time.Minute):
		t.Error("nobody was told")
	}
	if err := p.Destroy(t.Context(), machines); err != nil {
		t.Error(err)
	}
}

// TestStoppedBeforeItRuns: a machine that cannot boot is told in words, and nothing stays.
func TestStoppedBeforeItRuns(t *testing.T) {
	for reason, want := range map[string]string{
		"CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref docker.io/liveload/liveload:1.0: not found": "there is no such image",
		"CannotPullContainerError: ref pull has been retried 5 time(s): dial tcp 3.1.1.1:443: i/o timeout":                                           "that the subnets reach its registry",
		"ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secret from asm: timeout":                          "secretsmanager:GetSecretValue",
		"Timeout waiting for network interface provisioning to complete.":                                                                            "Timeout waiting for network interface",
	} {
		s := start(t, policy(t))
		s.Unpullable(reason)
		p := provider(t, valid())
		machines, err := p.Launch(t.Context(), 3, specOf(t))
		if err == nil || len(machines) > 0 || !strings.Contains(err.Error(), "3 machines were not started: "+strings.TrimSuffix(reason, ".")) || !strings.Contains(err.Error(), want) {
			t.Errorf("Launch = %v, %v; want %q", machines, err, want)
		}
		if left, err := p.List(t.Context()); err != nil || len(left) > 0 {
			t.Errorf("left: %v, %v", left, err)
		}
	}
}

// TestLostAnswer: ECS has started the tasks, but its answer is lost. The same request again starts no others.
func TestLostAnswer(t *testing.T) {
	s := start(t, policy(t))
	s.Hollow()
	s.LoseAnswer("ecs:RunTask")
	p := provider(t, valid())
	machines, err := p.Launch(t.Context(), 7, specOf(t))
	if err != nil || len(machines) != 7 {
		t.Fatalf("Launch = %d machines, %v", len(machines), err)
	}
	if listed, err := p.List(t.Context()); err != nil || len(listed) != 7 {
		t.Errorf("List has %d machines, %v", len(listed), err)
	}
	if err := p.Destroy(t.Context(), machines); err != nil {
		t.Error(err)
	}
}

// TestLostForGood: all answers are lost, so that nobody knows of the tasks that were started.
func TestLostForGood(t *testing.T) {
	s := start(t, policy(t))
	s.Hollow()
	for range mostAttempts {
		s.LoseAnswer("ecs:RunTask")
	}
	p := provider(t, valid())
	if machines, err := p.Launch(t.Context(), 2, specOf(t)); err == nil || len(machines) > 0 {
		t.Fatalf("Launch = %v, %v", machines, err)
	}
	if left, err := p.List(t.Context()); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

func TestCheck(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(s *awstest.Server, o *Options)
		want   string // "" when nothing is wrong
	}{
		{"all is there", func(*awstest.Server, *Options) {}, ""},
		{"no such cluster", func(_ *awstest.Server, o *Options) { o.Cluster = "lode" }, "no cluster lode"},
		{"Spot", func(_ *awstest.Server, o *Options) { o.Spot = "yes" }, ""},
		{"no Spot", func(s *awstest.Server, o *Options) { o.Spot = "yes"; s.Providers() }, "the cluster load has no FARGATE_SPOT"},
		{"quota", func(s *awstest.Server, _ *Options) { s.Quota("L-3032A538", 2) }, "3 machines with 1 vCPU need 3 vCPU, but this account may have 2 in eu-west-1 (quota L-3032A538, Fargate On-Demand vCPU resource count)"},
		{"quota of Spot", func(s *awstest.Server, o *Options) { o.Spot = "only"; s.Quota("L-36FBB829", 2) }, "quota L-36FBB829"},
		{"no word about the quota", func(s *awstest.Server, _ *Options) {
			s.Next("servicequotas:GetServiceQuota", &awstest.Fault{Status: 400, Code: "NoSuchResourceException", Message: "none"})
		}, ""},
		{"credentials", func(*awstest.Server, *Options) {}, "there are no credentials of AWS"},
		{"expired", func(s *awstest.Server, _ *Options) {
			s.Next("ecs:DescribeClusters", &awstest.Fault{Status: 400, Code: "ExpiredTokenException", Message: "The security token included in the request is expired"})
		}, "Renew them"},
		{"region", func(*awstest.Server, *Options) {}, "in which region?"},
	} {
		t.Run(test.name, func(t *testing.T) {
			o, s := valid(), start(t, policy(t))
			if strings.Contains(test.name, "cluster") {
				s = start(t, anything(t))
			}
			switch test.name {
			case "credentials":
				t.Setenv("AWS_ACCESS_KEY_ID", "")
			case "region":
				t.Setenv("AWS_REGION", "")
			}
			test.change(s, &o)
			err := provider(t, o).Check(t.Context(), 3)
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("Check = %v, want %q", err, test.want)
			}
		})
	}
}

// anything is a policy that allows everything.
func anything(t *testing.T) awstest.Policy {
	t.Helper()
	p, err := awstest.ReadPolicy(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["*"], "Resource": ["*"]}]}`)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestQuotaInUse: what runs in the cluster counts.
func TestQuotaInUse(t *testing.T) {
	s := start(t, policy(t))
	s.Hollow()
	s.Quota("L-3032A538", 4)
	p := provider(t, valid())
	machines, err := p.Launch(t.Context(), 3, specOf(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Check(t.Context(), 1); err != nil {
		t.Error(err)
	}
	want := "2 machines with 1 vCPU need 2 vCPU, but this account may have 4 in eu-west-1, of which tasks of the cluster load use 3"
	if err := p.Check(t.Context(), 2); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("Check = %v, want %s", err, want)
	}
	if more, err := p.Launch(t.Context(), 2, specOf(t)); err == nil || len(more) > 0 || !strings.Contains(err.Error(), "ask AWS for a higher quota") {
		t.Errorf("Launch = %v, %v", more, err)
	}
	if err := p.Destroy(t.Context(), machines); err != nil {
		t.Error(err)
	}
}

// TestPolicy: the documented policy is enough, and none of its actions is too many.
func TestPolicy(t *testing.T) {
	whole := policy(t)
	if err := everything(t, whole); err != nil {
		t.Errorf("with the documented policy: %v", err)
	}
	for _, action := range whole.Actions() {
		if err := everything(t, whole.Without(action)); err == nil || !strings.Contains(err.Error(), action) || !strings.Contains(err.Error(), "liveload docs clouds/aws") {
			t.Errorf("without %s: %v", action, err)
		}
	}
}

// everything does all that a provider can do, and returns what went wrong.
func everything(t *testing.T, allowed awstest.Policy) error {
	t.Helper()
	s := start(t, allowed)
	p := provider(t, valid())
	s.Unpullable("CannotPullContainerError: i/o timeout")
	_, logs := p.Launch(t.Context(), 1, specOf(t)) // looks for the log of the one that failed
	if logs != nil && !strings.Contains(logs.Error(), "logs:GetLogEvents") {
		logs = nil
	}
	s.Unpullable("")
	s.Hollow()
	checked := p.Check(t.Context(), 1)
	machines, launched := p.Launch(t.Context(), 1, specOf(t))
	destroyed := p.Destroy(t.Context(), machines)
	s.Refuse(&awstest.Fault{Status: 400, Code: "ClientException", Message: "not now"}, "ecs:DeleteTaskDefinitions")
	machines, _ = p.Launch(t.Context(), 1, specOf(t))
	_ = p.Destroy(t.Context(), machines)
	_, listed := p.List(t.Context())
	return errors.Join(logs, checked, launched, destroyed, listed)
}
