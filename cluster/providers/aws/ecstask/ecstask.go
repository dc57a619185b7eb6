// Package ecstask says which Amazon ECS task a process runs in. Tasks that are started together get the same command, so
// that each worker asks for the name by which its provider knows it.
package ecstask

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Own is what --name of a worker is when its name is that of its task.
const Own = "ecs-task"

// metadata is the variable with which ECS says where a container can ask about itself.
const metadata = "ECS_CONTAINER_METADATA_URI_V4"

const (
	timeout    = 10 * time.Second
	longest    = 1 << 20 // bytes of an answer
	idsInNames = 12      // letters of a task's id in names
)

// Name is what a machine is called whose task has an ARN.
func Name(arn string) string {
	id := ID(arn)
	return "aws-" + id[:min(len(id), idsInNames)]
}

// ID is the last part of the ARN of a task.
func ID(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }

// OwnName asks ECS for the task of this process, and returns its name.
func OwnName(ctx context.Context, env func(name string) string) (string, error) {
	address := env(metadata)
	if address == "" {
		return "", fmt.Errorf("--name is %s, but this is no Amazon ECS task: %s is not set", Own, metadata)
	}
	arn, err := ask(ctx, address+"/task")
	if err != nil {
		return "", fmt.Errorf("ask Amazon ECS for the name of this task: %w", err)
	}
	return Name(arn), nil
}

func ask(ctx context.Context, address string) (arn string, err error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s answers %s", address, resp.Status)
	}
	var task struct{ TaskARN string }
	if err := json.NewDecoder(io.LimitReader(resp.Body, longest)).Decode(&task); err != nil {
		return "", fmt.Errorf("%s: %w", address, err)
	}
	if task.TaskARN == "" {
		return "", fmt.Errorf("%s names no task", address)
	}
	return task.TaskARN, nil
}
