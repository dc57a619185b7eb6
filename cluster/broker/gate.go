package broker

import (
	"crypto/sha256"
	"crypto/subtle"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats-server/v2/server"

	"github.com/liveload/liveload/cluster/wire"
)

// controllerName is the user name of the controller's own connection.
const controllerName = "controller"

// A gate decides who may connect: the controller, and workers with the secret of the run. The first connection of an
// instance binds it to a key, so that nobody else who has the token can take its place.
type gate struct {
	run    wire.Run
	secret string // of the workers
	own    string // the controller's

	mu        sync.Mutex
	instances map[string]*member
}

// A member is an instance that has connected.
type member struct {
	key    [sha256.Size]byte // hash of the key
	banned bool
	recent []uint64 // ids of its last connections
}

func newGate(run, secret string) *gate {
	return &gate{run: wire.Run(run), secret: secret, own: newSecret(), instances: map[string]*member{}}
}

// Check implements server.Authentication.
func (g *gate) Check(c server.ClientAuthentication) bool {
	given := c.GetOpts()
	if given.Username == controllerName {
		if !equal(given.Password, g.own) {
			return false
		}
		c.RegisterUser(&server.User{Username: controllerName})
		return true
	}
	secret, key, _ := strings.Cut(given.Password, ":")
	if !equal(secret, g.secret) || key == "" || uuid.Validate(given.Username) != nil || !g.bind(given.Username, key, c.GetID()) {
		return false
	}
	c.RegisterUser(&server.User{Username: given.Username, Permissions: g.permissions(given.Username)})
	return true
}

// bind remembers the key of an instance, and refuses another one.
func (g *gate) bind(instance, key string, connection uint64) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	hash, known := sha256.Sum256([]byte(key)), g.instances[instance]
	if known == nil {
		if len(g.instances) >= MostWorkers {
			return false
		}
		known = &member{key: hash}
		g.instances[instance] = known
	}
	if known.banned || subtle.ConstantTimeCompare(known.key[:], hash[:]) != 1 {
		return false
	}
	known.recent = append(known.recent[max(0, len(known.recent)-7):], connection)
	return true
}

// permissions are the subjects of one instance, and answers to what it is asked.
func (g *gate) permissions(instance string) *server.Permissions {
	var own []string
	for _, topic := range wire.Topics() {
		own = append(own, g.run.From(instance, topic))
	}
	return &server.Permissions{
		Publish:   &server.SubjectPermission{Allow: own},
		Subscribe: &server.SubjectPermission{Allow: []string{g.run.To(instance, ">"), g.run.Inbox(instance) + ".>"}},
		Response:  &server.ResponsePermission{MaxMsgs: 1, Expires: time.Minute},
	}
}

func (g *gate) ban(instance string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.instances[instance] == nil {
		g.instances[instance] = &member{}
	}
	g.instances[instance].banned = true
}

// connections are the ids of the last connections of an instance.
func (g *gate) connections(instance string) []uint64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	if m := g.instances[instance]; m != nil {
		return slices.Clone(m.recent)
	}
	return nil
}

func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
