package cdp

import (
	"bytes"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// opening are the commands with which the other client has the browser open an address of its choice. What pages open by
// themselves the browser judges; these it obeys. What is dragged may come from a page: the client takes it up and lets it drop.
var opening = [][]byte{[]byte(`"Input.dispatchDragEvent"`), []byte(`"Page.navigate"`), []byte(`"Target.createTarget"`), []byte(`"Fetch.continueRequest"`), []byte(`"Network.loadNetworkResource"`)}

// ScreenAddresses has refuse called with each address that the other client has the browser open. When it returns an error, the client
// hears that in place of the browser's answer, and the browser hears nothing. nil ends that.
func (c *Conn) ScreenAddresses(refuse func(address string) error) {
	if refuse == nil {
		c.screen.Store(nil)
		return
	}
	c.screen.Store(&refuse)
}

// screened returns what the other client hears instead of an answer to a command that is refused, with its zero byte; nil for
// all others.
func (c *Conn) screened(message []byte) []byte {
	refuse := c.screen.Load()
	if refuse == nil || !opens(message) {
		return nil
	}
	var command struct {
		ID        int64          `json:"id"`
		SessionID string         `json:"sessionId"`
		Params    jsontext.Value `json:"params"`
	}
	if json.Unmarshal(message, &command, lenient) != nil {
		return nil // nor does the browser take it
	}
	for _, address := range addresses(command.Params) {
		if err := (*refuse)(address); err != nil {
			return failure(command.ID, command.SessionID, err.Error())
		}
	}
	return nil
}

// addresses are those that the params of a command may open. Each part is read for itself: the browser does not look at what a command
// has no use for, whatever that is.
func addresses(params jsontext.Value) (all []string) {
	var opened struct {
		URL string `json:"url"`
	}
	if json.Unmarshal(params, &opened, lenient) == nil {
		all = append(all, opened.URL)
	}
	var dragged struct {
		Data struct {
			Items []struct {
				Data string `json:"data"`
			} `json:"items"`
		} `json:"data"`
	}
	if json.Unmarshal(params, &dragged, lenient) == nil {
		for _, item := range dragged.Data.Items {
			all = append(all, item.Data)
		}
	}
	return all
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
