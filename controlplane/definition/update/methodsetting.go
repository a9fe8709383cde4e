package update

import (
	"slices"
	"strings"

	"github.com/sluice-gateway/sluice/controlplane/definition"
	"github.com/sluice-gateway/sluice/controlplane/definition/patch"
	"github.com/sluice-gateway/sluice/internal/awserror"
)

// methodSettingPaths are /{resource}/{verb}/…, where */* is the stage's default.
// The first setting of a method materialises all of them.
func methodSettingPaths() []patch.Path[definition.Stage] {
	return []patch.Path[definition.Stage]{
		setting("metrics/enabled", patch.Flag("", func(s *definition.MethodSetting) *bool { return &s.MetricsEnabled })),
		setting("logging/dataTrace", patch.Flag("", func(s *definition.MethodSetting) *bool { return &s.DataTraceEnabled })),
		setting("logging/loglevel", patch.OneOf("", func(s *definition.MethodSetting) *string { return &s.LoggingLevel },
			"Invalid logging level specified. Valid options are OFF,ERROR,INFO", "OFF", "ERROR", "INFO")),
		setting("throttling/burstLimit", patch.Whole("", func(s *definition.MethodSetting) *int32 { return &s.ThrottlingBurstLimit })),
		setting("throttling/rateLimit", patch.Path[definition.MethodSetting]{Replace: func(s *definition.MethodSetting, at patch.At) error {
			rate, err := patch.Float(at)
			s.ThrottlingRateLimit = rate
			return err
		}}),
		setting("caching/enabled", patch.Flag("", func(s *definition.MethodSetting) *bool { return &s.CachingEnabled })),
		setting("caching/ttlInSeconds", patch.Whole("", func(s *definition.MethodSetting) *int32 { return &s.CacheTTLInSeconds })),
		setting("caching/dataEncrypted", patch.Flag("", func(s *definition.MethodSetting) *bool { return &s.CacheDataEncrypted })),
		setting("caching/requireAuthorizationForCacheControl",
			patch.Flag("", func(s *definition.MethodSetting) *bool { return &s.RequireAuthorizationForCacheControl })),
		setting("caching/unauthorizedCacheControlHeaderStrategy", patch.OneOf("",
			func(s *definition.MethodSetting) *string { return &s.UnauthorizedCacheControlHeaderStrategy },
			"Invalid unauthorizedCacheControlHeaderStrategy specified. Valid options are FAIL_WITH_403,SUCCEED_WITH_RESPONSE_HEADER,SUCCEED_WITHOUT_RESPONSE_HEADER",
			"FAIL_WITH_403", "SUCCEED_WITH_RESPONSE_HEADER", "SUCCEED_WITHOUT_RESPONSE_HEADER")),
		{Pattern: "/{resource}/{verb}", Remove: removeSetting},
	}
}

// setting makes a setting's path one of the stage's.
func setting(suffix string, path patch.Path[definition.MethodSetting]) patch.Path[definition.Stage] {
	edit := func(stage *definition.Stage, at patch.At) error {
		key := settingKey(at)
		changed := defaultMethodSetting()
		if known := stage.MethodSettings[key]; known != nil {
			*changed = *known
		}
		if err := path.Replace(changed, at); err != nil {
			return err
		}
		if stage.MethodSettings == nil {
			stage.MethodSettings = map[string]*definition.MethodSetting{}
		}
		stage.MethodSettings[key] = changed
		return nil
	}
	return patch.Path[definition.Stage]{Pattern: "/{resource}/{verb}/" + suffix, Add: edit, Replace: edit}
}

// settingKey is the key under which AWS shows a method's settings: the path
// without its first slash, with ~1 for the others; the root is ~1.
func settingKey(at patch.At) string {
	path := strings.TrimPrefix(at.Keys[0], "/")
	if path == "" {
		path = "/"
	}
	return strings.ReplaceAll(path, "/", "~1") + "/" + at.Keys[1]
}

func removeSetting(stage *definition.Stage, at patch.At) error {
	key := settingKey(at)
	if stage.MethodSettings[key] == nil {
		return awserror.BadRequestf("Cannot remove method setting %s because there is no method setting for this method ", key)
	}
	delete(stage.MethodSettings, key)
	return nil
}

// refuseStage refuses with the list that AWS prints, misprints and all.
func refuseStage(refused patch.Refused) error {
	path := *refused.Path
	switch {
	case refused.Op == patch.Copy:
		from := ""
		if refused.From != nil {
			from = *refused.From
		}
		return invalidCopy(path, from)
	case refused.Known && !slices.Contains(refused.Allowed, refused.Op) && strings.HasPrefix(path, "/canarySettings"):
		return awserror.BadRequestf("Invalid %s operation with path: %s", refused.Op, path)
	case refused.Known && !isSettingPath(path):
		return patch.Named(refused)
	}
	return awserror.BadRequestf("Invalid method setting path: %s. Must be one of: [/deploymentId, /description, /cacheClusterEnabled, /cacheClusterSize, /clientCertificateId, /accessLogSettings, /accessLogSettings/destinationArn, /accessLogSettings/format, "+
		"/{resourcePath}/{httpMethod}/metrics/enabled, /{resourcePath}/{httpMethod}/logging/dataTrace, /{resourcePath}/{httpMethod}/logging/loglevel, /{resourcePath}/{httpMethod}/throttling/burstLimit/{resourcePath}/{httpMethod}/throttling/rateLimit/{resourcePath}/{httpMethod}/caching/ttlInSeconds, /{resourcePath}/{httpMethod}/caching/enabled, /{resourcePath}/{httpMethod}/caching/dataEncrypted, /{resourcePath}/{httpMethod}/caching/requireAuthorizationForCacheControl, /{resourcePath}/{httpMethod}/caching/unauthorizedCacheControlHeaderStrategy, "+
		"/*/*/metrics/enabled, /*/*/logging/dataTrace, /*/*/logging/loglevel, /*/*/throttling/burstLimit /*/*/throttling/rateLimit /*/*/caching/ttlInSeconds, /*/*/caching/enabled, /*/*/caching/dataEncrypted, /*/*/caching/requireAuthorizationForCacheControl, /*/*/caching/unauthorizedCacheControlHeaderStrategy, "+
		"/variables/{variable_name}, /tracingEnabled]", path)
}

// isSettingPath says whether a path has two free segments first.
func isSettingPath(path string) bool { return strings.Count(path, "/") > 1 }

// Method settings a stage starts an entry with, as AWS does: not those of */*.
const (
	defaultCacheTTL   = 300
	defaultBurstLimit = 5000
	defaultRateLimit  = 10000
)

// defaultMethodSetting is what the first setting of a method materialises.
func defaultMethodSetting() *definition.MethodSetting {
	return &definition.MethodSetting{
		ThrottlingBurstLimit: defaultBurstLimit, ThrottlingRateLimit: defaultRateLimit,
		CachingEnabled: true, CacheTTLInSeconds: defaultCacheTTL, RequireAuthorizationForCacheControl: true,
		UnauthorizedCacheControlHeaderStrategy: "SUCCEED_WITH_RESPONSE_HEADER",
	}
}
