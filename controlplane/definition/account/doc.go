// Package account holds the nouns that belong to an account rather than to one
// API: API keys and usage plans, custom domain names with their base path
// mappings and access associations, VPC links, client certificates and the
// account's settings, each with its defaults and rules. Like package definition,
// whose account-wide part it is, it knows no store, no network, no clock and no
// wire format.
package account
