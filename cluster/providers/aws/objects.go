package aws

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	secrets "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/aws/ecstask"
	"github.com/liveload/liveload/cluster/providers/labels"
)

const (
	tokenVariable = "LIVELOAD_JOIN" // what --join of a worker is when it is not said
	container     = "worker"
	logPrefix     = "liveload"
	family        = "liveload-" // before the id of the run
	secretFolder  = "liveload/" // before the id of the run
	stopTimeout   = 30          // seconds that a worker which was told to stop may take
)

// familyOf is the family of the task definitions of a run.
func familyOf(run string) string { return family + run }

// logStream is where the worker of a task writes.
func logStream(task string) string { return logPrefix + "/" + container + "/" + ecstask.ID(task) }

// definition is that of the tasks of a run, whose token is in a secret. What one launch has, such as arguments, comes with
// its tasks.
func (s settings) definition(m providers.Machine, secret, region string) *ecs.RegisterTaskDefinitionInput {
	worker := types.ContainerDefinition{
		Name: new(container), Image: &s.Image, Essential: new(true), StopTimeout: new(int32(stopTimeout)),
		LinuxParameters: &types.LinuxParameters{InitProcessEnabled: new(true)},
		Secrets:         []types.Secret{{Name: new(tokenVariable), ValueFrom: &secret}},
	}
	if s.LogGroup != "" {
		worker.LogConfiguration = &types.LogConfiguration{LogDriver: types.LogDriverAwslogs, Options: map[string]string{
			"awslogs-group": s.LogGroup, "awslogs-region": region, "awslogs-stream-prefix": logPrefix,
		}}
	}
	d := &ecs.RegisterTaskDefinitionInput{
		Family: new(familyOf(m.Run)), NetworkMode: types.NetworkModeAwsvpc, RequiresCompatibilities: []types.Compatibility{types.CompatibilityFargate},
		Cpu: new(strconv.Itoa(s.size.cpu)), Memory: new(strconv.Itoa(s.size.memory)), ExecutionRoleArn: &s.ExecutionRole,
		RuntimePlatform:      &types.RuntimePlatform{CpuArchitecture: types.CPUArchitecture(s.Architecture), OperatingSystemFamily: types.OSFamilyLinux},
		ContainerDefinitions: []types.ContainerDefinition{worker}, Tags: s.tagsOf(m),
	}
	if s.TaskRole != "" {
		d.TaskRoleArn = &s.TaskRole
	}
	if s.storage > 0 {
		d.EphemeralStorage = &types.EphemeralStorage{SizeInGiB: s.storage}
	}
	return d
}

// run runs n tasks, each of which is a machine like m. A request with the same ticket is the same one.
func (s settings) run(m providers.Machine, spec providers.Spec, n int, definition, ticket string, spot bool) *ecs.RunTaskInput {
	worker := types.ContainerOverride{Name: new(container), Command: slices.Concat([]string{"worker", "--name", ecstask.Own}, spec.Args)}
	for _, variable := range slices.Concat(s.Env, spec.Env) {
		name, value, _ := strings.Cut(variable, "=")
		worker.Environment = append(worker.Environment, types.KeyValuePair{Name: &name, Value: &value})
	}
	in := &ecs.RunTaskInput{
		Cluster: &s.Cluster, TaskDefinition: &definition, Count: new(int32(n)), ClientToken: &ticket, StartedBy: new(familyOf(m.Run)),
		NetworkConfiguration: &types.NetworkConfiguration{AwsvpcConfiguration: &types.AwsVpcConfiguration{
			Subnets: s.Subnets, SecurityGroups: s.SecurityGroups, AssignPublicIp: s.public,
		}},
		Overrides: &types.TaskOverride{ContainerOverrides: []types.ContainerOverride{worker}}, Tags: s.tagsOf(m),
	}
	if spot {
		in.CapacityProviderStrategy = []types.CapacityProviderStrategyItem{{CapacityProvider: new(spotProvider), Weight: 1}}
	} else {
		in.LaunchType = types.LaunchTypeFargate // also in clusters that have no capacity providers
	}
	return in
}

// secret keeps the token of a run. Its name is new each time, since a name that was deleted cannot be used again at once.
func (s settings) secret(m providers.Machine, token, serial string) *secretsmanager.CreateSecretInput {
	in := &secretsmanager.CreateSecretInput{
		Name: new(secretFolder + m.Run + "/" + serial), SecretString: &token,
		Description: new("With this token the workers of a run of liveload join it."),
	}
	for _, t := range s.tagsOf(m) {
		in.Tags = append(in.Tags, secrets.Tag{Key: t.Key, Value: t.Value})
	}
	return in
}

// tagsOf are the labels of a machine, or of what the machines of its run have in common, and those that the person wants.
func (s settings) tagsOf(m providers.Machine) (tags []types.Tag) {
	all := labels.Of(m)
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if all[key] != "" { // the name of a task is its id
			tags = append(tags, tag(key, all[key]))
		}
	}
	return append(tags, s.tags...)
}
