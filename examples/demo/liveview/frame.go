package liveview

import (
	"encoding/json"
	"errors"
	"fmt"
)

// A Frame is one message of the channel protocol, in either direction. An empty reference is null
// on the wire.
type Frame struct {
	JoinRef string
	Ref     string
	Topic   string
	Event   string
	Payload json.RawMessage // JSON; raw bytes when Binary
	Binary  bool
}

var errShortFrame = errors.New("decode binary frame: header announces more bytes than there are")

// DecodeText parses a text frame: [join_ref, ref, topic, event, payload].
func DecodeText(data []byte) (Frame, error) {
	var parts []json.RawMessage
	if err := json.Unmarshal(data, &parts); err != nil {
		return Frame{}, fmt.Errorf("decode text frame: %w", err)
	}
	if len(parts) != 5 {
		return Frame{}, fmt.Errorf("decode text frame: want 5 elements, got %d", len(parts))
	}
	var f Frame
	for i, field := range []*string{&f.JoinRef, &f.Ref, &f.Topic, &f.Event} {
		if err := json.Unmarshal(parts[i], field); err != nil {
			return Frame{}, fmt.Errorf("decode text frame element %d: %w", i, err)
		}
	}
	f.Payload = parts[4]
	return f, nil
}

// DecodeBinary parses a binary push: kind 0, four lengths, four strings, and the payload.
func DecodeBinary(data []byte) (Frame, error) {
	const header = 5
	if len(data) < header {
		return Frame{}, errShortFrame
	}
	if data[0] != 0 {
		return Frame{}, fmt.Errorf("decode binary frame: want kind 0 (push), got %d", data[0])
	}
	f := Frame{Binary: true}
	rest := data[header:]
	for i, field := range []*string{&f.JoinRef, &f.Ref, &f.Topic, &f.Event} {
		size := int(data[1+i])
		if size > len(rest) {
			return Frame{}, errShortFrame
		}
		*field, rest = string(rest[:size]), rest[size:]
	}
	f.Payload = rest
	return f, nil
}

// appendHead starts a text frame; the caller appends the payload and the closing bracket.
func appendHead(b []byte, joinRef, ref, topic, event string) []byte {
	b = append(b, '[')
	b = appendRef(b, joinRef)
	b = append(b, ',')
	b = appendRef(b, ref)
	b = append(b, ',')
	b = appendString(b, topic)
	b = append(b, ',')
	b = appendString(b, event)
	return append(b, ',')
}

func appendRef(b []byte, ref string) []byte {
	if ref == "" {
		return append(b, "null"...)
	}
	return appendString(b, ref)
}

// replyFrame answers the frame with that reference. response is a JSON object.
func replyFrame(joinRef, ref, topic, status string, response []byte) []byte {
	b := make([]byte, 0, 96+len(topic)+len(response))
	b = appendHead(b, joinRef, ref, topic, "phx_reply")
	b = append(b, `{"status":`...)
	b = appendString(b, status)
	b = append(b, `,"response":`...)
	b = append(b, response...)
	return append(b, "}]"...)
}

// pushFrame is a message that the client did not ask for. payload is a JSON object.
func pushFrame(joinRef, ref, topic, event string, payload []byte) []byte {
	b := make([]byte, 0, 48+len(topic)+len(payload))
	b = appendHead(b, joinRef, ref, topic, event)
	b = append(b, payload...)
	return append(b, ']')
}

const hexDigits = "0123456789abcdef"

// appendString appends s as a JSON string. HTML stays readable: <, > and & are not escaped.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[start:i]...)
		start = i + 1
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\t':
			b = append(b, '\\', 't')
		case '\r':
			b = append(b, '\\', 'r')
		default:
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}
