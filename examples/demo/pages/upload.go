package pages

import (
	"github.com/liveload/liveload/examples/demo/liveview"
)

var (
	uploadTemplate = liveview.Parse(`
		<h1>Upload</h1>
		<form id="upload-form" phx-change="validate" phx-submit="save">
			{}
			<div id="drop" class="drop" phx-drop-target="{}">Drop files here</div>
			<ul id="entries">{}</ul>
			<button id="save">Upload</button>
		</form>
		<ul id="stored">{}</ul>
	`)
	uploadEntry = liveview.Parse(`
		<li id="entry-{}">{} <progress id="progress-{}" max="100" value="{}"></progress>
		<span class="error">{}</span> <button id="cancel-{}" type="button" phx-click="cancel" phx-value-ref="{}">cancel</button></li>
	`)
	storedEntry = liveview.Parse(`<li><span class="name">{}</span> <span class="size">{}</span> <code class="sha256">{}</code></li>`)
)

// upload takes up to three files of 32 MB. It keeps their size and hash, not their bytes.
type upload struct {
	liveview.Base
	files  *liveview.Upload
	stored []liveview.StoredFile
}

func (u *upload) Mount(s *liveview.Socket) error {
	s.SetTitle("Upload")
	u.files = s.AllowUpload(liveview.UploadConfig{Name: "files", MaxEntries: 3, MaxFileSize: 32 << 20})
	return nil
}

func (u *upload) HandleEvent(s *liveview.Socket, e *liveview.Event) error {
	switch e.Name {
	case "validate":
	case "cancel":
		s.Cancel(u.files, e.Get("ref"))
	case "save":
		u.stored = append(u.stored, s.Consume(u.files)...)
	default:
		return liveview.UnknownEvent(e)
	}
	return nil
}

func (u *upload) Render(s *liveview.Socket) *liveview.Node {
	var chosen, stored []liveview.Entry
	for _, f := range u.files.Entries {
		chosen = append(chosen, liveview.Entry{Key: f.Ref, Node: uploadEntry.With(f.Ref, f.Name, f.Ref, f.Progress, f.Error, f.Ref, f.Ref)})
	}
	for _, f := range u.stored {
		stored = append(stored, liveview.Entry{Key: f.SHA256 + f.Name, Node: storedEntry.With(f.Name, f.Size, f.SHA256)})
	}
	return withFlash(s, uploadTemplate.With(u.files.Input(), u.files.Ref, uploadEntry.Each(chosen), storedEntry.Each(stored)))
}
