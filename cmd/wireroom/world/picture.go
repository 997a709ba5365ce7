package world

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"image"
	"image/color"
	"image/png"
)

// The size of a drawn picture in pixels: 16 to 9, small enough to draw on each request.
const pictureWidth, pictureHeight = 480, 270

func picturePath(name string) string { return "/pictures/" + name + ".png" }

func soundPath(name string) string { return "/sounds/" + name + ".wav" }

// picture draws a horizon under a low sun in colours that depend on name alone, as PNG: a report needs an illustration,
// and the World has no photographs.
func picture(name string) ([]byte, error) {
	h := fnv.New32a()
	h.Write([]byte(name)) // never fails
	seed := h.Sum32()
	tint := func(shift uint) uint8 { return uint8(60 + (seed>>shift)%120) }
	sky := color.RGBA{tint(0), tint(8), tint(16), 255}
	sunX, sunY := 60+int(seed%360), 60+int(seed>>4%80)
	horizon := 150 + int(seed>>12%60)

	img := image.NewRGBA(image.Rect(0, 0, pictureWidth, pictureHeight))
	for y := range pictureHeight {
		for x := range pictureWidth {
			img.SetRGBA(x, y, pixel(sky, x-sunX, y-sunY, y-horizon))
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		return nil, fmt.Errorf("draw picture %s: %w", name, err)
	}
	return out.Bytes(), nil
}

// pixel colours a point by its distance from the sun's centre and from the horizon.
func pixel(sky color.RGBA, dx, dy, below int) color.RGBA {
	switch {
	case below > 0:
		return color.RGBA{sky.R / 3, sky.G / 3, sky.B/2 + uint8(min(below/6, 40)), 255}
	case dx*dx+dy*dy < 34*34:
		return color.RGBA{250, 226, 160, 255}
	}
	glow := uint8(max(0, 60+below/4))
	return color.RGBA{sky.R + glow, sky.G + glow, sky.B + glow/2, 255}
}

// sound is one second of silence as WAV: 8,000 unsigned 8-bit samples.
func sound() []byte {
	const rate = 8000
	b := []byte("RIFF")
	b = binary.LittleEndian.AppendUint32(b, 36+rate)
	b = append(b, "WAVEfmt "...)
	b = binary.LittleEndian.AppendUint32(b, 16) // length of the format block
	b = binary.LittleEndian.AppendUint16(b, 1)  // PCM
	b = binary.LittleEndian.AppendUint16(b, 1)  // one channel
	b = binary.LittleEndian.AppendUint32(b, rate)
	b = binary.LittleEndian.AppendUint32(b, rate) // bytes a second
	b = binary.LittleEndian.AppendUint16(b, 1)    // bytes a frame
	b = binary.LittleEndian.AppendUint16(b, 8)    // bits a sample
	b = append(b, "data"...)
	b = binary.LittleEndian.AppendUint32(b, rate)
	return append(b, bytes.Repeat([]byte{128}, rate)...)
}
