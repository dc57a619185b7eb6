package liveview

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"
)

const chunkSize = 64_000 // bytes, the default of Phoenix

// UploadConfig says which files a view accepts.
type UploadConfig struct {
	Name        string // of the file input
	Accept      string // of the file input; empty takes any
	MaxEntries  int
	MaxFileSize int64 // bytes
}

// An Upload is a file input of a view with the files that the user chose for it.
type Upload struct {
	UploadConfig
	Ref     string // the input's id and the value for phx-drop-target
	Entries []*UploadEntry
}

// An UploadEntry is one chosen file, for rendering.
type UploadEntry struct {
	Ref      string
	Name     string
	Type     string
	Size     int64
	Progress int    // percent, as the client reports it
	Error    string // why it is not accepted, or empty
	token    string // set once its upload was allowed
}

// A StoredFile is a file that arrived completely. Its bytes were hashed and thrown away.
type StoredFile struct {
	Name   string
	Type   string
	Size   int64
	SHA256 string
}

type fileInfo struct {
	Ref  string `json:"ref"`
	Name string `json:"name"`
	Type string `json:"type"`
	Size int64  `json:"size"`
}

// AllowUpload makes a file input; call it in Mount.
func (s *Socket) AllowUpload(cfg UploadConfig) *Upload {
	if s.uploads == nil {
		s.uploads = make(map[string]*Upload)
	}
	u := &Upload{UploadConfig: cfg, Ref: "phx-upload-" + cfg.Name}
	s.uploads[u.Ref] = u
	return u
}

// Input is the markup of the file input.
func (u *Upload) Input() HTML {
	var active, done, preflighted, failed []string
	for _, e := range u.Entries {
		active = append(active, e.Ref)
		if e.Progress == 100 {
			done = append(done, e.Ref)
		}
		if e.token != "" {
			preflighted = append(preflighted, e.Ref)
		}
		if e.Error != "" {
			failed = append(failed, e.Ref)
		}
	}
	return HTML(fmt.Sprintf(`<input id="%s" type="file" name="%s"%s%s data-phx-hook="Phoenix.LiveFileUpload" data-phx-update="ignore"`+
		` data-phx-upload-ref="%s" data-phx-active-refs="%s" data-phx-done-refs="%s" data-phx-preflighted-refs="%s"%s>`,
		u.Ref, u.Name, Attr("accept", u.Accept, u.Accept != ""), Flag("multiple", u.MaxEntries > 1),
		u.Ref, refs(active), refs(done), refs(preflighted), Attr("data-phx-error-refs", refs(failed), len(failed) > 0)))
}

func refs(all []string) string { return escape(strings.Join(all, ",")) }

// Cancel forgets one chosen file.
func (s *Socket) Cancel(u *Upload, ref string) {
	for i, e := range u.Entries {
		if e.Ref == ref {
			u.Entries = append(u.Entries[:i:i], u.Entries[i+1:]...)
			if e.token != "" {
				s.channel.conn.takeUpload(e.token)
			}
			return
		}
	}
}

// Consume returns the files that arrived completely and takes them off the input.
func (s *Socket) Consume(u *Upload) []StoredFile {
	var stored []StoredFile
	var rest []*UploadEntry
	for _, e := range u.Entries {
		if e.token == "" || e.Progress < 100 {
			rest = append(rest, e)
			continue
		}
		file := s.channel.conn.takeUpload(e.token)
		if file == nil {
			continue
		}
		stored = append(stored, StoredFile{Name: e.Name, Type: e.Type, Size: file.received(), SHA256: file.sum()})
		if topic := file.joined(); topic.name != "" {
			s.channel.conn.send(pushFrame(topic.joinRef, topic.joinRef, topic.name, "phx_close", []byte("{}")))
		}
	}
	u.Entries = rest
	return stored
}

// trackUploads takes over the files that the client says are chosen, by input.
func (s *Socket) trackUploads(files map[string][]fileInfo) {
	for ref, infos := range files {
		u := s.uploads[ref]
		if u == nil {
			continue
		}
		for _, info := range infos {
			u.track(info)
		}
	}
}

func (u *Upload) track(info fileInfo) {
	for _, e := range u.Entries {
		if e.Ref == info.Ref {
			return
		}
	}
	e := &UploadEntry{Ref: info.Ref, Name: info.Name, Type: info.Type, Size: info.Size}
	if u.MaxEntries == 1 {
		u.Entries = nil // a new choice replaces the old one
	}
	switch {
	case info.Size > u.MaxFileSize:
		e.Error = "too large"
	case len(u.Entries) >= u.MaxEntries:
		e.Error = "too many files"
	}
	u.Entries = append(u.Entries, e)
}

// allowUpload answers the client's request to start: a token for each file it may send.
func (ch *channel) allowUpload(f Frame) error {
	var p struct {
		Ref     string     `json:"ref"`
		Entries []fileInfo `json:"entries"`
	}
	if err := json.Unmarshal(f.Payload, &p); err != nil {
		return fmt.Errorf("parse allow_upload: %w", err)
	}
	u := ch.socket.uploads[p.Ref]
	if u == nil {
		return fmt.Errorf("allow upload %q: the view has no such input", p.Ref)
	}
	ch.socket.trackUploads(map[string][]fileInfo{p.Ref: p.Entries})
	tokens := make(map[string]string)
	for _, e := range u.Entries {
		if e.Error == "" && e.token == "" {
			e.token = rand.Text()
			tokens[e.Ref] = e.token
			ch.conn.expectUpload(ch, u.Name, e)
		}
	}
	diff, err := ch.diff()
	if err != nil {
		return err
	}
	entries, err := json.Marshal(tokens)
	if err != nil {
		return fmt.Errorf("encode upload tokens: %w", err)
	}
	config := fmt.Appendf(nil, `{"chunk_size":%d,"chunk_timeout":10000,"max_entries":%d,"max_file_size":%d}`,
		chunkSize, u.MaxEntries, u.MaxFileSize)
	ch.reply(f.Ref, object(field{"ref", appendString(nil, p.Ref)}, field{"diff", diff},
		field{"config", config}, field{"entries", entries}, field{"errors", []byte("{}")}))
	return nil
}

// progress takes over what the client reports about one file: a percentage or an error.
func (ch *channel) progress(f Frame) error {
	var p struct {
		Ref      string          `json:"ref"`
		EntryRef string          `json:"entry_ref"`
		Progress json.RawMessage `json:"progress"`
	}
	if err := json.Unmarshal(f.Payload, &p); err != nil {
		return fmt.Errorf("parse progress: %w", err)
	}
	u := ch.socket.uploads[p.Ref]
	if u == nil {
		return fmt.Errorf("progress of upload %q: the view has no such input", p.Ref)
	}
	for _, e := range u.Entries {
		if e.Ref != p.EntryRef {
			continue
		}
		if json.Unmarshal(p.Progress, &e.Progress) != nil {
			e.Error = "upload failed"
		}
	}
	return ch.respond(f.Ref)
}
