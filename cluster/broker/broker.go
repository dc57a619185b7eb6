// Package broker owns the connections of a cluster: the NATS server in the controller's process, or the connection to
// one that exists, who may join and what each worker may send and hear. What is sent is package wire's business.
package broker

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"github.com/liveload/liveload/cluster/wire"
)

const (
	startTimeout = 10 * time.Second
	// pingInterval and lostPings decide how soon both sides notice that a connection is dead.
	pingInterval = 3 * time.Second
	lostPings    = 2
	// MostWorkers is how many can be connected at once.
	MostWorkers = 5000
)

// Options say where workers of a run find its controller.
type Options struct {
	Run string // id of the run, a UUID
	// Listen is the host and port at which workers arrive; "" is a free port of the loopback interface. Beyond loopback there is
	// TLS.
	Listen string
	// Address is the host and port that workers dial, where that is not what Listen says.
	Address string
	// URL is that of an existing server, which then takes the place of one in this process.
	URL string
	// Key fixes the token, and says all of the above; nil makes a token for this run alone.
	Key *Key
	Log *slog.Logger
}

// A Broker connects the controller of a run with its workers. Safe for concurrent use.
type Broker struct {
	token  Token
	server *server.Server // nil with one that exists
	gate   *gate
	conn   *nats.Conn
}

// Start starts a server, or connects to the one that exists. The caller closes the Broker.
func Start(ctx context.Context, o Options) (*Broker, error) {
	b := &Broker{token: Token{Protocol: wire.Protocol, Run: o.Run, Secret: newSecret()}}
	if o.Key != nil {
		b.token, o.Listen, o.Run = o.Key.Token, o.Key.Listen, o.Key.Token.Run
		if o.Listen == "" {
			o.URL = b.token.URLs[0]
		}
	}
	b.gate = newGate(b.token.Run, b.token.Secret)
	var err error
	if o.URL != "" {
		err = b.connect(ctx, o.URL)
	} else {
		err = b.serve(ctx, o)
	}
	if err != nil {
		b.Close()
		return nil, err
	}
	return b, nil
}

// connect connects to a server that exists.
func (b *Broker) connect(ctx context.Context, address string) (err error) {
	at, err := url.Parse(address)
	if err != nil || at.Host == "" {
		return fmt.Errorf("the address of the NATS server cannot be read: it looks like nats://HOST:4222")
	}
	b.token.URLs = []string{address}
	b.conn, err = dial(ctx, address, lasting()...)
	if errors.Is(err, nats.ErrNoServers) {
		return fmt.Errorf("connect to the NATS server %s: nothing answers there: check that it runs, and its address", at.Redacted())
	}
	if err != nil {
		return fmt.Errorf("connect to the NATS server %s: %w", at.Redacted(), err)
	}
	return nil
}

// serve starts a server in this process.
func (b *Broker) serve(ctx context.Context, o Options) error {
	host, port, err := hostAndPort(o.Listen)
	if err != nil {
		return err
	}
	options := &server.Options{
		ServerName: "liveload", Host: host, Port: port, NoSigs: true, NoSystemAccount: true, MaxConn: MostWorkers + 1, MaxPayload: wire.MaxPayload, MaxSubs: mostSubscriptions,
		PingInterval: pingInterval, MaxPingsOut: lostPings, AuthTimeout: startTimeout.Seconds(), CustomClientAuthentication: b.gate,
		DisableShortFirstPing: true,
	}
	if !isLoopback(host) {
		certificate, err := b.certify(o)
		if err != nil {
			return fmt.Errorf("make a certificate for the workers: %w", err)
		}
		options.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS13}
		options.TLS, options.TLSHandshakeFirst, options.TLSTimeout = true, true, startTimeout.Seconds()
	}
	if err := tryListen(ctx, host, port); err != nil {
		return err
	}
	if b.server, err = server.NewServer(options); err != nil {
		return fmt.Errorf("start the server for the workers: %w", err)
	}
	b.server.SetLogger(&serverLog{log: o.Log}, false, false)
	b.server.Start()
	if !b.server.ReadyForConnections(startTimeout) {
		return fmt.Errorf("workers cannot connect: the server for them is not ready after %v", startTimeout)
	}
	if o.Key == nil {
		b.token.URLs, err = addresses(b.server.Addr(), o.Address)
	}
	if err == nil {
		b.conn, err = dial(ctx, nats.DefaultURL, append(lasting(), nats.InProcessServer(b.server), nats.UserInfo(controllerName, b.gate.own))...)
	}
	return err
}

// certify makes a certificate, or takes that of the key.
func (b *Broker) certify(o Options) (certificate tls.Certificate, err error) {
	if o.Key != nil {
		return o.Key.certificate()
	}
	certificate, b.token.Fingerprint, err = selfSigned(o.Run)
	return certificate, err
}

// Conn is the controller's own connection. It lives until Close.
func (b *Broker) Conn() *nats.Conn { return b.conn }

// Run makes the subjects of the run.
func (b *Broker) Run() wire.Run { return wire.Run(b.token.Run) }

// Token is what a worker needs to join. It is a secret.
func (b *Broker) Token() string { return b.token.String() }

// Proves says whether an instance that asks to join has the token.
func (b *Broker) Proves(instance, proof string) bool { return b.token.proves(instance, proof) }

// Expel ends the connection of an instance and refuses it from now on. Where the server is someone else's, it does nothing.
func (b *Broker) Expel(instance string) {
	b.gate.ban(instance)
	if b.server == nil {
		return
	}
	for _, id := range b.gate.connections(instance) {
		_ = b.server.DisconnectClientByID(id) // it may have left
	}
}

// Close ends all connections.
func (b *Broker) Close() {
	if b.conn != nil {
		b.conn.Close()
	}
	if b.server != nil {
		b.server.Shutdown()
		b.server.WaitForShutdown()
	}
}

// lasting are the options of connections that last as long as the run: they come back after every cut, and what cannot be
// sent at the moment is an error, so that whoever sends it decides.
func lasting() []nats.Option {
	return []nats.Option{
		nats.MaxReconnects(-1), nats.ReconnectWait(500 * time.Millisecond), nats.ReconnectJitter(250*time.Millisecond, 500*time.Millisecond),
		nats.ReconnectBufSize(-1), nats.PingInterval(pingInterval), nats.MaxPingsOutstanding(lostPings), nats.Timeout(startTimeout / 2),
		nats.IgnoreDiscoveredServers(), nats.NoEcho(), nats.Name("liveload"),
		nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}), // the default prints; calls tell what goes wrong
	}
}

// dial connects, or gives up when ctx is over.
func dial(ctx context.Context, address string, options ...nats.Option) (*nats.Conn, error) {
	type dialled struct {
		conn *nats.Conn
		err  error
	}
	result := make(chan dialled, 1)
	go func() {
		conn, err := nats.Connect(address, options...)
		result <- dialled{conn, err}
	}()
	select {
	case d := <-result:
		return d.conn, d.err
	case <-ctx.Done(): // the attempt ends by itself, within its time-out
		go func() {
			if d := <-result; d.conn != nil {
				d.conn.Close()
			}
		}()
		return nil, context.Cause(ctx)
	}
}
