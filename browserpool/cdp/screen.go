package cdp

import (
	"bytes"
	"cmp"

	"github.com/go-json-experiment/json"
)

// opening are the commands with which the other client has the browser open an address of its choice. What pages open by
// themselves the browser judges; these it obeys. What is dragged may come from a page: the client takes it up and lets it drop.
var opening = [][]byte{[]byte(`"Input.dispatchDragEvent"`), []byte(`"Page.navigate"`), []byte(`"Target.createTarget"`), []byte(`"Fetch.continueRequest"`), []byte(`"Network.loadNetworkResource"`)}

// ScreenAddresses has refuse called with each address that the other client has the browser open. When it returns an error, the client
// hears that in place of the browser's answer, and the browser hears nothing.
func (c *Conn) ScreenAddresses(refuse func(address string) error) { c.screen.Store(&refuse) }

// screened returns what the other client hears instead of an answer to a command that is refused, with its zero byte; nil for
// all others.
func (c *Conn) screened(message []byte) []byte {
	refuse := c.screen.Load()
	if refuse == nil || !opens(message) {
		return nil
	}
	var command struct {
		ID        int64  `json:"id"`
		SessionID string `json:"sessionId"`
		Params    struct {
			URL  string `json:"url"`
			Data struct {
				Items []struct {
					Data string `json:"data"`
				} `json:"items"`
			} `json:"data"`
		} `json:"params"`
	}
	if json.Unmarshal(message, &command, lenient) != nil {
		return nil // nor does the browser take it
	}
	err := (*refuse)(command.Params.URL)
	for _, item := range command.Params.Data.Items {
		err = cmp.Or(err, (*refuse)(item.Data))
	}
	if err == nil {
		return nil
	}
	answer, err := json.Marshal(screening{ID: command.ID, Error: Error{Message: err.Error()}, SessionID: command.SessionID}, lenient)
	if err != nil {
		return nil
	}
	return append(answer, 0)
}

// screening is what the other client hears.
type screening struct {
	ID        int64  `json:"id"`
	Error     Error  `json:"error"`
	SessionID string `json:"sessionId,omitempty"`
}

// opens says whether a message may be one of the commands, wherever its method is.
func opens(message []byte) bool {
	for _, method := range opening {
		if bytes.Contains(message, method) {
			return true
		}
	}
	return false
}
