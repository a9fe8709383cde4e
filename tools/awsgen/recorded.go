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
	default:
		return nil
	}
}
