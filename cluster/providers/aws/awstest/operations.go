package awstest

import (
	"encoding/json"

	logs "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/schemas"
	ecsschemas "github.com/aws/aws-sdk-go-v2/service/ecs/schemas"
	secrets "github.com/aws/aws-sdk-go-v2/service/secretsmanager/schemas"
	quotas "github.com/aws/aws-sdk-go-v2/service/servicequotas/schemas"
	"github.com/aws/smithy-go"
)

// An operation is what a request can ask for.
type operation struct {
	service string // as signatures and permissions name it
	input   *smithy.Schema
	handle  func(s *Server, action string, body []byte) (any, error)
}

const (
	ecsTarget     = "AmazonEC2ContainerServiceV20141113."
	secretsTarget = "secretsmanager."
	quotasTarget  = "ServiceQuotasV20190624."
	logsTarget    = "Logs_20140328."
)

// operations are those of the services, by their target.
var operations = map[string]operation{
	ecsTarget + "DescribeClusters":           {"ecs", ecsschemas.DescribeClustersRequest, reads(true, (*Server).describeClusters)},
	ecsTarget + "RegisterTaskDefinition":     {"ecs", ecsschemas.RegisterTaskDefinitionRequest, reads(true, (*Server).registerTaskDefinition)},
	ecsTarget + "DescribeTaskDefinition":     {"ecs", ecsschemas.DescribeTaskDefinitionRequest, reads(true, (*Server).describeTaskDefinition)},
	ecsTarget + "ListTaskDefinitions":        {"ecs", ecsschemas.ListTaskDefinitionsRequest, reads(true, (*Server).listTaskDefinitions)},
	ecsTarget + "ListTaskDefinitionFamilies": {"ecs", ecsschemas.ListTaskDefinitionFamiliesRequest, reads(true, (*Server).listTaskDefinitionFamilies)},
	ecsTarget + "DeregisterTaskDefinition":   {"ecs", ecsschemas.DeregisterTaskDefinitionRequest, reads(true, (*Server).deregisterTaskDefinition)},
	ecsTarget + "DeleteTaskDefinitions":      {"ecs", ecsschemas.DeleteTaskDefinitionsRequest, reads(true, (*Server).deleteTaskDefinitions)},
	ecsTarget + "RunTask":                    {"ecs", ecsschemas.RunTaskRequest, reads(true, (*Server).runTask)},
	ecsTarget + "StopTask":                   {"ecs", ecsschemas.StopTaskRequest, reads(true, (*Server).stopTask)},
	ecsTarget + "ListTasks":                  {"ecs", ecsschemas.ListTasksRequest, reads(true, (*Server).listTasks)},
	ecsTarget + "DescribeTasks":              {"ecs", ecsschemas.DescribeTasksRequest, reads(true, (*Server).describeTasks)},
	secretsTarget + "CreateSecret":           {"secretsmanager", secrets.CreateSecretRequest, reads(false, (*Server).createSecret)},
	secretsTarget + "DeleteSecret":           {"secretsmanager", secrets.DeleteSecretRequest, reads(false, (*Server).deleteSecret)},
	secretsTarget + "ListSecrets":            {"secretsmanager", secrets.ListSecretsRequest, reads(false, (*Server).listSecrets)},
	quotasTarget + "GetServiceQuota":         {"servicequotas", quotas.GetServiceQuotaRequest, reads(false, (*Server).getServiceQuota)},
	logsTarget + "GetLogEvents":              {"logs", logs.GetLogEventsRequest, reads(true, (*Server).getLogEvents)},
}

// reads makes a handler of one that takes and returns types of the SDK. small says whether members begin with a small letter.
func reads[In, Out any](small bool, handle func(s *Server, action string, in *In) (*Out, error)) func(s *Server, action string, body []byte) (any, error) {
	return func(s *Server, action string, body []byte) (any, error) {
		var in In
		if err := json.Unmarshal(body, &in); err != nil {
			return nil, badRequest("SerializationException", "%v", err)
		}
		out, err := handle(s, action, &in)
		if err != nil {
			return nil, err
		}
		return Wire(out, small), nil
	}
}
