// Package wire says what the controller of a cluster and its workers send each other: subjects, messages, limits, and the
// version of all of them. It sends nothing itself. NATS carries the messages.
//
// What a worker sends has its instance in the subject, which is all that its connection may publish: nobody speaks for another.
package wire

import (
	"strings"

	"github.com/liveload/liveload/cluster/shared"
)

// Protocol is the version of the messages. Controller and workers have the same one.
const Protocol = 1

// Limits of what is sent.
const (
	// MaxPayload bounds a message where the controller has its own server. Other servers have a bound of their own, usually 1 MiB.
	MaxPayload = 1 << 20
	// ChunkSize is how much of a content, or of a large event, one message has.
	ChunkSize = 256 << 10
)

// A Run makes the subjects of a run from its id.
type Run string

const root = "liveload."

// Topics of what a worker sends.
const (
	Join     = "join"     // request: Hello, answered with Welcome
	Alive    = "alive"    // request, empty both ways: is the controller still there?
	Events   = "events"   // request: what happened, in order; see Event
	Content  = "content"  // request: ContentRequest, answered with a chunk
	Shared   = "shared"   // requests of package cluster/shared, which it answers at To of the same topic
	Log      = "log"      // log records: a message of package cluster/workerlog, not answered
	Evidence = "evidence" // request: a message of package cluster/upload, answered with nothing
)

// Orders is the topic of what the controller tells a worker: an Order, answered with an Answer.
const Orders = "orders"

var topics = []string{Join, Alive, Events, Content, Shared, Log, Evidence}

// Topics returns what a worker may send.
func Topics() []string { return append([]string(nil), topics...) }

// From is the subject of what an instance sends about a topic. "*" is every instance.
func (r Run) From(instance, topic string) string {
	return root + string(r) + ".from." + instance + "." + topic
}

// To is the subject of what the controller sends to an instance about a topic. ">" is every topic.
func (r Run) To(instance, topic string) string {
	return root + string(r) + ".to." + instance + "." + topic
}

// Channel is where a job of an instance shares throttles and rows with those of others.
func (r Run) Channel(instance string, job int) shared.Channel {
	return shared.Channel{Requests: r.From(instance, Shared), Answers: r.To(instance, Shared), Job: job}
}

// Inbox is the prefix of the subjects at which an instance waits for answers.
func (r Run) Inbox(instance string) string { return root + string(r) + ".inbox." + instance }

// Instance returns which instance has sent something to a subject, "" when it is none of From.
func (r Run) Instance(subject string) string {
	rest, found := strings.CutPrefix(subject, root+string(r)+".from.")
	if !found {
		return ""
	}
	instance, _, _ := strings.Cut(rest, ".")
	return instance
}
