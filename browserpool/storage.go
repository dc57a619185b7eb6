package browserpool

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/liveload/liveload/ordered"
)

// Storage is what a browser keeps for a user between pages. As JSON it can be kept in a file and given
// to other users; Playwright reads its cookies and local storage too.
type Storage struct {
	Cookies []Cookie        `json:"cookies"`
	Origins []OriginStorage `json:"origins"`
}

// A Cookie is one cookie of a browser.
type Cookie struct {
	Name     string  `json:"name"`
	Value    string  `json:"value"`
	Domain   string  `json:"domain"` // with a leading dot: for its subdomains too
	Path     string  `json:"path"`
	Expires  float64 `json:"expires"` // Unix time in seconds; -1 until the browser is closed
	HTTPOnly bool    `json:"httpOnly"`
	Secure   bool    `json:"secure"`
	SameSite string  `json:"sameSite"` // "Strict", "Lax", "None"
	// PartitionKey is the site of the page around it, such as https://shop.example, of a cookie that is kept apart for each
	// (CHIPS); CrossSiteAncestor whether another site stood between the two. Nil is true, as it is for Playwright.
	PartitionKey      string `json:"partitionKey,omitempty"`
	CrossSiteAncestor *bool  `json:"_crHasCrossSiteAncestor,omitempty"`
}

// An OriginStorage is the storage of one origin, such as "https://example.com".
type OriginStorage struct {
	Origin         string            `json:"origin"`
	LocalStorage   []StorageItem     `json:"localStorage"`
	SessionStorage []StorageItem     `json:"sessionStorage,omitempty"`
	IndexedDB      []json.RawMessage `json:"indexedDB,omitempty"` // databases, as the engine writes them
}

// Empty reports whether nothing is stored.
func (o *OriginStorage) Empty() bool {
	return len(o.LocalStorage)+len(o.SessionStorage)+len(o.IndexedDB) == 0
}

// A StorageItem is one entry of local or session storage.
type StorageItem struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// A SnapshotError says why something is no snapshot of a storage.
type SnapshotError struct {
	Reason string
}

func (e *SnapshotError) Error() string {
	return "this is no snapshot of storageSnapshot(): " + e.Reason
}

// ReadStorage reads plain data (see package ordered). The error is a *SnapshotError.
func ReadStorage(data any) (*Storage, error) {
	object, ok := data.(*ordered.Object)
	if !ok {
		return nil, &SnapshotError{Reason: "it must be an object with cookies and origins"}
	}
	for _, part := range []string{"cookies", "origins"} {
		value, _ := object.Get(part)
		if _, ok := value.([]any); !ok {
			return nil, &SnapshotError{Reason: part + " must be an array"}
		}
	}
	var storage Storage
	if err := ReadPlain(data, &storage); err != nil {
		return nil, &SnapshotError{Reason: err.Error()}
	}
	return &storage, storage.check()
}

// ReadPlain reads plain data into structs by the names that JSON has for their fields. Unknown fields are errors.
func ReadPlain(data, into any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	err = decoder.Decode(into)
	var mismatch *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &mismatch):
		return fmt.Errorf("%s cannot be a %s", mismatch.Field, mismatch.Value)
	}
	return errors.New(strings.TrimPrefix(err.Error(), "json: "))
}

// Origin is the origin of an address that can have storage, or "".
func Origin(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

func (s *Storage) check() error {
	for i := range s.Cookies {
		if problem := s.Cookies[i].complete(); problem != "" {
			return &SnapshotError{Reason: fmt.Sprintf("cookies[%d] %s", i, problem)}
		}
	}
	for i, o := range s.Origins {
		if o.Origin == "" || o.Origin != Origin(o.Origin) {
			return &SnapshotError{Reason: fmt.Sprintf("origins[%d].origin must be like https://example.com, not %q", i, o.Origin)}
		}
	}
	return nil
}

// complete checks a cookie and fills in what may be left out.
func (c *Cookie) complete() (problem string) {
	switch {
	case c.Name == "" || c.Domain == "":
		return "must have a name and a domain"
	case c.SameSite != "" && !slices.Contains([]string{"Strict", "Lax", "None"}, c.SameSite):
		return fmt.Sprintf("has sameSite %q, which must be Strict, Lax or None", c.SameSite)
	case c.Expires < 0 && c.Expires != -1:
		return "has expires below 0, which must be Unix time in seconds, or -1"
	}
	if c.Path == "" {
		c.Path = "/"
	}
	if c.Expires == 0 {
		c.Expires = -1
	}
	return ""
}
