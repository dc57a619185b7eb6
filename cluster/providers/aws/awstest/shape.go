package awstest

import (
	"encoding/json"
	"reflect"
	"strings"
	"time"

	"github.com/aws/smithy-go"
)

// required are the members that the published models require, by their structure. The SDK's schemas have all members and
// their types, but not this.
var required = map[string][]string{
	"RegisterTaskDefinitionRequest":   {"family", "containerDefinitions"},
	"RunTaskRequest":                  {"taskDefinition"},
	"StopTaskRequest":                 {"task"},
	"DescribeTasksRequest":            {"tasks"},
	"DescribeTaskDefinitionRequest":   {"taskDefinition"},
	"DeregisterTaskDefinitionRequest": {"taskDefinition"},
	"DeleteTaskDefinitionsRequest":    {"taskDefinitions"},
	"AwsVpcConfiguration":             {"subnets"},
	"CapacityProviderStrategyItem":    {"capacityProvider"},
	"Secret":                          {"name", "valueFrom"},
	"LogConfiguration":                {"logDriver"},
	"EphemeralStorage":                {"sizeInGiB"},
	"CreateSecretRequest":             {"Name"},
	"DeleteSecretRequest":             {"SecretId"},
	"GetServiceQuotaRequest":          {"ServiceCode", "QuotaCode"},
	"GetLogEventsRequest":             {"logStreamName"},
}

// checkShape refuses what a model does not have: unknown members, missing ones, values of another type.
func checkShape(schema *smithy.Schema, place string, body []byte) error {
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return badRequest("SerializationException", "%s: %v", place, err)
	}
	return checkValue(schema, place, value)
}

func checkValue(schema *smithy.Schema, place string, value any) error {
	wrong := badRequest("SerializationException", "%s: %v is not of type %s", place, value, schema.TargetID())
	switch schema.Type() {
	case smithy.ShapeTypeStructure:
		members, ok := value.(map[string]any)
		if !ok {
			return wrong
		}
		return checkMembers(schema, place, members)
	case smithy.ShapeTypeList, smithy.ShapeTypeSet:
		items, ok := value.([]any)
		if !ok {
			return wrong
		}
		for _, item := range items {
			if err := checkValue(schema.ListMember(), place+"[]", item); err != nil {
				return err
			}
		}
	case smithy.ShapeTypeMap:
		items, ok := value.(map[string]any)
		if !ok {
			return wrong
		}
		for key, item := range items {
			if err := checkValue(schema.MapValue(), place+"."+key, item); err != nil {
				return err
			}
		}
	case smithy.ShapeTypeString, smithy.ShapeTypeEnum, smithy.ShapeTypeBlob:
		if _, ok := value.(string); !ok {
			return wrong
		}
	case smithy.ShapeTypeBoolean:
		if _, ok := value.(bool); !ok {
			return wrong
		}
	default: // numbers and times
		if _, ok := value.(float64); !ok {
			return wrong
		}
	}
	return nil
}

func checkMembers(schema *smithy.Schema, place string, members map[string]any) error {
	for name, member := range members {
		known := schema.Member(name)
		if known == nil {
			return badRequest("SerializationException", "%s has no member %q", place, name)
		}
		if err := checkValue(known, place+"."+name, member); err != nil {
			return err
		}
	}
	shape := schema.TargetID().Name
	if shape == "" {
		shape = schema.ID().Name
	}
	for _, name := range required[shape] {
		if _, ok := members[name]; !ok {
			return badRequest("InvalidParameterException", "%s: the member %s is required", place, name)
		}
	}
	return nil
}

// Wire makes of a type of the SDK what travels as JSON. Members that are not set are left out. small says whether the service
// begins their names with a small letter.
func Wire(v any, small bool) any { return wireValue(reflect.ValueOf(v), small) }

func wireValue(v reflect.Value, small bool) any {
	switch v.Kind() {
	case reflect.Pointer:
		return wireValue(v.Elem(), small)
	case reflect.Slice:
		list := []any{}
		for i := range v.Len() {
			list = append(list, wireValue(v.Index(i), small))
		}
		return list
	case reflect.Struct:
		if at, ok := v.Interface().(time.Time); ok {
			return float64(at.UnixMilli()) / 1000
		}
		members := map[string]any{}
		for i := range v.NumField() {
			field := v.Type().Field(i)
			if !field.IsExported() || field.Name == "ResultMetadata" || v.Field(i).IsZero() {
				continue
			}
			members[memberName(field.Name, small)] = wireValue(v.Field(i), small)
		}
		return members
	}
	return v.Interface()
}

// memberName is what a field of the SDK is called in JSON.
func memberName(field string, small bool) string {
	if !small {
		return field
	}
	return strings.ToLower(field[:1]) + field[1:]
}
