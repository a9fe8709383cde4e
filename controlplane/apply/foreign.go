package apply

import (
	"strings"

	"github.com/sluice-gateway/sluice/controlplane/apply/property"
	"github.com/sluice-gateway/sluice/internal/cloudformation"
)

// foreign names what Sluice does not make: its Ref and attributes are what AWS
// would say, so that integrations can name functions and roles that run elsewhere.
func (r *run) foreign(resource *cloudformation.Resource) {
	parts := strings.Split(resource.Type, "::")
	service, kind := strings.ToLower(parts[min(1, len(parts)-1)]), parts[len(parts)-1]
	properties, err := r.template.Resolve(resource.Properties, r.env)
	name := resource.LogicalID
	if err == nil {
		for _, named := range []string{kind + "Name", "Name"} {
			if given := property.Scalar(properties.Get(named)); given != "" {
				name = given
			}
		}
	}
	arn := "arn:aws:" + service + ":" + r.options.Region + ":" + r.options.Account + ":" + name
	reference, reason := name, "not made by Sluice; it is named as it would be on AWS"
	switch resource.Type {
	case "AWS::Lambda::Function":
		arn = "arn:aws:lambda:" + r.options.Region + ":" + r.options.Account + ":function:" + name
		reason = "functions run elsewhere: map " + name + " to a URL with --functions"
	case "AWS::Lambda::Version", "AWS::Lambda::Alias":
		function := property.Scalar(properties.Get("FunctionName"))
		if !strings.HasPrefix(function, "arn:") {
			function = "arn:aws:lambda:" + r.options.Region + ":" + r.options.Account + ":function:" + function
		}
		if kind == "Alias" {
			function += ":" + name
		}
		arn, reference = function, function
	case "AWS::IAM::Role":
		arn = "arn:aws:iam::" + r.options.Account + ":role/" + name
	case "AWS::Lambda::Permission", "AWS::CDK::Metadata", "AWS::Lambda::EventInvokeConfig":
		reason = "not needed"
	case "AWS::CertificateManager::Certificate":
		arn = "arn:aws:acm:" + r.options.Region + ":" + r.options.Account + ":certificate/" + name
		reference = arn
	case "AWS::StepFunctions::StateMachine":
		arn = "arn:aws:states:" + r.options.Region + ":" + r.options.Account + ":stateMachine:" + name
		reference = arn
	}
	r.ids[resource.LogicalID] = reference
	r.attributes[resource.LogicalID] = map[string]string{
		"Arn": arn, "Name": name, "QueueName": name, "QueueUrl": reference, "FunctionArn": arn, "Version": "$LATEST",
		"TopicArn": arn, "StreamArn": arn, "TableName": name, "UserPoolId": name,
	}
	r.step(Step{Skip, resource.Type, resource.LogicalID, "", reason})
}
