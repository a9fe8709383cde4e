// Package openapi turns OpenAPI documents (Swagger 2.0, OpenAPI 3.0 and 3.1, JSON
// or YAML, with AWS's x-amazon-apigateway-* extensions) into definitions and
// back. It is pure: a document and an API in, an API or a document out; ids come
// in as an argument. It fetches nothing: a $ref to another file is a warning. What
// an operation of the control API does with the result is awsapi's business.
package openapi
