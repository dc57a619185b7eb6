// Package types holds the TypeScript declarations of what scripts can import, for editors.
package types

import _ "embed"

// Liveload is liveload.d.ts: the module "liveload" and the user object.
//
//go:embed liveload.d.ts
var Liveload string
