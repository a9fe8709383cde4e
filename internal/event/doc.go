// Package event writes the JSON that API Gateway hands to Lambda functions,
// field for field as recorded from AWS, in AWS's order of keys. It appends to
// the caller's memory and uses no reflection, for it runs once a request.
//
// It is NOT where an event's values come from: the caller brings them.
package event
