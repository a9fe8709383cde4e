package cloudformation_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/sluice-gateway/sluice/internal/cloudformation"
	"github.com/sluice-gateway/sluice/internal/jsonvalue"
)

const sample = `
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String, Default: dev}
  Zones: {Type: CommaDelimitedList, Default: ""}
  Need: {Type: String}
Mappings:
  ByStage: {dev: {size: 1}, prod: {size: 2}}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  NotProd: !Not [Condition: IsProd]
  Either: !Or [!Condition IsProd, !Condition NotProd]
Resources:
  Method:
    Type: AWS::ApiGateway::Method
    DependsOn: Role
    Properties:
      RestApiId: !Ref Api
      Uri: !Sub "arn:aws:apigateway:${AWS::Region}:lambda:path/${Function.Arn}/${!literal}/${x}"
      None: !Ref AWS::NoValue
      Size: !FindInMap [ByStage, !Ref Stage, size]
      Chosen: !If [IsProd, a, !Ref AWS::NoValue]
      Joined: !Join ["-", [a, !Select [1, !Split ["/", b/c]], 3]]
      Bytes: {"Fn::Base64": hi}
  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: !Sub ["${n}-${Stage}", {n: api}]}}
  Function: {Type: AWS::Lambda::Function}
  Role: {Type: AWS::IAM::Role, Condition: IsProd}
Outputs:
  Url: {Value: !Sub "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/"}
`

func environment() *cloudformation.Environment {
	return &cloudformation.Environment{
		Account: "000000000000", Region: "us-east-1", StackName: "s", Parameters: map[string]string{"Zones": "a, b"},
		Reference: func(id string) (string, bool) { return strings.ToLower(id) + "-id", true },
		Attribute: func(id, name string) (jsonvalue.Value, bool) {
			return jsonvalue.String(id + "'s " + name), id == "Function"
		},
	}
}

func parse(t *testing.T, text string) *cloudformation.Template {
	t.Helper()
	template, err := cloudformation.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return template
}

// TestOrder wants what is referred to first, and the document's order otherwise.
func TestOrder(t *testing.T) {
	t.Parallel()
	ordered, err := parse(t, sample).Order()
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, one := range ordered {
		ids = append(ids, one.LogicalID)
	}
	if got := strings.Join(ids, " "); got != "Role Api Function Method" {
		t.Errorf("order %s", got)
	}
	_, err = parse(t, `{"Resources": {"A": {"Type": "t", "DependsOn": "B"}, "B": {"Type": "t", "Properties": {"x": {"Ref": "A"}}}}}`).Order()
	if !errors.Is(err, cloudformation.ErrCycle) {
		t.Errorf("cycle: %v", err)
	}
}

// TestResolve holds the functions.
func TestResolve(t *testing.T) {
	t.Parallel()
	template := parse(t, sample)
	for id, want := range map[string]string{
		"Method": `{"RestApiId":"api-id","Uri":"arn:aws:apigateway:us-east-1:lambda:path/Function's Arn/${literal}/x-id","Size":1,"Joined":"a-c-3","Bytes":"aGk="}`,
		"Api":    `{"Name":"api-dev"}`,
	} {
		for _, one := range template.Resources {
			if one.LogicalID != id {
				continue
			}
			resolved, err := template.Resolve(one.Properties, environment())
			if err != nil {
				t.Fatal(err)
			}
			if got, _ := resolved.JSON(jsonvalue.Verbatim); got != want {
				t.Errorf("%s: %s, want %s", id, got, want)
			}
		}
	}
	outputs, err := template.Outputs(environment())
	if err != nil || len(outputs) != 1 || outputs[0].Value.Text() != "https://api-id.execute-api.us-east-1.amazonaws.com/" {
		t.Errorf("outputs %v, %v", outputs, err)
	}
	if len(template.Transforms) != 1 {
		t.Errorf("transforms %v", template.Transforms)
	}
}

// TestConditions holds conditions of resources.
func TestConditions(t *testing.T) {
	t.Parallel()
	template := parse(t, sample)
	for stage, want := range map[string]bool{"dev": false, "prod": true} {
		env := environment()
		env.Parameters["Stage"] = stage
		got, err := template.Enabled(template.Resources[3], env)
		if err != nil || got != want {
			t.Errorf("%s: %v, %v", stage, got, err)
		}
	}
}

// TestMissing names what is not known.
func TestMissing(t *testing.T) {
	t.Parallel()
	template := parse(t, sample)
	env := environment()
	env.Reference = nil
	for expression, want := range map[string]string{
		`{"Ref": "Need"}`: "parameter Need", `{"Ref": "Gone"}`: "Ref Gone", `{"Fn::GetAtt": ["Api", "Root"]}`: "Fn::GetAtt Api.Root",
		`{"Fn::ImportValue": "v"}`: "the exported value v", `{"Fn::If": ["None", 1, 2]}`: "condition None",
		`{"Fn::FindInMap": ["ByStage", "x", "y"]}`: "mapping ByStage.x.y", `{"Fn::Transform": {}}`: "not supported",
	} {
		value, err := jsonvalue.Parse([]byte(expression), jsonvalue.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := template.Resolve(value, env); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", expression, err, want)
		}
	}
	for _, text := range []string{"", "x", "{}", `{"Resources": {"A": {}}}`, "Resources: [1"} {
		if _, err := cloudformation.Parse([]byte(text)); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}

// FuzzParse wants no document to break the reader or its functions.
func FuzzParse(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte(`{"Resources": {"A": {"Type": "t", "Properties": {"x": {"Fn::Sub": ["${a.b}${", {"a": 1}]}}}}}`))
	f.Fuzz(func(_ *testing.T, text []byte) {
		template, err := cloudformation.Parse(text)
		if err != nil {
			return
		}
		_, _ = template.Order()
		for _, one := range template.Resources {
			_, _ = template.Resolve(one.Properties, environment())
			_, _ = template.Enabled(one, environment())
		}
	})
}
