package awstest

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/uuid"
)

const spotProvider = "FARGATE_SPOT"

func (s *Server) runTask(action string, in *ecs.RunTaskInput) (*ecs.RunTaskOutput, error) {
	d, err := s.checkRun(action, in)
	if err != nil {
		return nil, err
	}
	out := &ecs.RunTaskOutput{}
	known, again := s.tickets[value(in.ClientToken)]
	if again && in.ClientToken != nil {
		for _, t := range known {
			out.Tasks = append(out.Tasks, t.shown(true))
		}
		return out, nil
	}
	spot := len(in.CapacityProviderStrategy) > 0 && *in.CapacityProviderStrategy[0].CapacityProvider == spotProvider
	if err := s.checkQuota(d, int(value(in.Count)), spot); err != nil {
		return nil, err
	}
	for range max(1, int(value(in.Count))) {
		if why := s.whyNot(spot); why != "" {
			out.Failures = append(out.Failures, types.Failure{Arn: new(arn("ecs", "cluster/"+Cluster)), Reason: &why})
			continue
		}
		t := s.newTask(d, in, spot)
		s.tickets[value(in.ClientToken)] = append(s.tickets[value(in.ClientToken)], t)
		out.Tasks = append(out.Tasks, t.shown(true))
	}
	s.largest["RunTask"] = max(s.largest["RunTask"], int(value(in.Count)))
	return out, nil
}

// checkRun refuses requests that ECS refuses as a whole.
func (s *Server) checkRun(action string, in *ecs.RunTaskInput) (*definition, error) {
	bad := func(format string, args ...any) (*definition, error) {
		return nil, badRequest("InvalidParameterException", format, args...)
	}
	d := s.find(*in.TaskDefinition)
	switch {
	case value(in.Cluster) != Cluster:
		return nil, badRequest("ClusterNotFoundException", "Cluster not found.")
	case d == nil || d.Status != types.TaskDefinitionStatusActive:
		return nil, badRequest("ClientException", "TaskDefinition is inactive")
	}
	if err := s.allow(action, *d.TaskDefinitionArn); err != nil {
		return nil, err
	}
	if err := s.allowTags(arn("ecs", "task/"+Cluster+"/new"), in.Tags); err != nil {
		return nil, err
	}
	network := in.NetworkConfiguration
	switch {
	case network == nil || network.AwsvpcConfiguration == nil:
		return bad("Network Configuration must be provided when networkMode 'awsvpc' is specified.")
	case value(in.Count) > 10 || in.Count != nil && *in.Count < 1:
		return bad("Count should be from 1 to 10")
	case len(value(in.ClientToken)) > 64 || len(value(in.StartedBy)) > 128:
		return bad("clientToken or startedBy is too long")
	case in.LaunchType != "" && len(in.CapacityProviderStrategy) > 0:
		return bad("Specifying both a launch type and a capacity provider strategy is not supported. Remove one and try again.")
	case in.LaunchType != "" && in.LaunchType != types.LaunchTypeFargate:
		return bad("No Container Instances were found in your cluster.")
	}
	for _, subnet := range network.AwsvpcConfiguration.Subnets {
		if subnet != Subnet {
			return bad("Error retrieving subnet information for [%s]: The subnet ID '%s' does not exist (ErrorCode: InvalidSubnetID.NotFound)", subnet, subnet)
		}
	}
	for _, item := range in.CapacityProviderStrategy {
		if !slices.Contains(s.providers, *item.CapacityProvider) {
			return bad("The specified capacity provider '%s' was not found. Specify a valid name and try again.", *item.CapacityProvider)
		}
	}
	if in.Overrides != nil {
		for _, o := range in.Overrides.ContainerOverrides {
			if !slices.ContainsFunc(d.ContainerDefinitions, func(c types.ContainerDefinition) bool { return *c.Name == value(o.Name) }) {
				return bad("Override for container named %s is not a container in the TaskDefinition.", value(o.Name))
			}
		}
	}
	return d, nil
}

// checkQuota refuses tasks for which the account has too few vCPUs.
func (s *Server) checkQuota(d *definition, n int, spot bool) error {
	cpu := func(text *string) float64 { units, _ := strconv.ParseFloat(value(text), 64); return units / 1024 }
	used, code := cpu(d.Cpu)*float64(max(1, n)), "L-3032A538"
	if spot {
		code = "L-36FBB829"
	}
	for _, t := range s.tasks {
		if (value(t.CapacityProviderName) == spotProvider) == spot && value(t.LastStatus) != "STOPPED" {
			used += cpu(t.Cpu)
		}
	}
	if used > s.quotas[code] {
		return badRequest("ClientException", "You’ve reached the limit on the number of vCPUs you can run concurrently")
	}
	return nil
}

// whyNot is why the next task is not started; "" when it is.
func (s *Server) whyNot(spot bool) string {
	if len(s.failing) > 0 {
		why := s.failing[0]
		s.failing = s.failing[1:]
		return why
	}
	if !spot || s.spot < 0 {
		return ""
	}
	if s.spot == 0 {
		return "Capacity is unavailable at this time. Please try again later or in a different availability zone"
	}
	s.spot--
	return ""
}

func (s *Server) newTask(d *definition, in *ecs.RunTaskInput, spot bool) *task {
	id := strings.ReplaceAll(uuid.NewString(), "-", "")
	t := &task{server: s, id: id, definition: d, stopping: make(chan struct{}), tags: in.Tags}
	if in.Overrides != nil && len(in.Overrides.ContainerOverrides) > 0 {
		t.override = in.Overrides.ContainerOverrides[0]
	}
	t.Task = types.Task{
		TaskArn: new(arn("ecs", "task/"+Cluster+"/"+id)), ClusterArn: new(arn("ecs", "cluster/"+Cluster)), TaskDefinitionArn: d.TaskDefinitionArn,
		LastStatus: new("PROVISIONING"), DesiredStatus: new("RUNNING"), Cpu: d.Cpu, Memory: d.Memory, StartedBy: in.StartedBy,
		LaunchType: types.LaunchTypeFargate, CreatedAt: new(time.Now()), Overrides: in.Overrides,
		Containers: []types.Container{{Name: d.ContainerDefinitions[0].Name, Image: d.ContainerDefinitions[0].Image, LastStatus: new("PENDING")}},
	}
	if spot {
		t.CapacityProviderName = new(spotProvider)
	}
	s.tasks = append(s.tasks, t)
	gate := s.gate
	s.work.Go(func() { t.live(gate) })
	return t
}

func (s *Server) task(name string) *task {
	for _, t := range s.tasks {
		if t.id == name || *t.TaskArn == name {
			return t
		}
	}
	return nil
}

func (s *Server) stopTask(action string, in *ecs.StopTaskInput) (*ecs.StopTaskOutput, error) {
	if value(in.Cluster) != Cluster {
		return nil, badRequest("ClusterNotFoundException", "Cluster not found.")
	}
	if err := s.allow(action, *in.Task); err != nil {
		return nil, err
	}
	t := s.task(*in.Task)
	if t == nil {
		return nil, badRequest("InvalidParameterException", "The referenced task was not found.")
	}
	t.order(types.TaskStopCodeUserInitiated, value(in.Reason), false)
	shown := t.shown(true)
	return &ecs.StopTaskOutput{Task: &shown}, nil
}

func (s *Server) listTasks(action string, in *ecs.ListTasksInput) (*ecs.ListTasksOutput, error) {
	if value(in.Cluster) != Cluster {
		return nil, badRequest("ClusterNotFoundException", "Cluster not found.")
	}
	if err := s.allow(action, "*"); err != nil {
		return nil, err
	}
	if in.StartedBy != nil && in.Family != nil {
		return nil, badRequest("InvalidParameterException", "startedBy must be the only filter")
	}
	desired := "RUNNING"
	if in.DesiredStatus != "" {
		desired = string(in.DesiredStatus)
	}
	var all []string
	for _, t := range s.tasks {
		if value(t.DesiredStatus) == desired && (in.Family == nil || *t.definition.Family == *in.Family) &&
			(in.StartedBy == nil || value(t.StartedBy) == *in.StartedBy) && (in.LaunchType == "" || in.LaunchType == t.LaunchType) {
			all = append(all, *t.TaskArn)
		}
	}
	page, next := pageOf(all, in.NextToken, 100)
	return &ecs.ListTasksOutput{TaskArns: page, NextToken: next}, nil
}

func (s *Server) describeTasks(action string, in *ecs.DescribeTasksInput) (*ecs.DescribeTasksOutput, error) {
	if value(in.Cluster) != Cluster {
		return nil, badRequest("ClusterNotFoundException", "Cluster not found.")
	}
	if len(in.Tasks) == 0 || len(in.Tasks) > 100 {
		return nil, badRequest("InvalidParameterException", "Tasks must be from 1 to 100.")
	}
	s.largest["DescribeTasks"] = max(s.largest["DescribeTasks"], len(in.Tasks))
	out := &ecs.DescribeTasksOutput{}
	for _, name := range in.Tasks {
		if err := s.allow(action, name); err != nil {
			return nil, err
		}
		if t := s.task(name); t != nil {
			out.Tasks = append(out.Tasks, t.shown(slices.Contains(in.Include, types.TaskFieldTags)))
		} else {
			out.Failures = append(out.Failures, types.Failure{Arn: &name, Reason: new("MISSING")})
		}
	}
	return out, nil
}
