package aws

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"golang.org/x/sync/errgroup"

	"github.com/liveload/liveload/cluster/providers/process"
)

const (
	mostDescribed = 100 // tasks of a request
	patience      = 30  // looks until a task that ECS does not know is taken for gone: a new one may not be known yet
	lastLines     = 10  // of what a worker said
)

// hasStarted says whether there is no more to wait for until a task works.
func hasStarted(t types.Task) bool { return value(t.LastStatus) == "RUNNING" || hasStopped(t) }

// hasStopped says whether nothing of a task works any more, or costs anything.
func hasStopped(t types.Task) bool {
	return slices.Contains([]string{"DEPROVISIONING", "STOPPED", "DELETED"}, value(t.LastStatus))
}

// describe looks at tasks. Those that ECS does not know are left out.
func (c *cloud) describe(ctx context.Context, cluster string, arns []string, include ...types.TaskField) (map[string]types.Task, error) {
	tasks := map[string]types.Task{}
	for some := range slices.Chunk(arns, mostDescribed) {
		out, err := c.ecs.DescribeTasks(ctx, &ecs.DescribeTasksInput{Cluster: &cluster, Tasks: some, Include: include})
		if err != nil {
			return tasks, c.explain(ctx, "look at tasks", err)
		}
		for _, task := range out.Tasks {
			tasks[*task.TaskArn] = task
		}
	}
	return tasks, nil
}

// await looks at tasks until enough is true for each of them, or ECS does not know them any more. It returns what it has
// seen last, also when ctx ends.
func (c *cloud) await(ctx context.Context, cluster string, arns []string, look time.Duration, enough func(types.Task) bool) (map[string]types.Task, error) {
	seen := map[string]types.Task{}
	for unknown := 0; len(arns) > 0; {
		tasks, err := c.describe(ctx, cluster, arns)
		if err != nil {
			return seen, err
		}
		waiting := slices.DeleteFunc(slices.Clone(arns), func(arn string) bool {
			task, known := tasks[arn]
			if known {
				seen[arn] = task
			}
			return known && enough(task)
		})
		if len(waiting) > 0 && !slices.ContainsFunc(waiting, func(arn string) bool { _, known := tasks[arn]; return known }) {
			if unknown++; unknown == patience {
				return seen, nil
			}
		}
		if arns = waiting; len(arns) == 0 {
			break
		}
		select {
		case <-time.After(look):
		case <-ctx.Done():
			return seen, context.Cause(ctx)
		}
	}
	return seen, nil
}

// stop stops tasks, as fast as AWS lets it, and waits until they have stopped. It tries each of them.
func (c *cloud) stop(ctx context.Context, cluster string, arns []string, look time.Duration) (gone []string, errs []error) {
	var mu sync.Mutex
	var group errgroup.Group
	group.SetLimit(2 * atOnce)
	var told []string
	for _, arn := range arns {
		group.Go(func() error {
			known, err := c.stopOne(ctx, cluster, arn)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err != nil:
				errs = append(errs, err)
			case known:
				told = append(told, arn)
			default:
				gone = append(gone, arn)
			}
			return nil
		})
	}
	group.Wait()
	tasks, err := c.await(ctx, cluster, told, look, hasStopped)
	if err != nil {
		errs = append(errs, err)
	}
	for _, arn := range told {
		if task, known := tasks[arn]; err == nil || known && hasStopped(task) {
			gone = append(gone, arn)
		}
	}
	return gone, errs
}

// stopOne says whether ECS still knows the task.
func (c *cloud) stopOne(ctx context.Context, cluster, arn string) (known bool, err error) {
	if err := c.stops.Wait(ctx); err != nil {
		return false, c.explain(ctx, "stop a task", err)
	}
	_, err = c.ecs.StopTask(ctx, &ecs.StopTaskInput{Cluster: &cluster, Task: &arn, Reason: new("the run of liveload needs it no more")})
	if isCode(err, "InvalidParameterException", "ResourceNotFoundException") {
		return false, nil
	}
	return err == nil, c.explain(ctx, "stop "+arn, err)
}

// whyEnded says why a task has ended, with what its worker said last where there are logs.
func (c *cloud) whyEnded(ctx context.Context, s settings, t types.Task, token string) string {
	why := whyStopped(t)
	if s.LogGroup == "" {
		return why
	}
	stream := logStream(*t.TaskArn)
	out, err := c.logs.GetLogEvents(ctx, &cloudwatchlogs.GetLogEventsInput{
		LogGroupName: &s.LogGroup, LogStreamName: &stream, Limit: new(int32(lastLines)), StartFromHead: new(false),
	})
	switch {
	case isCode(err, "ResourceNotFoundException") || err == nil && len(out.Events) == 0: // it said nothing
		return why
	case err != nil:
		return why + ". " + c.explain(ctx, "what it said cannot be read: read "+s.LogGroup+" "+stream, err).Error()
	}
	var said process.Output
	for _, event := range out.Events {
		_, _ = said.Write([]byte(value(event.Message) + "\n")) // it never fails
	}
	return why + "\n" + said.Said(lastLines, token)
}
