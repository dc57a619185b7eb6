package liveload

import (
	"fmt"

	"github.com/dop251/goja"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/js"
)

// ofPictures are the options of a screenshot: Playwright's, but for path, type and quality, since the evidence of a run is PNG.
var ofPictures = []string{"animations", "caret", "clip", "fullPage", "mask", "maskColor", "omitBackground", "scale", "style"}

// draw are the options of a screenshot, to be changed.
func (o *options) draw() *browserpool.ScreenshotOptions {
	if o.draws == nil {
		o.draws = &browserpool.ScreenshotOptions{}
	}
	return o.draws
}

// picture are the options of a screenshot, for the session.
func (a arguments) picture() []browserpool.ScreenshotOptions {
	if a.opts.draws == nil {
		return nil
	}
	return []browserpool.ScreenshotOptions{*a.opts.draws}
}

var pictureReaders = map[string]optionReader{
	"fullPage":       func(_ *js.VM, v goja.Value, into *options) error { return readBool(v, &into.draw().FullPage) },
	"omitBackground": func(_ *js.VM, v goja.Value, into *options) error { return readBool(v, &into.draw().OmitBackground) },
	"animations": func(_ *js.VM, v goja.Value, into *options) (err error) {
		into.draw().Animations, err = oneOf(v, "allow", "disabled")
		return err
	},
	"caret": func(_ *js.VM, v goja.Value, into *options) (err error) {
		into.draw().Caret, err = oneOf(v, "hide", "initial")
		return err
	},
	"scale": func(_ *js.VM, v goja.Value, into *options) (err error) {
		into.draw().Scale, err = oneOf(v, "css", "device")
		return err
	},
	"style": func(_ *js.VM, v goja.Value, into *options) (err error) {
		into.draw().Style, err = textOf(v)
		return err
	},
	"maskColor": func(_ *js.VM, v goja.Value, into *options) (err error) {
		into.draw().MaskColor, err = textOf(v)
		return err
	},
	"mask": func(_ *js.VM, v goja.Value, into *options) error { return readSelectors(v, &into.draw().Mask) },
	"clip": func(_ *js.VM, v goja.Value, into *options) error { return readRect(v, &into.draw().Clip) },
}

func readSelectors(v goja.Value, into *[]string) error {
	all, err := itemsOf(v, func(v goja.Value) (any, error) {
		if !isText(v) {
			return nil, fmt.Errorf("must be a selector, not %s", Show(v))
		}
		return v.String(), nil
	})
	if err != nil {
		return err
	}
	for _, item := range listOf(all) {
		*into = append(*into, item.(string))
	}
	return nil
}

func readRect(v goja.Value, into **browserpool.Rect) error {
	wrong := fmt.Errorf("must be { x, y, width, height } in pixels, not %s", Show(v))
	if !isPlainObject(v) || len(v.(*goja.Object).Keys()) != 4 {
		return wrong
	}
	numbers := map[string]float64{}
	for _, key := range []string{"x", "y", "width", "height"} {
		value := v.(*goja.Object).Get(key)
		if value == nil || !finite(value) {
			return wrong
		}
		numbers[key] = value.ToFloat()
	}
	*into = &browserpool.Rect{X: numbers["x"], Y: numbers["y"], Width: numbers["width"], Height: numbers["height"]}
	return nil
}
