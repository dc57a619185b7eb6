package remotewrite

import (
	"cmp"
	"encoding/binary"
	"errors"
	"math"
	"slices"

	dto "github.com/prometheus/client_model/go"
	"google.golang.org/protobuf/encoding/protowire"
)

// Field numbers of the messages of remote write 1.0, whose specification and prompb/types.proto list them.
const (
	requestSeries = 1

	seriesLabel     = 1
	seriesSample    = 2
	seriesHistogram = 4

	labelName  = 1
	labelValue = 2

	sampleValue = 1
	sampleTime  = 2

	histogramCount         = 1
	histogramSum           = 3
	histogramSchema        = 4
	histogramZeroThreshold = 5
	histogramZeroCount     = 6
	histogramSpan          = 11
	histogramDelta         = 12
	histogramTime          = 15

	spanOffset = 1
	spanLength = 2
)

// staleMarker is the NaN that says that a series has ended.
var staleMarker = math.Float64frombits(0x7ff0000000000002)

// labelsOf encodes the labels of a series, sorted by name as the specification asks. Those that it gets are sorted.
func labelsOf(name string, labels []*dto.LabelPair) []byte {
	at, _ := slices.BinarySearchFunc(labels, nameLabel, func(l *dto.LabelPair, name string) int { return cmp.Compare(l.GetName(), name) })
	b := make([]byte, 0, 256)
	for _, l := range labels[:at] {
		b = appendLabel(b, l.GetName(), l.GetValue())
	}
	b = appendLabel(b, nameLabel, name)
	for _, l := range labels[at:] {
		b = appendLabel(b, l.GetName(), l.GetValue())
	}
	return b
}

// nameLabel is that of the metric.
const nameLabel = "__name__"

func appendLabel(b []byte, name, value string) []byte {
	size := protowire.SizeTag(labelName) + protowire.SizeBytes(len(name)) + protowire.SizeTag(labelValue) + protowire.SizeBytes(len(value))
	b = protowire.AppendVarint(protowire.AppendTag(b, seriesLabel, protowire.BytesType), uint64(size))
	b = protowire.AppendString(protowire.AppendTag(b, labelName, protowire.BytesType), name)
	return protowire.AppendString(protowire.AppendTag(b, labelValue, protowire.BytesType), value)
}

// sample encodes a series with one value. The time is in milliseconds. Series one after the other are a request.
func sample(labels []byte, value float64, time int64) []byte {
	var space [24]byte
	b := appendDouble(space[:0], sampleValue, value)
	return seriesOf(labels, seriesSample, appendInt(b, sampleTime, uint64(time)))
}

// seriesOf returns a series of labels and what it has at one time.
func seriesOf(labels []byte, field protowire.Number, content []byte) []byte {
	size := len(labels) + protowire.SizeTag(field) + protowire.SizeBytes(len(content))
	b := make([]byte, 0, protowire.SizeTag(requestSeries)+protowire.SizeBytes(size))
	b = protowire.AppendVarint(protowire.AppendTag(b, requestSeries, protowire.BytesType), uint64(size))
	return appendMessage(append(b, labels...), field, content)
}

// histogram encodes a series with one native histogram.
func histogram(labels []byte, h *dto.Histogram, time int64) []byte {
	b := appendInt(nil, histogramCount, h.GetSampleCount())
	b = appendDouble(b, histogramSum, h.GetSampleSum())
	b = appendInt(b, histogramSchema, protowire.EncodeZigZag(int64(h.GetSchema())))
	b = appendDouble(b, histogramZeroThreshold, h.GetZeroThreshold())
	b = appendInt(b, histogramZeroCount, h.GetZeroCount())
	for _, s := range h.GetPositiveSpan() {
		span := appendInt(nil, spanOffset, protowire.EncodeZigZag(int64(s.GetOffset())))
		b = appendMessage(b, histogramSpan, appendInt(span, spanLength, uint64(s.GetLength())))
	}
	var deltas []byte
	for _, delta := range h.GetPositiveDelta() {
		deltas = protowire.AppendVarint(deltas, protowire.EncodeZigZag(delta))
	}
	b = appendMessage(b, histogramDelta, deltas)
	return seriesOf(labels, seriesHistogram, appendInt(b, histogramTime, uint64(time)))
}

func appendMessage(b []byte, field protowire.Number, message []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, field, protowire.BytesType), message)
}

func appendInt(b []byte, field protowire.Number, value uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, field, protowire.VarintType), value)
}

func appendDouble(b []byte, field protowire.Number, value float64) []byte {
	return protowire.AppendFixed64(protowire.AppendTag(b, field, protowire.Fixed64Type), math.Float64bits(value))
}

var errDamaged = errors.New("a record of remote write is damaged")

// timeOf returns the time of what sample or histogram have encoded.
func timeOf(record []byte) (time int64, err error) {
	for _, step := range []struct{ either, or protowire.Number }{{requestSeries, 0}, {seriesSample, seriesHistogram}, {sampleTime, histogramTime}} {
		if record, err = find(record, step.either, step.or); err != nil {
			return 0, err
		}
	}
	value, _ := binary.Uvarint(record)
	return int64(value), nil
}

// find returns the content of the first field of a message that has one of two numbers: of a number its varint.
func find(message []byte, either, or protowire.Number) ([]byte, error) {
	for len(message) > 0 {
		number, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return nil, errDamaged
		}
		message = message[n:]
		size := protowire.ConsumeFieldValue(number, kind, message)
		switch {
		case size < 0:
			return nil, errDamaged
		case number != either && number != or:
			message = message[size:]
		case kind == protowire.BytesType:
			content, _ := protowire.ConsumeBytes(message)
			return content, nil
		default:
			return message[:size], nil
		}
	}
	return nil, errDamaged
}
