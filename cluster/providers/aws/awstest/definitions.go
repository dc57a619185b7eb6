package awstest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// A definition is a task definition.
type definition struct {
	types.TaskDefinition
	tags []types.Tag
}

func arn(service, rest string) string {
	return fmt.Sprintf("arn:aws:%s:%s:%s:%s", service, Region, Account, rest)
}

func (s *Server) describeClusters(action string, in *ecs.DescribeClustersInput) (*ecs.DescribeClustersOutput, error) {
	out := &ecs.DescribeClustersOutput{}
	for _, name := range in.Clusters {
		if err := s.allow(action, arn("ecs", "cluster/"+name)); err != nil {
			return nil, err
		}
		if name != Cluster {
			out.Failures = append(out.Failures, types.Failure{Arn: new(arn("ecs", "cluster/"+name)), Reason: new("MISSING")})
			continue
		}
		out.Clusters = append(out.Clusters, types.Cluster{
			ClusterArn: new(arn("ecs", "cluster/"+name)), ClusterName: &name, Status: new("ACTIVE"), CapacityProviders: s.providers,
		})
	}
	return out, nil
}

func (s *Server) registerTaskDefinition(action string, in *ecs.RegisterTaskDefinitionInput) (*ecs.RegisterTaskDefinitionOutput, error) {
	d := types.TaskDefinition{
		Family: in.Family, Revision: 1, Status: types.TaskDefinitionStatusActive, RegisteredAt: new(time.Now()),
		NetworkMode: in.NetworkMode, RequiresCompatibilities: in.RequiresCompatibilities, Cpu: in.Cpu, Memory: in.Memory,
		ExecutionRoleArn: in.ExecutionRoleArn, TaskRoleArn: in.TaskRoleArn, RuntimePlatform: in.RuntimePlatform,
		EphemeralStorage: in.EphemeralStorage, ContainerDefinitions: in.ContainerDefinitions,
	}
	for _, other := range s.definitions {
		if *other.Family == *in.Family {
			d.Revision = max(d.Revision, other.Revision+1)
		}
	}
	d.TaskDefinitionArn = new(arn("ecs", fmt.Sprintf("task-definition/%s:%d", *d.Family, d.Revision)))
	if err := s.allowDefinition(action, d, in.Tags); err != nil {
		return nil, err
	}
	if err := checkDefinition(d); err != nil {
		return nil, err
	}
	s.definitions = append(s.definitions, &definition{d, in.Tags})
	return &ecs.RegisterTaskDefinitionOutput{TaskDefinition: &d, Tags: in.Tags}, nil
}

func (s *Server) allowDefinition(action string, d types.TaskDefinition, tags []types.Tag) error {
	if err := s.allow(action, *d.TaskDefinitionArn); err != nil {
		return err
	}
	for _, role := range []*string{d.ExecutionRoleArn, d.TaskRoleArn} {
		if role != nil {
			if err := s.allow("iam:PassRole", *role); err != nil {
				return err
			}
		}
	}
	return s.allowTags(*d.TaskDefinitionArn, tags)
}

func (s *Server) allowTags(resource string, tags []types.Tag) error {
	if len(tags) == 0 {
		return nil
	}
	if len(tags) > 50 {
		return badRequest("InvalidParameterException", "Too many tags.")
	}
	return s.allow("ecs:TagResource", resource)
}

// memories are the least and most memory in MiB, and its steps, by the units of CPU.
var memories = map[string][3]int{
	"256": {512, 2048, 512}, "512": {1024, 4096, 1024}, "1024": {2048, 8192, 1024}, "2048": {4096, 16384, 1024},
	"4096": {8192, 30720, 1024}, "8192": {16384, 61440, 4096}, "16384": {32768, 122880, 8192},
}

func checkDefinition(d types.TaskDefinition) error {
	bad := func(format string, args ...any) error { return badRequest("ClientException", format, args...) }
	memory, err := strconv.Atoi(value(d.Memory))
	row, known := memories[value(d.Cpu)]
	fargate := slices.Contains(d.RequiresCompatibilities, types.CompatibilityFargate)
	switch {
	case !fargate || d.NetworkMode != types.NetworkModeAwsvpc:
		return bad("Fargate only supports network mode ‘awsvpc’.")
	case !known || err != nil || memory < row[0] || memory > row[1] || memory%row[2] != 0 || *d.Cpu == "256" && memory == 1536:
		return bad("No Fargate configuration exists for given values: %s CPU, %s memory.", value(d.Cpu), value(d.Memory))
	case d.EphemeralStorage != nil && (d.EphemeralStorage.SizeInGiB < 21 || d.EphemeralStorage.SizeInGiB > 200):
		return bad("Ephemeral storage must be from 21 to 200 GiB.")
	case d.RuntimePlatform != nil && !slices.Contains(d.RuntimePlatform.CpuArchitecture.Values(), d.RuntimePlatform.CpuArchitecture):
		return bad("Unknown architecture %s.", d.RuntimePlatform.CpuArchitecture)
	}
	for _, c := range d.ContainerDefinitions {
		switch {
		case value(c.Name) == "" || value(c.Image) == "":
			return bad("Container.name and Container.image should not be null or empty.")
		case value(c.StopTimeout) > 120:
			return bad("The stopTimeout must be 120 seconds or less.")
		case len(c.Secrets) > 0 && d.ExecutionRoleArn == nil:
			return bad("When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.")
		case c.LinuxParameters != nil && (c.LinuxParameters.SharedMemorySize != nil || len(c.LinuxParameters.Tmpfs) > 0):
			return bad("Fargate takes neither sharedMemorySize nor tmpfs.")
		}
	}
	return nil
}

// find finds a definition by its ARN, or the newest active one of a family.
func (s *Server) find(name string) *definition {
	for _, d := range slices.Backward(s.definitions) {
		if *d.TaskDefinitionArn == name || *d.Family == name && d.Status == types.TaskDefinitionStatusActive {
			return d
		}
	}
	return nil
}

func (s *Server) describeTaskDefinition(action string, in *ecs.DescribeTaskDefinitionInput) (*ecs.DescribeTaskDefinitionOutput, error) {
	if err := s.allow(action, "*"); err != nil {
		return nil, err
	}
	d := s.find(*in.TaskDefinition)
	if d == nil {
		return nil, badRequest("ClientException", "Unable to describe task definition.")
	}
	out := &ecs.DescribeTaskDefinitionOutput{TaskDefinition: &d.TaskDefinition}
	if slices.Contains(in.Include, types.TaskDefinitionFieldTags) {
		out.Tags = d.tags
	}
	return out, nil
}

func (s *Server) listTaskDefinitions(action string, in *ecs.ListTaskDefinitionsInput) (*ecs.ListTaskDefinitionsOutput, error) {
	if err := s.allow(action, "*"); err != nil {
		return nil, err
	}
	var all []string
	for _, d := range s.definitions {
		if (in.FamilyPrefix == nil || *d.Family == *in.FamilyPrefix) && d.Status == orActive(in.Status) {
			all = append(all, *d.TaskDefinitionArn)
		}
	}
	page, next := pageOf(all, in.NextToken, 100)
	return &ecs.ListTaskDefinitionsOutput{TaskDefinitionArns: page, NextToken: next}, nil
}

func orActive(status types.TaskDefinitionStatus) types.TaskDefinitionStatus {
	if status == "" {
		return types.TaskDefinitionStatusActive
	}
	return status
}

func (s *Server) listTaskDefinitionFamilies(action string, in *ecs.ListTaskDefinitionFamiliesInput) (*ecs.ListTaskDefinitionFamiliesOutput, error) {
	if err := s.allow(action, "*"); err != nil {
		return nil, err
	}
	var all []string
	for _, d := range s.definitions {
		active := d.Status == types.TaskDefinitionStatusActive
		wanted := in.Status == types.TaskDefinitionFamilyStatusAll || in.Status == "" || active == (in.Status == types.TaskDefinitionFamilyStatusActive)
		if wanted && strings.HasPrefix(*d.Family, value(in.FamilyPrefix)) && !slices.Contains(all, *d.Family) {
			all = append(all, *d.Family)
		}
	}
	page, next := pageOf(all, in.NextToken, 100)
	return &ecs.ListTaskDefinitionFamiliesOutput{Families: page, NextToken: next}, nil
}

func (s *Server) deregisterTaskDefinition(action string, in *ecs.DeregisterTaskDefinitionInput) (*ecs.DeregisterTaskDefinitionOutput, error) {
	if err := s.allow(action, "*"); err != nil {
		return nil, err
	}
	d := s.find(*in.TaskDefinition)
	if d == nil || d.Status != types.TaskDefinitionStatusActive {
		return nil, badRequest("ClientException", "The specified task definition is inactive. You may not perform the operation.")
	}
	d.Status = types.TaskDefinitionStatusInactive
	return &ecs.DeregisterTaskDefinitionOutput{TaskDefinition: &d.TaskDefinition}, nil
}

func (s *Server) deleteTaskDefinitions(action string, in *ecs.DeleteTaskDefinitionsInput) (*ecs.DeleteTaskDefinitionsOutput, error) {
	if len(in.TaskDefinitions) > 10 {
		return nil, badRequest("InvalidParameterException", "At most 10 task definitions can be deleted at once.")
	}
	out := &ecs.DeleteTaskDefinitionsOutput{}
	for _, name := range in.TaskDefinitions {
		if err := s.allow(action, name); err != nil {
			return nil, err
		}
		d := s.find(name)
		switch {
		case d == nil:
			out.Failures = append(out.Failures, types.Failure{Arn: &name, Reason: new("The specified task definition was not found.")})
		case d.Status == types.TaskDefinitionStatusActive:
			out.Failures = append(out.Failures, types.Failure{Arn: &name, Reason: new("The specified task definition is still in ACTIVE status. Please deregister the target and try again.")})
		default: // tasks that still run keep it as DELETE_IN_PROGRESS, where no list shows it
			s.definitions = slices.DeleteFunc(s.definitions, func(one *definition) bool { return one == d })
			d.Status = types.TaskDefinitionStatusDeleteInProgress
			out.TaskDefinitions = append(out.TaskDefinitions, d.TaskDefinition)
		}
	}
	return out, nil
}

// pageOf is the page of a list that begins at a token.
func pageOf(all []string, token *string, size int) (page []string, next *string) {
	from, _ := strconv.Atoi(value(token))
	from = min(from, len(all))
	to := min(from+size, len(all))
	if to < len(all) {
		next = new(strconv.Itoa(to))
	}
	return all[from:to], next
}

func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}
