package liveview

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"
	"sync"
)

// An uploadEntry is the receiving end of one file. Chunks come from the connection's reader, the
// rest from the view.
type uploadEntry struct {
	owner *channel
	name  string // of the upload
	size  int64

	mu    sync.Mutex
	topic joinedTopic
	got   int64
	hash  hash.Hash
}

type joinedTopic struct{ name, joinRef string }

func (u *uploadEntry) received() int64 {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.got
}

func (u *uploadEntry) sum() string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return hex.EncodeToString(u.hash.Sum(nil))
}

func (u *uploadEntry) joined() joinedTopic {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.topic
}

// write adds a chunk; it reports false when the file is longer than announced.
func (u *uploadEntry) write(chunk []byte) (ok, complete bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.got += int64(len(chunk))
	u.hash.Write(chunk)
	return u.got <= u.size, u.got == u.size
}

func (c *conn) expectUpload(owner *channel, name string, e *UploadEntry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	if c.uploads == nil {
		c.uploads = make(map[string]*uploadEntry)
		c.streams = make(map[string]*uploadEntry)
	}
	c.uploads[e.token] = &uploadEntry{owner: owner, name: name, size: e.Size, hash: sha256.New()}
}

func (c *conn) takeUpload(token string) *uploadEntry {
	c.mu.Lock()
	defer c.mu.Unlock()
	u := c.uploads[token]
	if u == nil {
		return nil
	}
	delete(c.uploads, token)
	if topic := u.joined(); c.streams[topic.name] == u {
		delete(c.streams, topic.name)
	}
	return u
}

// dropUploads forgets the files of a view and returns the topics over which they came.
func (c *conn) dropUploads(owner *channel) []joinedTopic {
	c.mu.Lock()
	defer c.mu.Unlock()
	var topics []joinedTopic
	for token, u := range c.uploads {
		if u.owner != owner {
			continue
		}
		delete(c.uploads, token)
		if topic := u.joined(); topic.name != "" {
			delete(c.streams, topic.name)
			topics = append(topics, topic)
		}
	}
	return topics
}

// uploadFrame serves the channel of one file: join with its token, chunks, leave.
func (c *conn) uploadFrame(f Frame) {
	switch f.Event {
	case "phx_join":
		c.joinUpload(f)
		return
	case "chunk":
		c.mu.Lock()
		u := c.streams[f.Topic]
		c.mu.Unlock()
		if u != nil && f.Binary {
			c.chunk(u, f)
			return
		}
	case "phx_leave":
		c.mu.Lock()
		delete(c.streams, f.Topic)
		c.mu.Unlock()
	}
	c.unmatched(f)
}

func (c *conn) joinUpload(f Frame) {
	var p struct {
		Token string `json:"token"`
	}
	err := json.Unmarshal(f.Payload, &p)
	c.mu.Lock()
	u := c.uploads[p.Token]
	if u != nil && err == nil {
		u.mu.Lock()
		u.topic = joinedTopic{f.Topic, f.JoinRef}
		u.mu.Unlock()
		c.streams[f.Topic] = u
	}
	c.mu.Unlock()
	if u == nil || err != nil {
		c.send(replyFrame(f.JoinRef, f.Ref, f.Topic, "error", []byte(`{"reason":"invalid_token"}`)))
		return
	}
	c.ep.signal(Signal{Kind: UploadStarted, Label: u.name})
	c.send(replyFrame(f.JoinRef, f.Ref, f.Topic, "ok", []byte("{}")))
}

func (c *conn) chunk(u *uploadEntry, f Frame) {
	ok, complete := u.write(f.Payload)
	if !ok {
		c.send(replyFrame(f.JoinRef, f.Ref, f.Topic, "error", []byte(`{"reason":"file_size_limit_exceeded"}`)))
		return
	}
	if complete {
		c.ep.signal(Signal{Kind: UploadFinished, Label: u.name, Bytes: int(u.received())})
	}
	c.send(replyFrame(f.JoinRef, f.Ref, f.Topic, "ok", []byte("{}")))
}
