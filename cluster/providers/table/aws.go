package table

import (
	"github.com/liveload/liveload/cluster/providers"
	"github.com/liveload/liveload/cluster/providers/aws"
)

func awsOptions() []Option {
	return []Option{
		{"image", "run workers from this `IMAGE`, such as liveload/liveload:VERSION"},
		{"subnet", "run them in the subnet `ID`; may be repeated"},
		{"security-group", "give them the security group `ID` (that of the VPC); may be repeated"},
		{"public-ip", "`yes`: give them public addresses, which they need where there is no NAT gateway (no)"},
		{"execution-role", "let ECS read the image and the token with the role `ARN`"},
		{"task-role", "give workers the role `ARN` (none)"},
		{"cluster", "use the ECS cluster `NAME` (default)"},
		{"cpu", "`N` vCPUs for each machine, from 0.25 to 16 (2)"},
		{"memory", "`SIZE` of the memory of each machine, such as 8GB (4GB)"},
		{"architecture", "`ARCH` of the machines: X86_64 or ARM64 (X86_64)"},
		{"ephemeral-storage", "`SIZE` of their disk, from 21GB to 200GB (20GB)"},
		{"spot", "`yes`: take Spot machines, and on-demand ones where there are none; only: take no others (no)"},
		{"log-group", "keep what workers write in the group `NAME` of CloudWatch Logs (nowhere)"},
		{"env", "`NAME=VALUE` for the workers; may be repeated"},
		{"tag", "`KEY=VALUE` for all that is made; may be repeated"},
		{"region", "use the `REGION` (AWS_REGION, or that of the profile)"},
		{"profile", "use the `PROFILE` of ~/.aws/config (AWS_PROFILE)"},
	}
}

func openAWS(home providers.Home, v Values) (providers.Provider, error) {
	p, err := aws.New(home, aws.Options{
		Region: v.Last("region"), Profile: v.Last("profile"),
		Cluster: v.Last("cluster"), Subnets: v["subnet"], SecurityGroups: v["security-group"], PublicIP: v.Last("public-ip"),
		Image: v.Last("image"), CPU: v.Last("cpu"), Memory: v.Last("memory"), Architecture: v.Last("architecture"), Storage: v.Last("ephemeral-storage"),
		ExecutionRole: v.Last("execution-role"), TaskRole: v.Last("task-role"), Spot: v.Last("spot"), LogGroup: v.Last("log-group"),
		Env: v["env"], Tags: v["tag"],
	})
	if err != nil {
		return nil, err // not a nil of another type
	}
	return p, nil
}
