package aws

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// Options say where and how machines run. Credentials, and what is empty of Region and Profile, come from the usual
// variables and files of AWS.
type Options struct {
	Region  string
	Profile string

	Cluster        string   // name or ARN of the ECS cluster; "" is default
	Subnets        []string // of a VPC, at least one
	SecurityGroups []string // of the same VPC; none is the VPC's own
	PublicIP       string   // yes: machines get a public address, without which they need a NAT gateway to get the image

	Image         string // of liveload
	CPU           string // number of vCPUs; "" is 2
	Memory        string // such as 4GB; "" is 4GB
	Architecture  string // X86_64 or ARM64; "" is X86_64
	Storage       string // GB of disk from 21 to 200; "" is what Fargate gives without being asked, 20
	ExecutionRole string // ARN of the role with which ECS reads the image and the token
	TaskRole      string // ARN of the role that workers have; "" is none
	Spot          string // no, yes (with on-demand machines where Spot has none), or only; "" is no
	LogGroup      string // of CloudWatch Logs, to which workers write; "" is none

	Env  []string // of the workers: NAME=value
	Tags []string // of everything that is made: KEY=VALUE
}

// settings are options that were checked.
type settings struct {
	Options
	size    taskSize
	storage int32 // 0 is that of Fargate
	public  types.AssignPublicIp
	tags    []types.Tag
}

var roleARN = regexp.MustCompile(`^arn:aws[a-z-]*:iam::\d{12}:role/.+$`)

// check fills in what is not said. Its errors name the option.
func (o Options) check() (s settings, err error) {
	o.Cluster, o.Spot = cmp.Or(o.Cluster, "default"), cmp.Or(o.Spot, "no")
	o.CPU, o.Memory = cmp.Or(o.CPU, "2"), cmp.Or(o.Memory, "4GB")
	o.Architecture = cmp.Or(strings.ToUpper(o.Architecture), string(types.CPUArchitectureX8664))
	s = settings{Options: o, public: types.AssignPublicIpDisabled}
	if s.size, err = readSize(o.CPU, o.Memory); err != nil {
		return s, err
	}
	switch {
	case len(o.Subnets) > 16:
		return s, fmt.Errorf("there are %d subnets, but ECS takes 16", len(o.Subnets))
	case len(o.SecurityGroups) > 5:
		return s, fmt.Errorf("there are %d security groups, but ECS takes 5", len(o.SecurityGroups))
	}
	if s.storage, err = readStorage(o.Storage); err != nil {
		return s, err
	}
	if s.tags, err = readTags(o.Tags); err != nil {
		return s, err
	}
	if o.PublicIP == "yes" {
		s.public = types.AssignPublicIpEnabled
	}
	return s, o.checkForms()
}

// missing says what has to be named before machines can be launched. To find those that are there, nothing has.
func (o Options) missing() error {
	switch {
	case o.Image == "":
		return errors.New("which image? Name one with liveload and a browser in it, such as --cluster-opt image=liveload/liveload:VERSION")
	case len(o.Subnets) == 0:
		return errors.New("in which subnets? Name at least one with --cluster-opt subnet=subnet-ID")
	case o.ExecutionRole == "":
		return errors.New("which role lets ECS read the image and the token? Name it with --cluster-opt execution-role=ARN: `liveload docs clouds/aws` says what it needs")
	}
	return nil
}

// checkForms refuses values that ECS could not read.
func (o Options) checkForms() error {
	for _, id := range o.Subnets {
		if !strings.HasPrefix(id, "subnet-") {
			return fmt.Errorf("subnet is %q, but must be an id such as subnet-0a1b2c3d", id)
		}
	}
	for _, id := range o.SecurityGroups {
		if !strings.HasPrefix(id, "sg-") {
			return fmt.Errorf("security-group is %q, but must be an id such as sg-0a1b2c3d", id)
		}
	}
	for _, role := range []struct{ option, arn string }{{"execution-role", o.ExecutionRole}, {"task-role", o.TaskRole}} {
		if role.arn != "" && !roleARN.MatchString(role.arn) {
			return fmt.Errorf("%s is %q, but must be an ARN such as arn:aws:iam::123456789012:role/NAME", role.option, role.arn)
		}
	}
	for _, choice := range []struct {
		option, value string
		choices       []string
	}{
		{"public-ip", cmp.Or(o.PublicIP, "no"), []string{"yes", "no"}},
		{"spot", o.Spot, []string{"no", "yes", "only"}},
		{"architecture", o.Architecture, []string{string(types.CPUArchitectureX8664), string(types.CPUArchitectureArm64)}},
	} {
		if !slices.Contains(choice.choices, choice.value) {
			return fmt.Errorf("%s is %q, but must be %s", choice.option, choice.value, strings.Join(choice.choices, " or "))
		}
	}
	for _, variable := range o.Env {
		if name, _, ok := strings.Cut(variable, "="); !ok || name == "" || name == tokenVariable {
			return fmt.Errorf("env is %q, but must be NAME=VALUE, and not %s", name, tokenVariable) // its value may be a secret
		}
	}
	return nil
}

func readStorage(text string) (int32, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(strings.TrimSuffix(strings.ToUpper(text), "GB"))
	if err != nil || n < 21 || n > 200 {
		return 0, fmt.Errorf("ephemeral-storage is %q, but must be from 21GB to 200GB; without it machines have 20GB", text)
	}
	return int32(n), nil
}

func readTags(texts []string) (tags []types.Tag, err error) {
	for _, text := range texts {
		key, value, ok := strings.Cut(text, "=")
		if !ok || key == "" || len(key) > 128 || len(value) > 256 || strings.ContainsFunc(text, unfit) || strings.HasPrefix(strings.ToLower(key), "aws:") || strings.HasPrefix(key, "liveload-") {
			return nil, fmt.Errorf("tag is %q, but must be KEY=VALUE with a key that begins neither with aws: nor with liveload-", text)
		}
		tags = append(tags, tag(key, value))
	}
	if len(tags) > 40 {
		return nil, fmt.Errorf("there are %d tags, but ECS takes 50, of which liveload needs some: name at most 40", len(tags))
	}
	return tags, nil
}

// unfit says whether tags cannot have a character.
func unfit(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" _.:/=+-@", r)
}

func tag(key, value string) types.Tag { return types.Tag{Key: &key, Value: &value} }
