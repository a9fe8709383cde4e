package main

// recordedEnums holds the order in which AWS names an enumeration's values in
// its validation errors, where a recording shows it: the framework prints a
// hash set, so that the order is not the model's. Where nothing is recorded the
// model's order stands.
func recordedEnums(service, shape string) []string {
	if service != "apigateway" {
		return nil
	}
	switch shape {
	case "Op":
		return []string{"add", "remove", "move", "test", "replace", "copy"}
	case "IntegrationType":
		return []string{"HTTP", "MOCK", "AWS_PROXY", "HTTP_PROXY", "AWS"}
	case "EndpointType":
		return []string{"PRIVATE", "EDGE", "REGIONAL"}
	case "IpAddressType":
		return []string{"ipv4", "dualstack"}
	case "GatewayResponseType":
		// Only the first three are known to be recorded; the rest is the model's.
		return []string{
			"REQUEST_TOO_LARGE", "RESOURCE_NOT_FOUND", "AUTHORIZER_CONFIGURATION_ERROR",
			"DEFAULT_4XX", "DEFAULT_5XX", "UNAUTHORIZED", "INVALID_API_KEY", "ACCESS_DENIED", "AUTHORIZER_FAILURE",
			"INVALID_SIGNATURE", "EXPIRED_TOKEN", "MISSING_AUTHENTICATION_TOKEN", "INTEGRATION_FAILURE", "INTEGRATION_TIMEOUT",
			"API_CONFIGURATION_ERROR", "UNSUPPORTED_MEDIA_TYPE", "BAD_REQUEST_PARAMETERS", "BAD_REQUEST_BODY", "THROTTLED",
			"QUOTA_EXCEEDED", "WAF_FILTERED",
		}
	default:
		return nil
	}
}

// recordedOtherwise is what a member of the wrong JSON kind is read as, where a
// recording shows that not the framework but the operation refuses it: an
// invalid number, for which the operation has its own text.
func recordedOtherwise(service, shape, member string) string {
	if service == "apigateway" && shape == "CreateRestApiRequest" && member == "minimumCompressionSize" {
		return "-1"
	}
	return ""
}

// recordedNullable says where a recording shows null for the entries of a map:
// an integration response's empty template, which passes bodies through.
func recordedNullable(service, shape, member string) bool {
	return service == "apigateway" && shape == "IntegrationResponse" && member == "responseTemplates"
}

// recordedUnchecked says which enumerations the framework leaves to the
// operation, which has a text of its own: the mode of an OpenAPI import.
func recordedUnchecked(service, shape, member string) bool {
	return service == "apigateway" && (shape == "PutRestApiRequest" || shape == "ImportDocumentationPartsRequest") && member == "mode"
}
