package lambda

import "net/url"

// Headers of the Invoke API, by lower-case name.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
const (
	// HeaderFunctionError is set when the function failed: its payload then is
	// the error's document.
	HeaderFunctionError = "x-amz-function-error"
	// HeaderInvocationType is RequestResponse (the default), Event or DryRun.
	HeaderInvocationType = "x-amz-invocation-type"
)

// Path is where the Invoke API takes calls of a function, named by its ARN or
// name, with or without a qualifier.
func Path(function string) string {
	return "/2015-03-31/functions/" + url.PathEscape(function) + "/invocations"
}

// StreamingPath is where the InvokeWithResponseStream API takes them.
// https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html
func StreamingPath(function string) string {
	return "/2021-11-15/functions/" + url.PathEscape(function) + "/response-streaming-invocations"
}
