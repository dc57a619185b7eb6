package aws

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	"github.com/aws/smithy-go"
	"golang.org/x/time/rate"
)

const (
	spotProvider = "FARGATE_SPOT"
	mostAttempts = 8
	callTimeout  = 30 * time.Second // of a request that must not be given up half-way

	// Rates of an account in a region, in tasks a second.
	runRate, runBurst   = 20, 100
	stopRate, stopBurst = 40, 100
)

// A cloud is a region of AWS. Its clients send again what was throttled or failed for a moment, and wait as long as AWS asks.
type cloud struct {
	ecs     *ecs.Client
	secrets *secretsmanager.Client
	quotas  *servicequotas.Client
	logs    *cloudwatchlogs.Client
	region  string
	retryer aws.Retryer
	runs    *rate.Limiter // of tasks that are run
	stops   *rate.Limiter // of tasks that are stopped
}

// connect reads region and credentials as all programs do that use AWS. longest bounds the time between two attempts.
func connect(ctx context.Context, o Options, longest time.Duration) (*cloud, error) {
	retryer := retry.NewStandard(func(r *retry.StandardOptions) {
		r.MaxAttempts, r.MaxBackoff, r.RateLimiter = mostAttempts, longest, ratelimit.None
	})
	from := []func(*config.LoadOptions) error{config.WithRetryer(func() aws.Retryer { return retryer })}
	if o.Region != "" {
		from = append(from, config.WithRegion(o.Region))
	}
	if o.Profile != "" {
		from = append(from, config.WithSharedConfigProfile(o.Profile))
	}
	c, err := config.LoadDefaultConfig(ctx, from...)
	if err != nil {
		return nil, fmt.Errorf("read the configuration of AWS: %w", err)
	}
	if c.Region == "" {
		return nil, errors.New("in which region? Say it with --cluster-opt region=REGION or AWS_REGION, or in the profile")
	}
	if _, err := c.Credentials.Retrieve(ctx); err != nil && ctx.Err() == nil {
		return nil, noCredentials(err)
	}
	return &cloud{
		ecs: ecs.NewFromConfig(c), secrets: secretsmanager.NewFromConfig(c), quotas: servicequotas.NewFromConfig(c),
		logs: cloudwatchlogs.NewFromConfig(c), region: c.Region, retryer: retryer,
		runs: rate.NewLimiter(runRate, runBurst), stops: rate.NewLimiter(stopRate, stopBurst),
	}, nil
}

// noCredentials says why there are none, unless nothing says where they could be: then the SDK tells of the last place only.
func noCredentials(err error) error {
	why := ""
	if !strings.Contains(err.Error(), "no EC2 IMDS role found") {
		why = ": " + err.Error()
	}
	return fmt.Errorf("there are no credentials of AWS: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or say `aws sso login`%s", why)
}

// once is for requests that are sent again by the caller.
func once(o *ecs.Options) { o.Retryer = aws.NopRetryer{} }

// An apiError is one of AWS, without the words of its SDK.
type apiError struct{ smithy.APIError }

func (e apiError) Error() string { return e.ErrorMessage() + " (" + e.ErrorCode() + ")" }
func (e apiError) Unwrap() error { return e.APIError }

// explain says what was being done when an error came, and what to do about it. An error that the end of ctx caused is the
// cause of this end.
func (c *cloud) explain(ctx context.Context, doing string, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", doing, context.Cause(ctx))
	}
	said, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return fmt.Errorf("%s in %s: %w", doing, c.region, err)
	}
	return fmt.Errorf("%s in %s: %w%s", doing, c.region, apiError{said}, hint(said))
}

// hint says what to do about an error of AWS; "" when its own words do.
func hint(err smithy.APIError) string {
	switch err.ErrorCode() {
	case "AccessDeniedException", "AccessDenied", "UnauthorizedOperation":
		return ": `liveload docs clouds/aws` has the list of permissions that liveload needs"
	case "ExpiredTokenException", "ExpiredToken", "UnrecognizedClientException", "InvalidSignatureException":
		return ": the credentials are not valid, or not any more. Renew them, such as with `aws sso login`"
	case "ClusterNotFoundException":
		return ": name a cluster of this region with --cluster-opt cluster=NAME, or make one with `aws ecs create-cluster`"
	}
	if strings.Contains(err.ErrorMessage(), "capacity provider") {
		return spotHint
	}
	return ""
}

// isCode says whether an error is one of AWS with this code.
func isCode(err error, codes ...string) bool {
	said, ok := errors.AsType[smithy.APIError](err)
	for _, code := range codes {
		if ok && said.ErrorCode() == code {
			return true
		}
	}
	return false
}
