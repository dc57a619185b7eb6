package aws

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

func TestWhyStopped(t *testing.T) {
	for _, test := range []struct {
		task types.Task
		want string
	}{
		{types.Task{StoppedReason: new("Essential container in task exited"), Containers: []types.Container{{ExitCode: new(int32(3))}}}, "Essential container in task exited (exit code 3)"},
		{
			types.Task{StoppedReason: new("Essential container in task exited"), Containers: []types.Container{{ExitCode: new(int32(137)), Reason: new("OutOfMemoryError: Container killed due to memory usage")}}},
			"Essential container in task exited: OutOfMemoryError: Container killed due to memory usage (exit code 137): the machine was out of memory: give it more with --cluster-opt memory, or fewer users",
		},
		{types.Task{StopCode: types.TaskStopCodeSpotInterruption}, "Your Spot Task was interrupted: AWS has taken the Spot machine back"},
		{types.Task{StopCode: types.TaskStopCodeInfrastructureHealth}, "ECS does not say why, but InfrastructureHealth"},
		{types.Task{StoppedReason: new("AGENT")}, "AGENT: the container agent of the cluster is not connected: try again"},
		{types.Task{StoppedReason: new("RESOURCE:CPU")}, "RESOURCE:CPU: the cluster has no room: its tasks must run on Fargate"},
		{types.Task{StoppedReason: new("something new")}, "something new"},
	} {
		if got := whyStopped(test.task); got != test.want {
			t.Errorf("whyStopped = %q, want %q", got, test.want)
		}
	}
}

// TestLacksCapacity: on-demand machines take the place of those that Spot lacks, and of no others.
func TestLacksCapacity(t *testing.T) {
	interrupted := whyStopped(types.Task{StopCode: types.TaskStopCodeSpotInterruption})
	for why, want := range map[string]bool{
		"Capacity is unavailable at this time. Please try again later or in a different availability zone": true,
		"You’ve reached the limit on the number of vCPUs you can run concurrently":                         true,
		interrupted:                             true,
		"RESOURCE:ENI":                          false,
		"CannotPullContainerError: i/o timeout": false,
	} {
		if got := lacksCapacity(why); got != want {
			t.Errorf("lacksCapacity(%q) = %v", why, got)
		}
	}
}
