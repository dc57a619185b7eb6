package aws

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

const spotHint = ": the cluster needs the capacity providers of Fargate: `aws ecs put-cluster-capacity-providers --cluster NAME --capacity-providers FARGATE FARGATE_SPOT --default-capacity-provider-strategy []`"

// A meaning is what a text of AWS says to somebody who does not know ECS.
type meaning struct {
	part string // of the text
	fix  string
}

// meanings of reasons why a task was not started, or has stopped. The first that fits counts.
var meanings = []meaning{
	{"Capacity is unavailable", "Fargate has none left there: try again later, or add subnets in other availability zones"},
	{"limit on the number of vCPUs", "ask AWS for a higher quota of Fargate, or take fewer or smaller machines"},
	{"limit on the number of tasks", "ask AWS for a higher quota of Fargate, or take fewer or smaller machines"},
	{"RESOURCE:ENI", "the subnets have no address left: add larger ones"},
	{"RESOURCE:CPU", "the cluster has no room: its tasks must run on Fargate"},
	{"RESOURCE:MEMORY", "the cluster has no room: its tasks must run on Fargate"},
	{"RESOURCE:", "the cluster lacks what the task asks for"},
	{"AGENT", "the container agent of the cluster is not connected: try again"},
	{"no free IP", "the subnets have no address left: add larger ones"},
	{"InsufficientFreeAddresses", "the subnets have no address left: add larger ones"},
	{"retrieve secret", "the machine did not get the token: the execution role needs secretsmanager:GetSecretValue, and the subnets a way to AWS: a NAT gateway, VPC endpoints, or --cluster-opt public-ip=yes"},
	{"retrieve ecr registry auth", "the execution role needs the permissions for ECR, and the subnets a way to AWS: a NAT gateway, VPC endpoints, or --cluster-opt public-ip=yes"},
	{"create the log stream", "the execution role needs logs:CreateLogStream and logs:PutLogEvents"},
	{"The specified log group does not exist", "create the log group first"},
	{"ResourceInitializationError", "what the machine needs to begin is out of its reach: check the execution role, and that the subnets have a NAT gateway, VPC endpoints, or --cluster-opt public-ip=yes"},
	{"no basic auth credentials", "the registry asks for a login: use a public image, or ECR with the execution role"},
	{"not found", "there is no such image: check --cluster-opt image"},
	{"does not contain descriptor matching platform", "the image is for another --cluster-opt architecture"},
	{"CannotPullImageManifestError", "the image cannot be had: check --cluster-opt image, its architecture, and that the subnets reach its registry"},
	{"CannotPullContainerError", "the image cannot be had: check --cluster-opt image, and that the subnets reach its registry: through a NAT gateway, or with --cluster-opt public-ip=yes"},
	{"CannotStartContainerError", "the image cannot be started: its entry point must be liveload"},
	{"exec format error", "the image is for another --cluster-opt architecture"},
	{"OutOfMemoryError", "the machine was out of memory: give it more with --cluster-opt memory, or fewer users"},
	{"Spot Task was interrupted", "AWS has taken the Spot machine back"},
	{"Host EC2", "AWS has ended the machine"},
}

// inWords adds to a reason of AWS what it means.
func inWords(reason string) string {
	for _, m := range meanings {
		if strings.Contains(reason, m.part) {
			return fmt.Sprintf("%s: %s", strings.TrimSuffix(reason, "."), m.fix)
		}
	}
	return reason
}

// lacksCapacity says whether other machines than Spot ones may be had.
func lacksCapacity(reason string) bool {
	for _, part := range []string{"Capacity is unavailable", "limit on the number of vCPUs", "limit on the number of tasks", "Spot Task was interrupted"} {
		if strings.Contains(reason, part) {
			return true
		}
	}
	return false
}

// whyFailed is a failure of a request in words.
func whyFailed(f types.Failure) string {
	why := value(f.Reason)
	if detail := value(f.Detail); detail != "" {
		why += ": " + detail
	}
	return inWords(why)
}

// whyStopped says why a task has stopped, or is about to.
func whyStopped(t types.Task) string {
	said := value(t.StoppedReason)
	for _, c := range t.Containers {
		if reason := value(c.Reason); reason != "" && !strings.Contains(said, reason) {
			said += ": " + reason
		}
		if c.ExitCode != nil {
			said += fmt.Sprintf(" (exit code %d)", *c.ExitCode)
		}
	}
	switch {
	case t.StopCode == types.TaskStopCodeSpotInterruption && !strings.Contains(said, "Spot"):
		said = "Your Spot Task was interrupted. " + said
	case said == "":
		said = "ECS does not say why, but " + string(t.StopCode)
	}
	return inWords(strings.TrimSpace(said))
}

func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}
