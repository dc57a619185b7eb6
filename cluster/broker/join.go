package broker

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"

	"github.com/liveload/liveload/cluster/wire"
)

// A Membership is the connection of a worker.
type Membership struct {
	Conn     *nats.Conn
	Run      wire.Run
	Instance string // a UUID
	Proof    string // that the worker has the token
}

// Join connects a worker with the controller that has made the token. The connection comes back after every cut; the
// caller closes it.
func Join(ctx context.Context, token Token) (*Membership, error) {
	m := &Membership{Run: wire.Run(token.Run), Instance: uuid.NewString()}
	m.Proof = token.proof(m.Instance)
	options := append(lasting(), nats.CustomInboxPrefix(m.Run.Inbox(m.Instance)))
	if !ownCredentials(token.URLs[0]) {
		options = append(options, nats.UserInfo(m.Instance, token.Secret+":"+newSecret()))
	}
	if token.Fingerprint != "" {
		options = append(options, nats.Secure(pinned(token.Fingerprint)), nats.TLSHandshakeFirst())
	}
	var err error
	m.Conn, err = dial(ctx, strings.Join(token.URLs, ","), options...)
	switch {
	case err == nil:
		return m, nil
	case errors.Is(err, nats.ErrAuthorization), errors.Is(err, nats.ErrAuthExpired):
		return nil, fmt.Errorf("the controller at %s does not accept the join token: it is that of another run", places(token.URLs))
	case !errors.Is(err, errOtherCertificate) && ctx.Err() == nil:
		return nil, &AbsentError{At: places(token.URLs), Cause: err}
	}
	return nil, fmt.Errorf("connect to the controller at %s: %w", places(token.URLs), err)
}

// An AbsentError says that nothing answers where the controller should be.
type AbsentError struct {
	At    string // its addresses
	Cause error
}

func (e *AbsentError) Error() string {
	return fmt.Sprintf("connect to the controller at %s: %v", e.At, e.Cause)
}

func (e *AbsentError) Unwrap() error { return e.Cause }

// ownCredentials says whether an address has those of a server that is not ours.
func ownCredentials(address string) bool {
	at, err := url.Parse(address)
	return err == nil && at.User != nil
}

// places are addresses without secrets.
func places(urls []string) string {
	var all []string
	for _, address := range urls {
		if at, err := url.Parse(address); err == nil {
			all = append(all, at.Host)
		}
	}
	return strings.Join(all, " or ")
}
