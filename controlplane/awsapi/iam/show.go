package iam

import (
	"encoding/base64"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/sluice-gateway/sluice/controlplane/awsapi/wire/iam"
	"github.com/sluice-gateway/sluice/controlplane/definition/identity"
)

// pageSize is how many a list gives when nobody says.
const pageSize = 100

// text is a string that may be absent.
func text(value *string) string {
	if value == nil {
		return ""
	}
	return *value
}

// escaped is a policy document as IAM answers it: percent-encoded (RFC 3986).
func escaped(document string) string {
	return strings.ReplaceAll(url.QueryEscape(document), "+", "%20")
}

// pathOf takes a policy's ARN apart.
func pathOf(arn string) (path, name string) {
	_, rest, _ := strings.Cut(arn, ":policy")
	at := strings.LastIndexByte(rest, '/')
	return rest[:at+1], rest[at+1:]
}

// tags shows tags by key.
func tags(all map[string]string) []iam.Tag {
	shown := []iam.Tag{}
	for _, key := range slices.Sorted(maps.Keys(all)) {
		shown = append(shown, iam.Tag{Key: new(key), Value: new(all[key])})
	}
	return shown
}

func tagMap(all []iam.Tag) map[string]string {
	made := map[string]string{}
	for _, tag := range all {
		made[text(tag.Key)] = text(tag.Value)
	}
	return made
}

// someTags shows tags where IAM shows them only when there are any.
func someTags(all map[string]string) []iam.Tag {
	if len(all) == 0 {
		return nil
	}
	return tags(all)
}

// paged cuts a list: from behind the marker, at most so many.
func paged[T any](all []T, marker *string, most *int32) (part []T, truncated *bool, next *string) {
	from := 0
	if decoded, err := base64.StdEncoding.DecodeString(text(marker)); err == nil {
		for _, digit := range decoded {
			if digit < '0' || digit > '9' || from > 1<<20 {
				break
			}
			from = from*10 + int(digit-'0')
		}
	}
	size := pageSize
	if most != nil && *most > 0 {
		size = int(*most)
	}
	from = min(from, len(all))
	to := min(from+size, len(all))
	if to == len(all) {
		return all[from:to], new(false), nil
	}
	number := ""
	for left := to; left > 0; left /= 10 {
		number = string(rune('0'+left%10)) + number
	}
	return all[from:to], new(true), new(base64.StdEncoding.EncodeToString([]byte(number)))
}

func showUser(account string, user *identity.User) *iam.User {
	return &iam.User{
		Path: new(user.Path), UserName: new(user.Name), UserId: new(user.ID), Arn: new(user.ARN(account, "user")),
		CreateDate: new(user.CreateDate), Tags: someTags(user.Tags),
	}
}

func showGroup(account string, group *identity.Group) *iam.Group {
	return &iam.Group{
		Path: new(group.Path), GroupName: new(group.Name), GroupId: new(group.ID), Arn: new(group.ARN(account, "group")),
		CreateDate: new(group.CreateDate),
	}
}

func showRole(account string, role *identity.Role) *iam.Role {
	shown := &iam.Role{
		Path: new(role.Path), RoleName: new(role.Name), RoleId: new(role.ID), Arn: new(role.ARN(account, "role")),
		CreateDate: new(role.CreateDate), AssumeRolePolicyDocument: new(escaped(role.Trust)),
		MaxSessionDuration: new(role.MaxSession), Tags: someTags(role.Tags),
	}
	if role.Description != "" {
		shown.Description = new(role.Description)
	}
	return shown
}
