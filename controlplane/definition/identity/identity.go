// Package identity holds who may call: users, groups, roles, managed policies and
// access keys of an account, as IAM names them, with IAM's rules. It is pure. It
// is not the evaluation of policies (internal/iam), nor does it read them.
package identity

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sluice-gateway/sluice/internal/awserror"
	"github.com/sluice-gateway/sluice/internal/secret"
)

// The codes of IAM's errors.
const (
	CodeNoSuchEntity   awserror.Code = "NoSuchEntity"
	CodeAlreadyExists  awserror.Code = "EntityAlreadyExists"
	CodeDeleteConflict awserror.Code = "DeleteConflict"
	CodeLimitExceeded  awserror.Code = "LimitExceeded"
	CodeMalformed      awserror.Code = "MalformedPolicyDocument"
	CodeInvalidInput   awserror.Code = "InvalidInput"
	CodeValidation     awserror.Code = "ValidationError"
)

// IAM's quotas ("IAM and AWS STS quotas"), and the most characters of tags.
const (
	maxKeys     = 2
	maxVersions = 5
	maxTags     = 50
)

// Entity is what users, groups and roles have in common.
type Entity struct {
	Name       string    `json:"name"`
	Path       string    `json:"path"`
	ID         string    `json:"id"`
	CreateDate time.Time `json:"createDate"`
	// Inline policies' documents by name.
	Inline map[string]string `json:"inline,omitempty"`
	// Attached managed policies' ARNs in the order they were attached.
	Attached []string          `json:"attached,omitempty"`
	Tags     map[string]string `json:"tags,omitempty"`
}

// User is IAM's User.
type User struct {
	Entity

	Groups []string `json:"groups,omitempty"`
	// KeyIDs are the ids of the user's access keys.
	KeyIDs []string `json:"keyIds,omitempty"`
}

// Group is IAM's Group. Its members name it, not it them.
type Group struct {
	Entity
}

// Role is IAM's Role.
type Role struct {
	Entity

	// Trust is the AssumeRolePolicyDocument.
	Trust       string `json:"trust"`
	Description string `json:"description,omitempty"`
	// MaxSession is the longest session in seconds.
	MaxSession int32 `json:"maxSession"`
}

// AccessKey is IAM's AccessKey.
type AccessKey struct {
	ID         string        `json:"id"`
	Account    string        `json:"account"`
	UserName   string        `json:"userName"`
	Active     bool          `json:"active"`
	CreateDate time.Time     `json:"createDate"`
	Secret     secret.String `json:"-"` // sealed by the store
}

// ARN is the entity's name in policies; kind is user, group or role.
func (e *Entity) ARN(account, kind string) string {
	return "arn:aws:iam::" + account + ":" + kind + e.Path + e.Name
}

// PutInline puts an inline policy.
func (e *Entity) PutInline(name, document string) {
	e.Inline = maps.Clone(e.Inline)
	if e.Inline == nil {
		e.Inline = map[string]string{}
	}
	e.Inline[name] = document
}

// FindInline gives an inline policy's document; kind is user, group or role.
func (e *Entity) FindInline(kind, name string) (string, error) {
	document, found := e.Inline[name]
	if !found {
		return "", NoSuchEntityf("The %s policy with name %s cannot be found.", kind, name)
	}
	return document, nil
}

// RemoveInline removes an inline policy.
func (e *Entity) RemoveInline(kind, name string) error {
	if _, err := e.FindInline(kind, name); err != nil {
		return err
	}
	e.Inline = maps.Clone(e.Inline)
	delete(e.Inline, name)
	return nil
}

// Attach attaches a managed policy; it may be attached already.
func (e *Entity) Attach(arn string) {
	if !slices.Contains(e.Attached, arn) {
		e.Attached = append(slices.Clone(e.Attached), arn)
	}
}

// Detach takes a managed policy away.
func (e *Entity) Detach(arn string) error {
	at := slices.Index(e.Attached, arn)
	if at < 0 {
		return NoSuchEntityf("Policy %s was not found.", arn)
	}
	e.Attached = slices.Delete(slices.Clone(e.Attached), at, at+1)
	return nil
}

// Deletable refuses to delete an entity that still holds policies.
func (e *Entity) Deletable() error {
	switch {
	case len(e.Attached) > 0:
		return DeleteConflict("Cannot delete entity, must detach all policies first.")
	case len(e.Inline) > 0:
		return DeleteConflict("Cannot delete entity, must delete policies first.")
	default:
		return nil
	}
}

// Tag adds tags or changes their values.
func (e *Entity) Tag(tags map[string]string) error {
	changed, err := tagged(e.Tags, tags)
	e.Tags = changed
	return err
}

// Untag removes tags.
func (e *Entity) Untag(keys []string) { e.Tags = untagged(e.Tags, keys) }

// tagged joins tags within IAM's limit.
func tagged(old, added map[string]string) (map[string]string, error) {
	all := map[string]string{}
	maps.Copy(all, old)
	maps.Copy(all, added)
	if len(all) > maxTags {
		return old, awserror.New(CodeLimitExceeded, 409, "The number of tags has reached the maximum limit.")
	}
	return all, nil
}

func untagged(old map[string]string, keys []string) map[string]string {
	left := maps.Clone(old)
	for _, key := range keys {
		delete(left, key)
	}
	return left
}

// Deletable refuses to delete a user that is in groups or has keys.
func (u *User) Deletable() error {
	switch {
	case len(u.Groups) > 0:
		return DeleteConflict("Cannot delete entity, must remove users from group first.")
	case len(u.KeyIDs) > 0:
		return DeleteConflict("Cannot delete entity, must delete access keys first.")
	default:
		return u.Entity.Deletable()
	}
}

// AddKey gives a user one more access key.
func (u *User) AddKey(id string) error {
	if len(u.KeyIDs) >= maxKeys {
		return awserror.New(CodeLimitExceeded, 409, "Cannot exceed quota for AccessKeysPerUser: 2")
	}
	u.KeyIDs = append(slices.Clone(u.KeyIDs), id)
	return nil
}

// RemoveKey takes an access key away.
func (u *User) RemoveKey(id string) error {
	at := slices.Index(u.KeyIDs, id)
	if at < 0 {
		return NoSuchEntityf("The Access Key with id %s cannot be found.", id)
	}
	u.KeyIDs = slices.Delete(slices.Clone(u.KeyIDs), at, at+1)
	return nil
}

// Join adds a user to a group; it may be in it already.
func (u *User) Join(group string) {
	if !slices.Contains(u.Groups, group) {
		u.Groups = append(slices.Clone(u.Groups), group)
	}
}

// Leave takes a user out of a group.
func (u *User) Leave(group string) {
	u.Groups = slices.DeleteFunc(slices.Clone(u.Groups), func(one string) bool { return one == group })
}

// NoSuchEntityf is the answer to what is not there.
func NoSuchEntityf(format string, values ...any) error {
	return awserror.New(CodeNoSuchEntity, 404, awserror.NotFoundf(format, values...).Message)
}

// AlreadyExists is the refusal of a second entity of one name; word is User,
// Group or Role.
func AlreadyExists(word, name string) error {
	return awserror.New(CodeAlreadyExists, 409, word+" with name "+name+" already exists.")
}

// DeleteConflict is the refusal to delete what is used.
func DeleteConflict(message string) error { return awserror.New(CodeDeleteConflict, 409, message) }

// Malformed is the refusal of a policy document that is none.
func Malformed(why string, cause error) error {
	return awserror.New(CodeMalformed, 400, why).WithCause(cause)
}

// MatchesPath says whether a path starts as asked; everything does with none.
func (e *Entity) MatchesPath(prefix string) bool { return strings.HasPrefix(e.Path, prefix) }
