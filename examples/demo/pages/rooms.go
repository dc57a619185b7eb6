package pages

import (
	"slices"
	"strconv"
	"sync"

	"github.com/liveload/liveload/examples/demo/liveview"
)

const roomHistory = 50 // messages that a room remembers

// namedRooms keep their history; any other room is forgotten when its last member leaves.
var namedRooms = []string{"lobby", "support", "random"}

// rooms pass messages to everyone in a room. Rendered messages are shared by all members.
type rooms struct {
	mu     sync.Mutex
	byName map[string]*room
	number int // of messages so far
}

type room struct {
	members map[liveview.Ref]struct{}
	history []liveview.Entry // never changed in place: members hold it
}

// roomChanged tells a member about the messages that its room has now.
type roomChanged struct {
	room    string
	history []liveview.Entry
}

func newRooms() *rooms { return &rooms{byName: make(map[string]*room)} }

func (r *rooms) enter(name string, member liveview.Ref) []liveview.Entry {
	r.mu.Lock()
	defer r.mu.Unlock()
	in := r.byName[name]
	if in == nil {
		in = &room{members: make(map[liveview.Ref]struct{})}
		r.byName[name] = in
	}
	in.members[member] = struct{}{}
	return in.history
}

func (r *rooms) leave(name string, member liveview.Ref) {
	r.mu.Lock()
	defer r.mu.Unlock()
	in := r.byName[name]
	if in == nil {
		return
	}
	delete(in.members, member)
	if len(in.members) == 0 && !slices.Contains(namedRooms, name) {
		delete(r.byName, name)
	}
}

func (r *rooms) history(name string) []liveview.Entry {
	r.mu.Lock()
	defer r.mu.Unlock()
	if in := r.byName[name]; in != nil {
		return in.history
	}
	return nil
}

// say adds a message and sends the room's messages to every member.
func (r *rooms) say(name, author, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	in := r.byName[name]
	if in == nil {
		return
	}
	r.number++
	first := max(0, len(in.history)-roomHistory+1)
	history := make([]liveview.Entry, 0, roomHistory)
	history = append(history, in.history[first:]...)
	in.history = append(history, liveview.Entry{Key: strconv.Itoa(r.number), Node: chatMessage.With(r.number, author, text)})
	for member := range in.members {
		member.Send(roomChanged{name, in.history})
	}
}
