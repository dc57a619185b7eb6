package main

import (
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"slices"
)

// shrink writes a picture again with the 256 colours that it has most of, which a drawing seldom lacks.
func shrink(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	full, err := png.Decode(file)
	file.Close()
	if err != nil {
		return err
	}
	small := image.NewPaletted(full.Bounds(), palette(full))
	nearest := make(map[color.RGBA]uint8)
	for y := full.Bounds().Min.Y; y < full.Bounds().Max.Y; y++ {
		for x := full.Bounds().Min.X; x < full.Bounds().Max.X; x++ {
			c := color.RGBAModel.Convert(full.At(x, y)).(color.RGBA)
			index, known := nearest[c]
			if !known {
				index = uint8(small.Palette.Index(c))
				nearest[c] = index
			}
			small.SetColorIndex(x, y, index)
		}
	}
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	defer out.Close()
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(out, small); err != nil {
		return err
	}
	return out.Close()
}

// palette returns the most frequent colours. Those that differ by little count as one.
func palette(picture image.Image) color.Palette {
	count, exact := make(map[color.RGBA]int), make(map[color.RGBA]int)
	for y := picture.Bounds().Min.Y; y < picture.Bounds().Max.Y; y++ {
		for x := picture.Bounds().Min.X; x < picture.Bounds().Max.X; x++ {
			c := color.RGBAModel.Convert(picture.At(x, y)).(color.RGBA)
			count[rough(c)]++
			exact[c]++
		}
	}
	sample := make(map[color.RGBA]color.RGBA)
	for c, n := range exact {
		if known, ok := sample[rough(c)]; !ok || n > exact[known] {
			sample[rough(c)] = c
		}
	}
	all := slices.Collect(maps.Keys(count))
	slices.SortFunc(all, func(a, b color.RGBA) int { return count[b] - count[a] })
	var chosen color.Palette
	for _, c := range all[:min(len(all), 256-areas)] {
		chosen = append(chosen, sample[c])
	}
	most := slices.SortedFunc(maps.Keys(exact), func(a, b color.RGBA) int { return exact[b] - exact[a] })
	for _, c := range most[:min(len(most), areas)] {
		chosen = append(chosen, c)
	}
	return chosen
}

// areas is how many colours are kept exactly: those of backgrounds.
const areas = 32

func rough(c color.RGBA) color.RGBA { return color.RGBA{c.R &^ 15, c.G &^ 15, c.B &^ 15, 255} }
