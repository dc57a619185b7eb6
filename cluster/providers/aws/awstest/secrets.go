package awstest

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logs "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	quotas "github.com/aws/aws-sdk-go-v2/service/servicequotas/types"
	"github.com/google/uuid"
)

type secret struct {
	arn, name, text, description string
	made                         time.Time
	tags                         []types.Tag
}

var secretName = regexp.MustCompile(`^[A-Za-z0-9/_+=.@-]{1,512}$`)

func (s *Server) createSecret(action string, in *secretsmanager.CreateSecretInput) (*secretsmanager.CreateSecretOutput, error) {
	name := *in.Name
	made := &secret{name: name, text: value(in.SecretString), description: value(in.Description), made: time.Now(), tags: in.Tags}
	made.arn = arn("secretsmanager", "secret:"+name+"-"+uuid.NewString()[:6])
	if err := s.allow(action, made.arn); err != nil {
		return nil, err
	}
	if len(in.Tags) > 0 {
		if err := s.allow("secretsmanager:TagResource", made.arn); err != nil {
			return nil, err
		}
	}
	switch {
	case !secretName.MatchString(name):
		return nil, badRequest("InvalidParameterException", "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!")
	case len(made.text) > 65536 || in.SecretString == nil && in.SecretBinary == nil:
		return nil, badRequest("InvalidParameterException", "SecretString must have at most 65536 bytes")
	case slices.ContainsFunc(s.secrets, func(other *secret) bool { return other.name == name }):
		return nil, badRequest("ResourceExistsException", "The operation failed because the secret %s already exists.", name)
	}
	s.secrets = append(s.secrets, made)
	return &secretsmanager.CreateSecretOutput{ARN: &made.arn, Name: &name, VersionId: in.ClientRequestToken}, nil
}

func (s *Server) deleteSecret(action string, in *secretsmanager.DeleteSecretInput) (*secretsmanager.DeleteSecretOutput, error) {
	if err := s.allow(action, *in.SecretId); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(s.secrets, func(known *secret) bool { return known.arn == *in.SecretId || known.name == *in.SecretId })
	if i < 0 {
		return nil, badRequest("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
	}
	if !value(in.ForceDeleteWithoutRecovery) {
		return nil, badRequest("InvalidParameterException", "here a secret that can be recovered counts as left")
	}
	gone := s.secrets[i]
	s.secrets = slices.Delete(s.secrets, i, i+1)
	return &secretsmanager.DeleteSecretOutput{ARN: &gone.arn, Name: &gone.name, DeletionDate: new(time.Now())}, nil
}

func (s *Server) listSecrets(action string, in *secretsmanager.ListSecretsInput) (*secretsmanager.ListSecretsOutput, error) {
	if err := s.allow(action, "*"); err != nil {
		return nil, err
	}
	out := &secretsmanager.ListSecretsOutput{}
	for _, known := range s.secrets {
		if !slices.ContainsFunc(in.Filters, func(f types.Filter) bool {
			return f.Key != types.FilterNameStringTypeName || !strings.HasPrefix(known.name, f.Values[0])
		}) {
			out.SecretList = append(out.SecretList, types.SecretListEntry{
				ARN: &known.arn, Name: &known.name, Description: &known.description, CreatedDate: &known.made, Tags: known.tags,
			})
		}
	}
	return out, nil
}

func (s *Server) getServiceQuota(action string, in *servicequotas.GetServiceQuotaInput) (*servicequotas.GetServiceQuotaOutput, error) {
	if err := s.allow(action, arn("servicequotas", *in.ServiceCode+"/"+*in.QuotaCode)); err != nil {
		return nil, err
	}
	bound, known := s.quotas[*in.QuotaCode]
	if !known || *in.ServiceCode != "fargate" {
		return nil, badRequest("NoSuchResourceException", "The request failed because the specified service quota does not exist.")
	}
	return &servicequotas.GetServiceQuotaOutput{Quota: &quotas.ServiceQuota{ServiceCode: in.ServiceCode, QuotaCode: in.QuotaCode, Value: &bound}}, nil
}

// A stream is what one container has written.
type stream struct {
	events []logs.OutputLogEvent
}

// log keeps a line of a container that has awslogs.
func (s *Server) log(t *task, line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := t.definition.ContainerDefinitions[0]
	if c.LogConfiguration == nil || c.LogConfiguration.LogDriver != "awslogs" {
		return
	}
	name := c.LogConfiguration.Options["awslogs-stream-prefix"] + "/" + *c.Name + "/" + t.id
	if s.streams[name] == nil {
		s.streams[name] = &stream{}
	}
	s.streams[name].events = append(s.streams[name].events, logs.OutputLogEvent{Message: &line, Timestamp: new(time.Now().UnixMilli())})
}

func (s *Server) getLogEvents(action string, in *cloudwatchlogs.GetLogEventsInput) (*cloudwatchlogs.GetLogEventsOutput, error) {
	if err := s.allow(action, arn("logs", "log-group:"+value(in.LogGroupName)+":log-stream:"+*in.LogStreamName)); err != nil {
		return nil, err
	}
	found := s.streams[*in.LogStreamName]
	if value(in.LogGroupName) != LogGroup || found == nil {
		return nil, badRequest("ResourceNotFoundException", "The specified log stream does not exist.")
	}
	events := found.events
	if n := int(value(in.Limit)); n > 0 && n < len(events) && !value(in.StartFromHead) {
		events = events[len(events)-n:]
	}
	return &cloudwatchlogs.GetLogEventsOutput{Events: events}, nil
}
