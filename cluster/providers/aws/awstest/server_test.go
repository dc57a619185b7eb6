package awstest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

const everything = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["*"], "Resource": ["*"]}]}`

// TestStrict: what the published API does not have is refused.
func TestStrict(t *testing.T) {
	policy, err := ReadPolicy(everything)
	if err != nil {
		t.Fatal(err)
	}
	s := Start(t, policy)
	keep := aws.Credentials{AccessKeyID: KeyID, SecretAccessKey: Key}
	other := aws.Credentials{AccessKeyID: KeyID, SecretAccessKey: "another"}
	for _, test := range []struct {
		target, body, service string
		by                    aws.Credentials
		want                  string
	}{
		{ecsTarget + "DescribeClusters", `{"clusters": ["load"]}`, "ecs", keep, `"status":"ACTIVE"`},
		{ecsTarget + "DescribeClusters", `{"cluster": ["load"]}`, "ecs", keep, `has no member \"cluster\"`},
		{ecsTarget + "DescribeClusters", `{"clusters": "load"}`, "ecs", keep, "SerializationException"},
		{ecsTarget + "DescribeClusters", `{"clusters": [1]}`, "ecs", keep, "SerializationException"},
		{ecsTarget + "DescribeClusters", `{"clusters": `, "ecs", keep, "SerializationException"},
		{ecsTarget + "RunTask", `{"cluster": "load"}`, "ecs", keep, "the member taskDefinition is required"},
		{ecsTarget + "RunTask", `{"taskDefinition": "x", "networkConfiguration": {"awsvpcConfiguration": {"assignPublicIp": "ENABLED"}}}`, "ecs", keep, "RunTaskRequest.networkConfiguration.awsvpcConfiguration: the member subnets is required"},
		{ecsTarget + "RunTask", `{"taskDefinition": "x", "tags": [{"Key": "a"}]}`, "ecs", keep, `has no member \"Key\"`},
		{ecsTarget + "DescribeTasks", `{"cluster": "load", "tasks": []}`, "ecs", keep, "Tasks must be from 1 to 100"},
		{secretsTarget + "CreateSecret", `{"SecretString": "x"}`, "secretsmanager", keep, "the member Name is required"},
		{ecsTarget + "RunTasks", `{}`, "ecs", keep, "UnknownOperationException"},
		{ecsTarget + "DescribeClusters", `{"clusters": ["load"]}`, "ecs", other, "InvalidSignatureException"},
		{ecsTarget + "DescribeClusters", `{"clusters": ["load"]}`, "secretsmanager", keep, "InvalidSignatureException"},
		{ecsTarget + "DescribeClusters", `{"clusters": ["load"]}`, "", keep, "MissingAuthenticationTokenException"},
	} {
		if got := ask(t, s, test.target, test.body, test.service, test.by); !strings.Contains(got, test.want) {
			t.Errorf("%s %s: %s; want %s", test.target, test.body, got, test.want)
		}
	}
}

// ask sends a request that is signed for a service; "" is none.
func ask(t *testing.T, s *Server, target, body, service string, by aws.Credentials) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/", bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Amz-Target", target)
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	if service != "" {
		sum := sha256.Sum256([]byte(body))
		if err := v4.NewSigner().SignHTTP(t.Context(), by, req, hex.EncodeToString(sum[:]), service, Region, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}

func TestPolicy(t *testing.T) {
	p, err := ReadPolicy(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["ecs:RunTask", "logs:*"], "Resource": ["arn:aws:ecs:*:task/load/?"]}]}`)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		action, resource string
		want             bool
	}{
		{"ecs:RunTask", "arn:aws:ecs:x:task/load/1", true},
		{"logs:GetLogEvents", "arn:aws:ecs:x:task/load/1", true},
		{"ecs:RunTask", "arn:aws:ecs:x:task/load/12", false},
		{"ecs:RunTasks", "arn:aws:ecs:x:task/load/1", false},
	} {
		if got := p.allows(test.action, test.resource); got != test.want {
			t.Errorf("%s on %s: %v", test.action, test.resource, got)
		}
	}
	for _, text := range []string{
		`{"Statement": [{"Effect": "Deny", "Action": ["*"], "Resource": ["*"]}]}`,
		`{"Statement": [{"Effect": "Allow", "Action": ["*"], "Resource": ["*"], "Condition": {}}]}`,
		`{"Statement": [{"Effect": "Allow", "Action": ["*"]}]}`,
	} {
		if _, err := ReadPolicy(text); err == nil {
			t.Errorf("ReadPolicy takes %s", text)
		}
	}
}
