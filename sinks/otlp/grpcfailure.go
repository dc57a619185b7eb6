package otlp

import (
	"context"
	"errors"
	"fmt"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// refusal is what an error of gRPC says, which may be the receiver's or our own.
func (t *grpcTransport) refusal(ctx context.Context, err error) *failure {
	answer := status.Convert(err)
	text := t.secrets.Reason(answer.Message())
	if ctx.Err() != nil {
		return &failure{kind: unanswered, err: fmt.Errorf("%w (%s)", context.Cause(ctx), text)}
	}
	after := retryDelay(answer)
	if answer.Code() == codes.Unavailable && after == 0 { // which is what our own end says of a connection too
		return &failure{kind: unanswered, err: errors.New(text)}
	}
	return &failure{kind: kindOfCode(answer.Code(), after > 0), code: answer.Code().String(), reason: text, after: after}
}

// kindOfCode follows the table of the protocol.
func kindOfCode(code codes.Code, recovers bool) kind {
	switch code {
	case codes.Canceled, codes.DeadlineExceeded, codes.Aborted, codes.OutOfRange, codes.Unavailable, codes.DataLoss:
		return passing
	case codes.ResourceExhausted:
		if recovers {
			return passing
		}
		return refused // too large, as a rule
	case codes.Unauthenticated, codes.PermissionDenied:
		return denied
	case codes.Unimplemented, codes.NotFound:
		return absent
	}
	return refused
}

// retryDelay is how long a receiver asks to wait, 0 when it does not say.
func retryDelay(answer *status.Status) time.Duration {
	for _, detail := range answer.Details() {
		if info, ok := detail.(*errdetails.RetryInfo); ok {
			return max(info.GetRetryDelay().AsDuration(), 0)
		}
	}
	return 0
}
