// Package types holds the TypeScript declarations of what scripts can import, for editors.
package types

import "embed"

// Liveload is liveload.d.ts: the module "liveload" and the user object.
//
//go:embed liveload.d.ts
var Liveload string

// Files are all declarations: what belongs beside a script for an editor to know what it can use.
//
//go:embed *.d.ts
var Files embed.FS
