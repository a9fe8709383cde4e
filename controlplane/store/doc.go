// Package store keeps API Gateway's nouns in etcd: typed reads, changes in one
// transaction with the preconditions they relied on, secrets sealed at rest, and
// a watch that says what changed. It knows no wire format, no data plane and no
// rule of AWS's: rules are definition's, and what becomes of a change is the
// watcher's business. The etcd server that `sluice run` embeds is in
// store/embedded, so that only who needs it links it.
//
// # Layout
//
//	/sluice/v1/{account}/{region}/{noun}/{id}           RestApis and the account's own nouns
//	/sluice/v1/{account}/{region}/{noun}/{api}/{id}     what belongs to an API
//	/sluice/v1/{account}/{region}/contents/{api}/{deployment}/{part}
//	/sluice/v1/{account}/{region}/uniques/{noun}/{digest} which of the noun has a unique value
//	/sluice/v1/{account}/{region}/revisions/{noun}      written with each change of the noun
//	/sluice/v1/ids/{api}                                whose an API is: ids are unique over all accounts
//
// Values are JSON, a deployment's content JSON under zstd. An API's own record
// is written with every change of anything that belongs to it, so that its
// revision in etcd is the revision of the API.
package store
