// Package document holds OpenAPI documents as trees: it reads JSON and YAML
// within bounds, follows references within a document, and prints as AWS prints.
// It knows where each version of OpenAPI keeps things, but no noun of API
// Gateway's: what a document means is openapi's business.
package document
